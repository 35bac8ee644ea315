/** The past of a dataset: which versions can still be named, and how to go back to one. */
import { AppError } from "../../errors.ts";
import type { CommitOutcome, Manifest } from "../../ports.ts";
import { type CommitTools, commit } from "./commit.ts";
import { persistently } from "./context.ts";
import { readable } from "./current.ts";
import { datasetPrefix, historySeq, partKey, partSha256 } from "./manifest.ts";
import { refuse, unpack } from "./parts.ts";

const VERSIONS_MAX = 200;
const READS_AT_ONCE = 16;

/** The newest past manifests of a dataset below a sequence number, newest first, as `past` reads them. */
export async function pastManifests(
  past: (seq: number) => Promise<Manifest | undefined>,
  dataset: string,
  keys: readonly string[],
  belowSeq: number,
  max: number,
): Promise<Manifest[]> {
  const seqs = keys
    .flatMap((key) => historySeq(dataset, key) ?? [])
    .filter((seq) => seq < belowSeq)
    .sort((a, b) => b - a)
    .slice(0, max);
  const found: Manifest[] = [];
  for (let start = 0; start < seqs.length; start += READS_AT_ONCE) {
    const batch = seqs.slice(start, start + READS_AT_ONCE);
    const read = await Promise.all(batch.map(past));
    found.push(...read.filter((manifest) => manifest !== undefined));
  }
  return found;
}

/** The current version and those before it whose parts are all still there, newest first, at most 200. */
export async function versions(tools: CommitTools, dataset: string): Promise<Manifest[]> {
  const { context, manifests } = tools;
  const { manifest: current } = await persistently(context, () => manifests.read(dataset));
  if (current.seq === 0) return [];
  const objects = await persistently(context, () => context.objects.list(datasetPrefix(dataset)));
  const keys = objects.map(({ key }) => key);
  const present = new Set(keys.flatMap((key) => partSha256(dataset, key) ?? []));
  const past = await pastManifests(
    (seq) => readable(manifests.past(dataset, seq)),
    dataset,
    keys,
    current.seq,
    VERSIONS_MAX - 1,
  );
  const isWhole = ({ parts }: Manifest) =>
    Object.values(parts).every(({ sha256 }) => present.has(sha256));
  return [current, ...past.filter(isWhole)];
}

/**
 * A new commit whose parts are those of an older version. Parts the current version does not name are read,
 * checked and put again, so that no collector removes them before the commit.
 *
 * @throws AppError UNKNOWN_VERSION when there is no such version or its parts have been collected
 */
export async function rollback(
  tools: CommitTools,
  dataset: string,
  seq: number,
  jobId: string,
): Promise<CommitOutcome<void>> {
  const { context, manifests } = tools;
  const { manifest: current } = await persistently(context, () => manifests.read(dataset));
  const target = seq === current.seq ? current : await manifests.past(dataset, seq);
  if (target === undefined || !(seq > 0 && seq <= current.seq)) {
    throw unknownVersion(dataset, seq, `dataset "${dataset}" has no version ${seq}`);
  }
  const job = {
    id: jobId,
    note: `rollback to ${seq}`,
    ...(target.built_from === undefined ? {} : { builtFrom: target.built_from }),
  };
  return commit(tools, dataset, job, async (draft) => {
    const base = new Set(Object.values(draft.parts()).map(({ sha256 }) => sha256));
    for (const part of Object.keys(draft.parts())) {
      if (target.parts[part] === undefined) draft.drop(part);
    }
    for (const [part, entry] of Object.entries(target.parts)) {
      if (!base.has(entry.sha256)) {
        const key = partKey(dataset, entry.sha256);
        const object = await persistently(context, () => context.objects.get(key));
        if (object === undefined) {
          const problem = `part "${part}" of version ${seq} of dataset "${dataset}" has been collected`;
          throw unknownVersion(dataset, seq, problem);
        }
        const unpacked = await unpack(object.body, entry);
        if ("problem" in unpacked) refuse(dataset, part, entry.sha256, unpacked.problem);
        await draft.uploads.part(dataset, entry, object.body);
      }
      draft.name(part, entry);
    }
  });
}

const unknownVersion = (dataset: string, seq: number, message: string): AppError =>
  new AppError("UNKNOWN_VERSION", message, { dataset, seq });
