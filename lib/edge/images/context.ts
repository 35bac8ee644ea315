/** What the parts of the image store share: the world they act on, settings, and how they wait. */
import { AppError } from "../../errors.ts";
import type { Cache, Objects } from "../../ports.ts";
import { countImageEvent } from "../metrics/images.ts";

export type ImageEvent =
  /** A part was not what its manifest says; it is not asked for again for `refusedMs`. */
  | Readonly<{
      event: "image_refused";
      dataset: string;
      part: string;
      sha256: string;
      problem: string;
    }>
  | Readonly<{ event: "manifest_refused"; dataset: string; problem: string }>
  /** The current version holds a refused part (or its manifest is unreadable): an older one is served. */
  | Readonly<{ event: "previous_served"; dataset: string; seq: number | null; servedSeq: number }>
  /** The store cannot be reached: the last version seen is served. */
  | Readonly<{ event: "stale_served"; dataset: string; seq: number; ageMs: number }>
  | Readonly<{ event: "commit_retried"; dataset: string; attempt: number; reason: string }>
  | Readonly<{
      event: "committed";
      dataset: string;
      seq: number;
      attempts: number;
      elapsedMs: number;
    }>
  | Readonly<{
      event: "part_quarantined";
      dataset: string;
      part: string;
      key: string;
      problem: string;
    }>
  | Readonly<{ event: "collected"; dataset: string; removed: number; kept: number }>
  /** Nothing was removed: the newest manifest may be one that could not be read. */
  | Readonly<{ event: "collection_postponed"; dataset: string }>;

export type ImageStoreOptions = Readonly<{
  objects: Objects;
  /** Who writes: it stands in every manifest. */
  writer: string;
  nowMs: () => number;
  /** Uniform in [0, 1): spreads retries. */
  random: () => number;
  /** A new unique text: tells two manifests apart that are otherwise equal. */
  uuid: () => string;
  sleep: (ms: number) => Promise<void>;
  /** Parts younger than this are never collected; a commit gives up at half of it. */
  graceMs?: number;
  /** Versions, the current one included, whose parts are never collected. */
  keepManifests?: number;
  /** Images kept open beyond those in use (uncompressed bytes). */
  maxOpenBytes?: number;
  /** How long a manifest is believed without looking again. */
  revalidateMs?: number;
  /** How long the last manifest seen is served while the store cannot be reached. */
  staleMs?: number;
  /** How long a refused part is remembered before it is tried again. */
  refusedMs?: number;
  /** Tries of one commit. */
  maxAttempts?: number;
  /** Longest wait for the lease of another writer. */
  leaseWaitMs?: number;
  lease?: Cache["lease"] | undefined;
  log?: ((event: ImageEvent) => void) | undefined;
}>;

export type Context = Readonly<
  Required<Omit<ImageStoreOptions, "lease" | "log">> & {
    lease: Cache["lease"] | undefined;
    log: (event: ImageEvent) => void;
  }
>;

const MINUTE_MS = 60_000;

export const contextOf = (options: ImageStoreOptions): Context => ({
  objects: options.objects,
  writer: options.writer,
  nowMs: options.nowMs,
  random: options.random,
  uuid: options.uuid,
  sleep: options.sleep,
  graceMs: options.graceMs ?? 60 * MINUTE_MS,
  keepManifests: options.keepManifests ?? 10,
  maxOpenBytes: options.maxOpenBytes ?? 512 * 1024 * 1024,
  revalidateMs: options.revalidateMs ?? 1_000,
  staleMs: options.staleMs ?? 30_000,
  refusedMs: options.refusedMs ?? MINUTE_MS,
  maxAttempts: options.maxAttempts ?? 12,
  leaseWaitMs: options.leaseWaitMs ?? 1_000,
  lease: options.lease,
  log: (event) => {
    countImageEvent(event);
    options.log?.(event);
  },
});

/** Waits anything up to a bound that doubles with each attempt (full jitter), at most `capMs`. */
export const backOff = (
  { random, sleep }: Pick<Context, "random" | "sleep">,
  attempt: number,
  baseMs = 25,
  capMs = 5_000,
): Promise<void> => sleep(random() * Math.min(capMs, baseMs * 2 ** attempt));

export const isDependencyDown = (error: unknown): boolean =>
  error instanceof AppError && error.code === "DEPENDENCY_DOWN";

const TRIES = 6;

/** Repeats a step that may be done twice while the store cannot be reached. */
export async function persistently<T>(context: Context, step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (!isDependencyDown(error) || attempt === TRIES) throw error;
      await backOff(context, attempt);
    }
  }
}
