/**
 * Seeded bugs: each takes one precaution of the protocol away, by replacing a text of one file. The suite must catch
 * every one of them; a suite that lets one pass proves nothing about the others. Seeds change their course whenever the
 * product asks for another event or another number of chance, so a seed that is known today may miss tomorrow: then the
 * first twenty are tried.
 */
import type { Edit } from "./builds.ts";

export type Mutant = Readonly<{
  name: string;
  edits: readonly Edit[];
  /** A seed that is known to catch it, by a short run unless `isWhole`. */
  seed: number;
  isWhole?: true;
  /** Shows in runs of the service. */
  isService?: true;
}>;

const IMAGES = "lib/edge/images";

const replaced = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

export const MUTANTS: readonly Mutant[] = [
  {
    name: "no-if-match",
    seed: 1,
    edits: [replaced(`${IMAGES}/commit.ts`, ": { ifMatch: etag }),", ": {}),")],
  },
  {
    name: "no-job-id",
    seed: 1,
    edits: [
      replaced(
        `${IMAGES}/commit.ts`,
        "if (!current.recent_jobs.includes(job.id)) return undefined;",
        "if (job.id !== '') return undefined;",
      ),
    ],
  },
  {
    name: "time-out-is-success",
    seed: 10,
    edits: [
      replaced(
        `${IMAGES}/commit.ts`,
        'if ("down" in put) return {',
        'if ("down" in put) return { end: "done", outcome: { outcome: "committed", ...next } };\n  if ("down" in put) return {',
      ),
    ],
  },
  {
    name: "no-hash-check",
    seed: 4,
    isWhole: true,
    edits: [
      replaced(
        `${IMAGES}/parts.ts`,
        "return sha256 === entry.sha256 ? undefined : ",
        "return sha256 !== '' ? undefined : ",
      ),
    ],
  },
  {
    name: "aliased-buffer",
    seed: 1,
    edits: [
      replaced(
        "lib/edge/sqljs.ts",
        "bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),",
        "bytes,",
      ),
    ],
  },
  {
    name: "pointer-before-part",
    seed: 1,
    edits: [
      replaced(
        `${IMAGES}/draft.ts`,
        "if (!isThere) await uploads.part(dataset, entry, packed.packed);",
        "if (!isThere) void uploads.part(dataset, entry, packed.packed).catch(() => {});",
      ),
    ],
  },
  {
    name: "lease-trusted",
    seed: 1,
    edits: [
      replaced(
        `${IMAGES}/commit.ts`,
        "  const { context } = tools;\n  const releaseLease = await leaseFor(context, dataset);\n",
        `  const releaseLease = await leaseFor(tools.context, dataset);
  const { objects } = tools.context;
  const put: typeof objects.put = (key, body, { contentType = "" } = {}) => objects.put(key, body, { contentType });
  if (releaseLease) tools = { ...tools, context: { ...tools.context, objects: { ...objects, put } } };
  const { context } = tools;
`,
      ),
    ],
  },
  {
    name: "collection-without-grace",
    seed: 1,
    edits: [
      replaced(
        `${IMAGES}/collect.ts`,
        "modifiedMs < nowMs() - graceMs;",
        "modifiedMs <= nowMs() + graceMs;",
      ),
    ],
  },
  {
    name: "collector-trusts-a-replica",
    isService: true,
    seed: 7,
    isWhole: true,
    edits: [
      replaced(
        `${IMAGES}/collect.ts`,
        "  if (!listed.some(",
        "  if (listed.length > 0 || !listed.some(",
      ),
    ],
  },
  {
    name: "roll-back-to-old-bytes",
    seed: 1,
    edits: [
      replaced(
        `${IMAGES}/versions.ts`,
        "import { datasetPrefix,",
        "import { manifestBytes, manifestKey, datasetPrefix,",
      ),
      replaced(
        `${IMAGES}/versions.ts`,
        "  return commit(tools, dataset, job, async (draft) => {",
        `  const { etag } = await persistently(context, () => manifests.read(dataset));
  const put = await context.objects.put(manifestKey(dataset), manifestBytes(target), { ifMatch: etag! });
  if (put.outcome === "stored") return { outcome: "committed", manifest: target, attempts: 1, result: undefined };
  return commit(tools, dataset, job, async (draft) => {`,
      ),
    ],
  },
  {
    name: "unstable-tie-order",
    seed: 3,
    edits: [
      replaced(
        "lib/index/ranking.ts",
        "return b.marketCap - a.marketCap || compareText(a.ticker, b.ticker);",
        "return b.marketCap - a.marketCap;",
      ),
    ],
  },
  {
    name: "no-nonce-check",
    seed: 1,
    edits: [
      replaced(
        `${IMAGES}/commit.ts`,
        "if (!published || published.nonce !== nonce) continue;",
        "if (!published || nonce === '') continue;",
      ),
    ],
  },
  {
    name: "old-parts-not-renewed",
    seed: 17,
    edits: [
      replaced(
        `${IMAGES}/uploads.ts`,
        "if (!(await put(key, packed, true))) {",
        "if (!(await put(key, packed, true)) && key === '') {",
      ),
    ],
  },
  {
    name: "readers-go-back",
    seed: 3,
    edits: [
      replaced(
        `${IMAGES}/current.ts`,
        "if (before === undefined || stored.manifest.seq >= before.stored.manifest.seq) {",
        "if (before === undefined || stored.manifest.seq >= 0) {",
      ),
    ],
  },
  {
    name: "cache-key-without-version",
    seed: 1,
    edits: [
      replaced(
        "lib/edge/cached.ts",
        "digest(config().BUILD_ID, routeKey, version, input ?? {}, format);",
        "digest(config().BUILD_ID, routeKey, version.slice(99), input ?? {}, format);",
      ),
    ],
  },
  {
    name: "conflict-is-success",
    seed: 6,
    edits: [
      replaced(
        `${IMAGES}/commit.ts`,
        'if (put.value.outcome !== "stored") {',
        'if (put.value.outcome === "precondition_failed") {',
      ),
      replaced(
        `${IMAGES}/commit.ts`,
        "etag: put.value.etag, body });",
        'etag: "etag" in put.value ? put.value.etag : "", body });',
      ),
    ],
  },
  {
    name: "history-not-kept",
    seed: 2,
    edits: [
      replaced(
        `${IMAGES}/commit.ts`,
        "if (replaced !== undefined) {",
        "if (replaced !== undefined && replaced.length === 0) {",
      ),
    ],
  },
  {
    name: "one-evening-only",
    isService: true,
    seed: 1,
    edits: [replaced("lib/jobs/daily.ts", "eventId}:market`,", "eventId.length}:market`,")],
  },
  {
    name: "drift-not-looked-at",
    isService: true,
    seed: 2,
    edits: [
      replaced(
        "lib/jobs/index-view.ts",
        "return found(images, { id, snapshot, run, range, moved: movedUnder(moved, range.last) });",
        "return found(images, { id, snapshot, run, range, moved: movedUnder(moved, 0) });",
      ),
    ],
  },
  {
    name: "drift-not-in-the-version",
    isService: true,
    seed: 2,
    edits: [
      replaced(
        "lib/jobs/index-view.ts",
        "  if (moved === undefined) return years;",
        "  if (moved !== 'unchecked') return years;",
      ),
    ],
  },
  {
    name: "damaged-key-is-nobodys",
    isService: true,
    seed: 17,
    edits: [
      replaced(
        "lib/edge/access/key-reader.ts",
        "    if (record) return { record, etag: first.etag };",
        "    if (first) return { record, etag: first.etag };",
      ),
    ],
  },
];
