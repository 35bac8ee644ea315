/**
 * Removes what no version that is kept can name: parts that none of the last manifests names and that are
 * older than the grace time, and manifests older than the longest list of versions.
 *
 * Against writers at work: the manifests are read before and after the listing; the removals are announced
 * before the ages are looked at for the last time, and a writer that renews an old part looks for the
 * announcement after that. So one of the two always sees the other.
 */
import type { Manifest, ObjectInfo } from "../../ports.ts";
import { COLLECTING_MS, type Collecting, collecting } from "./collecting.ts";
import type { CommitTools } from "./commit.ts";
import { type Context, persistently } from "./context.ts";
import { collectingKey, datasetPrefix, historySeq, partSha256 } from "./manifest.ts";
import { pastManifests } from "./versions.ts";

/** Manifests kept beyond those whose parts are kept: they say what was published when. */
const HISTORY_KEPT = 200;

export async function collect(
  tools: CommitTools,
  dataset: string,
): Promise<Readonly<{ removed: string[]; kept: number }>> {
  const { context } = tools;
  const { objects, nowMs, graceMs } = context;
  const before = await persistently(context, () => tools.manifests.read(dataset));
  const listed = await persistently(context, () => objects.list(datasetPrefix(dataset)));
  const isOld = ({ modifiedMs }: ObjectInfo): boolean => modifiedMs < nowMs() - graceMs;

  const named = await namedParts(tools, dataset, listed, before.manifest);
  const parts = listed.filter(({ key }) => partSha256(dataset, key) !== undefined);
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
    for (const info of candidates) {
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
