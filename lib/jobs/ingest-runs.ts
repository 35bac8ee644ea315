/**
 * A record of each ingestion: one small object beside the images, written when it begins and again when it ends. It is
 * no part of the market, whose bytes must not tell when or how often it was loaded.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Objects } from "../ports.ts";
import type { KeptCounts } from "./precedence-load.ts";

export type IngestRun = Readonly<{
  job_id: string;
  source: string;
  gate: "on" | "off";
  started_at: string;
  /** `null` while it runs, and for ever when it was killed. */
  finished_at: string | null;
  outcome: "running" | "committed" | "unchanged" | "repeated" | "failed";
  /** Why it failed. */
  error: Readonly<{ code: string; message: string }> | null;
  rows_read: number;
  rows_accepted: number;
  days: number;
  repaired: Readonly<Record<string, number>>;
  quarantined: Readonly<Record<string, number>>;
  failed_days: number;
  kept_by_precedence: KeptCounts;
  /** What the source could not give. */
  failures: number;
}>;

const FOLDER = "runs/";
/** Names count down, so that the store lists the newest first. */
const LAST_MS = 9_999_999_999_999;

/** Runs are kept this long; aws/bucket.yml has the same age. */
export const RUN_DAYS = 400;
const MS_PER_DAY = 86_400_000;

const nameOf = (jobId: string, startedMs: number): string => {
  const hash = createHash("sha256").update(jobId).digest("hex").slice(0, 16);
  return `${String(LAST_MS - startedMs).padStart(13, "0")}-${hash}`;
};

export type RunRecord = Readonly<{
  /** The record never decides over the job: when it cannot be written, it is missing and nothing else. */
  write: (run: IngestRun) => Promise<void>;
}>;

export function runRecord(objects: Objects, jobId: string, startedMs: number): RunRecord {
  const key = `${FOLDER}${nameOf(jobId, startedMs)}.json`;
  return {
    async write(run) {
      try {
        await objects.put(key, Buffer.from(JSON.stringify(run)), {
          contentType: "application/json",
        });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    },
  };
}

export type IngestionsRequest = Readonly<{ limit: number; cursor?: string | undefined }>;

/** Runs newest first; `next` asks for those after the last one given. */
export async function ingestions(objects: Objects, { limit, cursor }: IngestionsRequest) {
  const names = (await objects.list(FOLDER))
    .map(({ key }) => key.slice(FOLDER.length, -".json".length))
    .filter((name) => cursor === undefined || name > cursor)
    .sort();
  const shown = names.slice(0, limit);
  const runs = await Promise.all(
    shown.map(async (name) => {
      const object = await objects.get(`${FOLDER}${name}.json`);
      return object && (JSON.parse(object.body.toString()) as IngestRun);
    }),
  );
  return {
    ingestions: runs.filter((run) => run !== undefined),
    next: names.length > limit ? shown.at(-1)! : null,
  };
}

/** @returns how many old records were removed */
export async function collectRuns(objects: Objects, nowMs: number): Promise<number> {
  const old = (await objects.list(FOLDER)).filter(
    ({ modifiedMs }) => modifiedMs < nowMs - RUN_DAYS * MS_PER_DAY,
  );
  for (const { key } of old) await objects.remove(key);
  return old.length;
}
