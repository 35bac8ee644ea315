/**
 * Which manifest is current: straight from the store for writers, remembered for a moment for readers.
 *
 * A reader's view of a dataset never goes back to a smaller sequence number: an older (or absent) manifest
 * from a stale replica is ignored. The one exception is a version that must not be served: see `servable`.
 */
import { AppError } from "../../errors.ts";
import type { Freshness, Manifest } from "../../ports.ts";
import { backOff, type Context, isDependencyDown, persistently } from "./context.ts";
import {
  EMPTY,
  historyKey,
  historyPrefix,
  historySeq,
  manifestKey,
  parseManifest,
} from "./manifest.ts";
import type { Refusals } from "./refusals.ts";

/** A manifest as it lies in the store; `etag` and `body` are undefined when there is none. */
export type Stored = Readonly<{
  manifest: Manifest;
  etag: string | undefined;
  body: Buffer | undefined;
}>;

export type Manifests = Readonly<{
  /** Asks the store. @throws AppError IMAGE_REFUSED when it cannot be read as a manifest, twice */
  read: (dataset: string) => Promise<Stored>;
  /** The newest manifest known, as fresh as asked. */
  latest: (dataset: string, freshness: Freshness) => Promise<Manifest>;
  /** The manifest to answer from: the latest, or the newest older one without refused parts. */
  servable: (dataset: string, freshness: Freshness) => Promise<Manifest>;
  /** A manifest that was replaced; `undefined` when it is not kept (or was never published). */
  past: (dataset: string, seq: number) => Promise<Manifest | undefined>;
  /** Remembers what this process has just published. */
  published: (dataset: string, stored: Stored) => void;
}>;

type Known = { stored: Stored; checkedMs: number };
type Looking = Readonly<{ done: Promise<void>; startedMs: number }>;

const ABSENT: Stored = { manifest: EMPTY, etag: undefined, body: undefined };
/** Looks for a sequence number somebody promised; about 2.5 s with full jitter. */
const MIN_SEQ_LOOKS = 10;
/**
 * From this share of its time on a view is renewed beside the requests it still serves, so that on a busy process nobody
 * waits for the store; one that is left alone for longer is renewed by whoever comes next.
 */
const AHEAD = 0.75;
/** Older versions tried in place of a refused one. */
const STEPS_BACK_MAX = 50;

const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === "IMAGE_REFUSED";

/** A past manifest that is damaged counts as one that is not kept. */
export const readable = (past: Promise<Manifest | undefined>): Promise<Manifest | undefined> =>
  past.catch((error: unknown) => {
    if (isRefusal(error)) return undefined;
    throw error;
  });

export function manifests(context: Context, refused: Refusals): Manifests {
  const { objects, nowMs, log } = context;
  const known = new Map<string, Known>();
  const looking = new Map<string, Looking>();

  /** One more read tells bytes damaged on the way from a damaged object. */
  const parsed = async (
    key: string,
    first: Readonly<{ body: Buffer; etag: string }>,
  ): Promise<Stored> => {
    try {
      return { manifest: parseManifest(first.body, key), etag: first.etag, body: first.body };
    } catch {
      const second = await persistently(context, () => objects.get(key));
      if (second === undefined) return ABSENT;
      return { manifest: parseManifest(second.body, key), etag: second.etag, body: second.body };
    }
  };

  const read = async (dataset: string): Promise<Stored> => {
    const key = manifestKey(dataset);
    const object = await objects.get(key);
    return object === undefined ? ABSENT : parsed(key, object);
  };

  /** The newer of two views; at the same sequence number the later one, for its ETag. */
  const remember = (dataset: string, stored: Stored, checkedMs: number): void => {
    const before = known.get(dataset);
    if (before === undefined || stored.manifest.seq >= before.stored.manifest.seq) {
      known.set(dataset, { stored, checkedMs });
    } else {
      before.checkedMs = Math.max(before.checkedMs, checkedMs);
    }
  };

  const look = async (dataset: string): Promise<void> => {
    const key = manifestKey(dataset);
    const startedMs = nowMs();
    const before = known.get(dataset);
    const etag = before?.stored.etag;
    const object = await (etag === undefined ? objects.get(key) : objects.getIfChanged(key, etag));
    if (object === "unchanged") before!.checkedMs = Math.max(before!.checkedMs, startedMs);
    else remember(dataset, object === undefined ? ABSENT : await parsed(key, object), startedMs);
  };

  /** Readers that ask at the same time share one look, unless it began too long ago: a process may be frozen in between. */
  const sharedLook = (dataset: string): Promise<void> => {
    const startedMs = nowMs();
    const running = looking.get(dataset);
    if (running !== undefined && startedMs - running.startedMs <= context.revalidateMs) {
      return running.done;
    }
    const done = look(dataset).finally(() => {
      if (looking.get(dataset) === mine) looking.delete(dataset);
    });
    const mine = { done, startedMs };
    looking.set(dataset, mine);
    return done;
  };

  /** What it finds serves the next; a failure is met again, and told, by whoever must look. */
  const lookAhead = (dataset: string): void => {
    sharedLook(dataset).catch(() => {});
  };

  const past = async (dataset: string, seq: number): Promise<Manifest | undefined> => {
    const key = historyKey(dataset, seq);
    const object = await persistently(context, () => objects.get(key));
    return object && (await parsed(key, object)).manifest;
  };

  const newestPast = async (dataset: string): Promise<Manifest | undefined> => {
    const keys = await persistently(context, () => objects.list(historyPrefix(dataset)));
    const seqs = keys.flatMap(({ key }) => historySeq(dataset, key) ?? []);
    return seqs.length === 0 ? undefined : past(dataset, Math.max(...seqs));
  };

  /** Looks; when that fails for a reason a reader can live with, the last view stands. */
  const lookOrKeep = async (dataset: string, isRevalidation: boolean): Promise<void> => {
    try {
      await (isRevalidation ? look(dataset) : sharedLook(dataset));
    } catch (error) {
      const before = known.get(dataset);
      if (isDependencyDown(error)) {
        const ageMs = before === undefined ? Number.POSITIVE_INFINITY : nowMs() - before.checkedMs;
        if (isRevalidation || ageMs > context.staleMs) throw error;
        log({ event: "stale_served", dataset, seq: before!.stored.manifest.seq, ageMs });
        return;
      }
      if (!isRefusal(error)) throw error;
      log({ event: "manifest_refused", dataset, problem: error.message });
      if (before !== undefined && before.stored.manifest.seq > 0) return;
      const manifest = await newestPast(dataset);
      if (manifest === undefined) throw error;
      log({ event: "previous_served", dataset, seq: null, servedSeq: manifest.seq });
      // Without its ETag, and due for another look: the store may be repaired at any moment.
      remember(dataset, { ...ABSENT, manifest }, Number.NEGATIVE_INFINITY);
    }
  };

  const latest = async (
    dataset: string,
    { revalidate = false, minSeq = 0 }: Freshness,
  ): Promise<Manifest> => {
    const remembered = known.get(dataset);
    const ageMs =
      remembered === undefined ? Number.POSITIVE_INFINITY : nowMs() - remembered.checkedMs;
    if (revalidate || ageMs >= context.revalidateMs) await lookOrKeep(dataset, revalidate);
    else if (ageMs >= AHEAD * context.revalidateMs) lookAhead(dataset);
    for (let attempt = 1; ; attempt++) {
      const { manifest } = known.get(dataset)!.stored;
      if (manifest.seq >= minSeq) return manifest;
      if (attempt > MIN_SEQ_LOOKS) {
        throw new AppError(
          "UNKNOWN_VERSION",
          `dataset "${dataset}" must be at version ${minSeq} or later, was at ${manifest.seq}`,
          { dataset, seq: manifest.seq, min_seq: minSeq },
        );
      }
      // The first look after a fresh view comes at once: the view may be a second old.
      if (attempt > 1) await backOff(context, attempt, 25, 1_000);
      await lookOrKeep(dataset, true);
    }
  };

  const servable = async (dataset: string, freshness: Freshness): Promise<Manifest> => {
    const current = await latest(dataset, freshness);
    const minSeq = Math.max(1, freshness.minSeq ?? 0, current.seq - STEPS_BACK_MAX);
    if (!refused.touch(current)) return current;
    for (let seq = current.seq - 1; seq >= minSeq; seq--) {
      const manifest = await readable(past(dataset, seq));
      if (manifest === undefined || refused.touch(manifest)) continue;
      log({ event: "previous_served", dataset, seq: current.seq, servedSeq: seq });
      return manifest;
    }
    throw new AppError(
      "IMAGE_REFUSED",
      `version ${current.seq} of dataset "${dataset}" holds a refused part, and no earlier version is whole`,
      { dataset, seq: current.seq },
    );
  };

  return {
    read,
    latest,
    servable,
    past,
    published: (dataset, stored) => remember(dataset, stored, nowMs()),
  };
}
