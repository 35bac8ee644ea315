/** The manifest of a dataset: where it lies, its shape, and the version users see. */
import { hash } from "node:crypto";
import { AppError } from "../../errors.ts";
import type { Manifest, PartEntry } from "../../ports.ts";

export const RECENT_JOBS = 64;

const DATASET = /^[a-z0-9][a-z0-9_-]*$/;
const PART = /^[A-Za-z0-9][A-Za-z0-9_./-]*$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** @throws AppError UNKNOWN_DATASET when the name cannot be one */
export function demandDataset(dataset: string): void {
  if (DATASET.test(dataset)) return;
  throw new AppError(
    "UNKNOWN_DATASET",
    `dataset must be a lowercase word such as "market", was "${dataset}"`,
    { dataset },
  );
}

/** Part names are chosen by our code, so a bad one is a bug. */
export function demandPart(part: string): void {
  if (!PART.test(part)) throw new Error(`part must look like "caps/2024", was "${part}"`);
}

export const manifestKey = (dataset: string): string => `images/${dataset}/manifest.json`;
export const datasetPrefix = (dataset: string): string => `images/${dataset}/`;
export const historyPrefix = (dataset: string): string => `images/${dataset}/history/`;
export const historyKey = (dataset: string, seq: number): string =>
  `${historyPrefix(dataset)}${seq}.json`;
export const partKey = (dataset: string, sha256: string): string =>
  `images/${dataset}/${sha256}.sqlite.zst`;
export const collectingKey = (dataset: string): string => `images/${dataset}/collecting.json`;
export const quarantineKey = (dataset: string, part: string, sha256: string): string =>
  `quarantine/${dataset}/${part}/${sha256}.sqlite.zst`;

/** The sequence number of a history key; `undefined` for any other key. */
export function historySeq(dataset: string, key: string): number | undefined {
  const prefix = historyPrefix(dataset);
  const match = key.startsWith(prefix) ? /^(\d+)\.json$/.exec(key.slice(prefix.length)) : null;
  return match === null ? undefined : Number(match[1]);
}

/** The content hash in a part's key; `undefined` for any other key. */
export function partSha256(dataset: string, key: string): string | undefined {
  const prefix = datasetPrefix(dataset);
  const match = key.startsWith(prefix)
    ? /^([0-9a-f]{64})\.sqlite\.zst$/.exec(key.slice(prefix.length))
    : null;
  return match?.[1];
}

/** Stands for a dataset nobody has written yet. */
export const EMPTY: Manifest = {
  format: 1,
  seq: 0,
  nonce: "",
  parent_nonce: null,
  written_at: "1970-01-01T00:00:00.000Z",
  writer: "",
  note: "",
  parts: {},
  recent_jobs: [],
};

/**
 * What a user sees as the version of an answer: the first 16 hex of sha256 over the sorted
 * `name sha256` lines of the parts it rests on. A part that is not there counts as `name -`,
 * because the answer changes when it appears.
 */
export function versionOf(
  manifest: Manifest,
  parts: readonly string[] = Object.keys(manifest.parts),
): string {
  const lines = [...new Set(parts)]
    .sort()
    .map((part) => `${part} ${manifest.parts[part]?.sha256 ?? "-"}`);
  return hash("sha256", lines.join("\n")).slice(0, 16);
}

export const manifestBytes = (manifest: Manifest): Buffer =>
  Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);

type Check = readonly [isGood: boolean, problem: string];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const isDayOrNull = (value: unknown): boolean => value === null || isCount(value);
const isTextMap = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every(isText);

const partChecks = (part: string, entry: unknown): Check[] => {
  if (!isObject(entry)) return [[false, `part "${part}" must be an object`]];
  return [
    [PART.test(part), `"${part}" cannot name a part`],
    [isText(entry.sha256) && SHA256.test(entry.sha256), `sha256 of "${part}" must be 64 hex`],
    [isCount(entry.bytes), `bytes of "${part}" must be a count`],
    [isCount(entry.raw_bytes), `raw_bytes of "${part}" must be a count`],
    [isCount(entry.rows), `rows of "${part}" must be a count`],
    [isDayOrNull(entry.from), `from of "${part}" must be YYYYMMDD or null`],
    [isDayOrNull(entry.to), `to of "${part}" must be YYYYMMDD or null`],
  ];
};

function problemOf(value: unknown): string | undefined {
  if (!isObject(value)) return "it must be an object";
  const { parts, recent_jobs: jobs } = value;
  const checks: Check[] = [
    [value.format === 1, `format must be 1, was ${JSON.stringify(value.format)}`],
    [isCount(value.seq) && value.seq > 0, "seq must be a positive integer"],
    [isText(value.nonce) && value.nonce !== "", "nonce must be a text"],
    [
      value.parent_nonce === null || isText(value.parent_nonce),
      "parent_nonce must be text or null",
    ],
    [isText(value.written_at), "written_at must be a text"],
    [isText(value.writer), "writer must be a text"],
    [isText(value.note), "note must be a text"],
    [value.built_from === undefined || isTextMap(value.built_from), "built_from must hold texts"],
    [Array.isArray(jobs) && jobs.every(isText), "recent_jobs must be a list of texts"],
    [isObject(parts), "parts must be an object"],
    ...Object.entries(isObject(parts) ? parts : {}).flatMap(([part, entry]) =>
      partChecks(part, entry),
    ),
  ];
  return checks.find(([isGood]) => !isGood)?.[1];
}

/** @throws AppError IMAGE_REFUSED when the bytes are not a manifest of format 1 */
export function parseManifest(bytes: Buffer, key: string): Manifest {
  let value: unknown;
  let problem: string | undefined;
  try {
    value = JSON.parse(bytes.toString("utf8"));
    problem = problemOf(value);
  } catch (error) {
    problem = `it is not JSON (${(error as Error).message})`;
  }
  if (problem === undefined) return value as Manifest;
  throw new AppError("IMAGE_REFUSED", `manifest "${key}" is refused: ${problem}`, { key, problem });
}

export const isSameEntry = (a: PartEntry | undefined, b: PartEntry | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.sha256 === b.sha256 &&
    a.rows === b.rows &&
    a.from === b.from &&
    a.to === b.to);
