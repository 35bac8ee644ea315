/**
 * Datasets as immutable SQLite parts behind one conditional pointer, on any store of objects
 * (docs/architecture.md, "The database image").
 *
 * When a part is not what its manifest says, `open` throws IMAGE_REFUSED and the part's hash is remembered
 * for `refusedMs`. From then on `snapshot` answers with the newest earlier version that names no refused part;
 * so the request that met the damage fails, and the next ones see the last good version. Once the time is over
 * the current version is tried again, because the object may have been restored.
 */
import type { Images, PartEntry } from "../ports.ts";
import { collect } from "./images/collect.ts";
import { type CommitTools, commit } from "./images/commit.ts";
import {
  type Context,
  contextOf,
  type ImageEvent,
  type ImageStoreOptions,
  persistently,
} from "./images/context.ts";
import { manifests } from "./images/current.ts";
import { demandDataset, partKey } from "./images/manifest.ts";
import { openedParts } from "./images/opened.ts";
import { checkProblem, refuse, unpack } from "./images/parts.ts";
import { type Refusals, refusals } from "./images/refusals.ts";
import { snapshotOf } from "./images/snapshot.ts";
import { rollback, versions } from "./images/versions.ts";
import { countPart } from "./metrics/images.ts";
import { loadSqlite } from "./sqljs.ts";

export type { ImageEvent, ImageStoreOptions };

export type ImageStore = Images &
  Readonly<{
    /** Uncompressed bytes of the images held open. */
    openBytes: () => number;
    /** Closes every image, whoever still reads it. */
    close: () => void;
  }>;

export function imageStore(options: ImageStoreOptions): ImageStore {
  const context = contextOf(options);
  const refused = refusals(context.nowMs, context.refusedMs);
  const opened = openedParts(loadSqlite, partLoader(context, refused), context.maxOpenBytes);
  const tools: CommitTools = {
    context,
    refused,
    opened,
    manifests: manifests(context, refused),
    sqlite: loadSqlite,
  };

  return {
    async snapshot(dataset, freshness = {}) {
      demandDataset(dataset);
      const [sqlite, manifest] = await Promise.all([
        loadSqlite(),
        tools.manifests.servable(dataset, freshness),
      ]);
      return snapshotOf(dataset, manifest, opened, sqlite);
    },
    async commit(dataset, job, change) {
      demandDataset(dataset);
      return commit(tools, dataset, job, change);
    },
    async versions(dataset) {
      demandDataset(dataset);
      return versions(tools, dataset);
    },
    async rollback(dataset, seq, jobId) {
      demandDataset(dataset);
      return rollback(tools, dataset, seq, jobId);
    },
    async collect(dataset) {
      demandDataset(dataset);
      return collect(tools, dataset);
    },
    async verify(dataset) {
      demandDataset(dataset);
      return verify(tools, dataset);
    },
    openBytes: opened.openBytes,
    close: opened.close,
  };
}

type Fetched = Readonly<{ raw: Buffer } | { problem: string }>;

/** Reads a part from the store and checks it. */
async function fetchPart(context: Context, dataset: string, entry: PartEntry): Promise<Fetched> {
  const key = partKey(dataset, entry.sha256);
  const object = await persistently(context, () => context.objects.get(key));
  return object === undefined
    ? { problem: `its object "${key}" is missing` }
    : unpack(object.body, entry);
}

/** A part that is wrong is read once more, because it may have been damaged on the way. */
const partLoader =
  (context: Context, refused: Refusals) =>
  async (dataset: string, part: string, entry: PartEntry): Promise<Buffer> => {
    const first = await fetchPart(context, dataset, entry);
    const fetched = "raw" in first ? first : await fetchPart(context, dataset, entry);
    countPart(entry, !("raw" in fetched));
    if ("raw" in fetched) return fetched.raw;
    const { sha256 } = entry;
    refused.add(sha256);
    context.log({ event: "image_refused", dataset, part, sha256, problem: fetched.problem });
    return refuse(dataset, part, sha256, fetched.problem);
  };

/** Checks what lies in the store, not what is held open. */
async function verify(
  { context, manifests }: CommitTools,
  dataset: string,
): ReturnType<Images["verify"]> {
  const { manifest } = await persistently(context, () => manifests.read(dataset));
  const sqlite = await loadSqlite();
  const results: { part: string; ok: boolean; problem?: string }[] = [];
  for (const [part, entry] of Object.entries(manifest.parts)) {
    const fetched = await fetchPart(context, dataset, entry);
    const problem = "raw" in fetched ? integrityProblem(sqlite, fetched.raw) : fetched.problem;
    results.push(problem === undefined ? { part, ok: true } : { part, ok: false, problem });
  }
  return results;
}

function integrityProblem(
  sqlite: Awaited<ReturnType<typeof loadSqlite>>,
  raw: Buffer,
): string | undefined {
  try {
    const { image, close } = sqlite.openImage(raw);
    try {
      return checkProblem(image.query("pragma integrity_check"));
    } finally {
      close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}
