/**
 * Removes what no version that is kept can name: parts that none of the last manifests names and that are
 * older than the grace time, and manifests older than the longest list of versions.
 *
 * Against replicas that are behind: nothing is removed unless the manifest is surely the newest. Against writers at work: the manifests are read again after that; the removals are announced
 * before the ages are looked at for the last time, and a writer that renews an old part looks for the
 * announcement after that. So one of the two always sees the other.
 */
import type { Manifest, ObjectInfo } from "../../ports.ts";
import { COLLECTING_MS, type Collecting, collecting } from "./collecting.ts";
import type { CommitTools } from "./commit.ts";
import { backOff, type Context, persistently } from "./context.ts";
import type { Stored } from "./current.ts";
import { collectingKey, datasetPrefix, historySeq, manifestKey, partSha256 } from "./manifest.ts";
import { pastManifests } from "./versions.ts";

/** Manifests kept beyond those whose parts are kept: they say what was published when. */
const HISTORY_KEPT = 200;

export async function collect(
  tools: CommitTools,
  dataset: string,
): Promise<Readonly<{ removed: string[]; kept: number }>> {
  const { context } = tools;
  const { objects, nowMs, graceMs } = context;
  const seen = await newest(tools, dataset);
  if (seen === undefined) {
    context.log({ event: "collection_postponed", dataset });
    return { removed: [], kept: 0 };
  }
  const { before, listed } = seen;
  const parts = listed.filter(({ key }) => partSha256(dataset, key) !== undefined);
  const isOld = ({ modifiedMs }: ObjectInfo): boolean => modifiedMs < nowMs() - graceMs;

  const named = await namedParts(tools, dataset, listed, before.manifest);
  const candidates = parts.filter((info) => !named.has(shaOf(dataset, info)) && isOld(info));
  const removed: string[] = [];
  const startedMs = nowMs();
  const isInTime = (): boolean => nowMs() - startedMs < COLLECTING_MS / 2;
  const announcement: Collecting = {
    started_ms: startedMs,
    parts: candidates.map((info) => shaOf(dataset, info)),
  };
  if (candidates.length > 0 && (await announce(context, dataset, announcement))) {
    const after = await persistently(context, () => tools.manifests.read(dataset));
    const namedAfter = await namedParts(tools, dataset, listed, after.manifest);
    // Older than what was read before: what the newest names is not known any more.
    const isBehind = after.manifest.seq < before.manifest.seq;
    for (const info of isBehind ? [] : candidates) {
      if (namedAfter.has(shaOf(dataset, info))) continue;
      if (!isInTime()) break;
      const latest = await objects.head(info.key);
      if (latest === undefined || !isOld(latest) || !isInTime()) continue;
      await objects.remove(info.key);
      removed.push(info.key);
    }
    await objects.remove(collectingKey(dataset));
  }
  const kept = parts.length - removed.length;
  removed.push(...(await removeHistory(context, dataset, listed, before.manifest.seq)));
  context.log({ event: "collected", dataset, removed: removed.length, kept });
  return { removed, kept };
}

type Seen = Readonly<{ before: Stored; listed: readonly ObjectInfo[] }>;

/** Looks at a dataset that others keep changing. */
const LOOKS = 3;

/**
 * The manifest that is surely the newest, and the listing made after it was read.
 * @returns `undefined` when no look finds both
 */
async function newest(tools: CommitTools, dataset: string): Promise<Seen | undefined> {
  const { context, manifests } = tools;
  for (let look = 1; look <= LOOKS; look++) {
    const before = await persistently(context, () => manifests.read(dataset));
    const listed = await persistently(context, () => context.objects.list(datasetPrefix(dataset)));
    if (await isNewest(tools, dataset, before, listed)) return { before, listed };
    if (look < LOOKS) await backOff(context, look);
  }
  return undefined;
}

/**
 * A manifest is kept under the history before another replaces it. So one whose own number is in the listing may have been
 * replaced, when it came from a replica that is behind, or a commit broke off right there. Putting it where it lies tells which:
 * the store takes it only in the place of itself, and then nothing has changed.
 */
async function isNewest(
  { context }: CommitTools,
  dataset: string,
  { manifest, etag, body }: Stored,
  listed: readonly ObjectInfo[],
): Promise<boolean> {
  if (!listed.some(({ key }) => (historySeq(dataset, key) ?? -1) >= manifest.seq)) return true;
  if (body === undefined || etag === undefined) return false;
  const { outcome } = await persistently(context, () =>
    context.objects.put(manifestKey(dataset), body, {
      contentType: "application/json",
      ifMatch: etag,
    }),
  );
  return outcome === "stored";
}

const shaOf = (dataset: string, { key }: ObjectInfo): string => partSha256(dataset, key)!;

/** What the current manifest and the kept ones before it name. */
async function namedParts(
  tools: CommitTools,
  dataset: string,
  listed: readonly ObjectInfo[],
  current: Manifest,
): Promise<Set<string>> {
  const keys = listed.map(({ key }) => key);
  const max = tools.context.keepManifests - 1;
  // A kept manifest that cannot be read ends the collection: what it names is not known.
  const read = (seq: number) => tools.manifests.past(dataset, seq);
  const past = await pastManifests(read, dataset, keys, current.seq, max);
  const parts = [current, ...past].flatMap((manifest) => Object.values(manifest.parts));
  return new Set(parts.map(({ sha256 }) => sha256));
}

/** @returns false when another collector is at work */
async function announce(
  context: Context,
  dataset: string,
  announcement: Collecting,
): Promise<boolean> {
  const { objects, nowMs } = context;
  const standing = await collecting(context, dataset);
  if (standing !== undefined && nowMs() - standing.started_ms < COLLECTING_MS) return false;
  const { outcome } = await objects.put(
    collectingKey(dataset),
    Buffer.from(JSON.stringify(announcement)),
    {
      contentType: "application/json",
      ...(standing === undefined ? { ifNoneMatch: "*" as const } : { ifMatch: standing.etag }),
    },
  );
  return outcome === "stored";
}

async function removeHistory(
  { objects }: Context,
  dataset: string,
  listed: readonly ObjectInfo[],
  currentSeq: number,
): Promise<string[]> {
  const keys = listed
    .map(({ key }) => key)
    .filter((key) => (historySeq(dataset, key) ?? currentSeq) < currentSeq - HISTORY_KEPT);
  for (const key of keys) await objects.remove(key);
  return keys;
}
