/**
 * Where an ingestion of several files stands, kept as one small object beside the images: the files that are done and
 * the parts they made. A later run of the same job on the same version of the market goes on from there.
 */

import { createHash } from "node:crypto";
import type { Draft, MarketSource, Objects, PartEntry } from "../ports.ts";
import type { LoadState } from "./market-load.ts";

type Saved = Readonly<{
  format: 1;
  /** The version of the market this job began on, by its manifest's nonce. */
  base: string;
  files_done: number;
  parts: Readonly<Record<string, PartEntry>>;
  state: LoadState;
}>;

export type Checkpoint = Readonly<{
  /** Takes over what an interrupted run has done; `undefined` when there is nothing to take over. */
  resume: () => Promise<Readonly<{ filesDone: number; state: LoadState }> | undefined>;
  save: (filesDone: number, state: LoadState) => Promise<void>;
}>;

const FOLDER = "ingest/";

/**
 * How long a checkpoint waits for its job to be run again. Most are worth less sooner: the parts they name are collected
 * as soon as they are older than the grace time. aws/bucket.yml has the same age.
 */
export const CHECKPOINT_DAYS = 7;
const MS_PER_DAY = 86_400_000;

/** The object that holds the checkpoint of a job; `undefined` for a source that cannot be read file by file. */
export function checkpointKey(
  { name, files, print }: MarketSource,
  ...settings: readonly unknown[]
): string | undefined {
  if (!files || files.length < 2 || print === undefined) return undefined;
  return `${FOLDER}${[name, print, ...settings.map((setting) => setting ?? "any")].join("-")}.json`;
}

/** A setting of many words as a short one, for {@link checkpointKey}. */
export const settingPrint = (setting: unknown): string =>
  createHash("sha256").update(JSON.stringify(setting)).digest("hex").slice(0, 16);

export function checkpointOf(objects: Objects, key: string, draft: Draft): Checkpoint {
  const base = draft.base.manifest.nonce;
  return {
    async resume() {
      const saved = parsed((await objects.get(key))?.body);
      if (saved?.base !== base || !(await draft.adopt(saved.parts))) return undefined;
      return { filesDone: saved.files_done, state: saved.state };
    },
    async save(filesDone, state) {
      const saved: Saved = {
        format: 1,
        base,
        files_done: filesDone,
        parts: draft.parts(),
        state,
      };
      await objects.put(key, Buffer.from(JSON.stringify(saved)), {
        contentType: "application/json",
      });
    },
  };
}

/**
 * Removes the checkpoints of jobs that nobody ran again. One of a job at work is never that old, since it is written
 * again as the job goes on; should it go all the same, its job only begins anew another time.
 *
 * @returns how many were removed
 */
export async function collectCheckpoints(objects: Objects, nowMs: number): Promise<number> {
  const old = (await objects.list(FOLDER)).filter(
    ({ key, modifiedMs }) =>
      key.endsWith(".json") && modifiedMs < nowMs - CHECKPOINT_DAYS * MS_PER_DAY,
  );
  for (const { key } of old) await objects.remove(key);
  return old.length;
}

/** A checkpoint that cannot be read is worth nothing: the job begins anew. */
function parsed(body: Buffer | undefined): Saved | undefined {
  if (!body) return undefined;
  try {
    const saved = JSON.parse(body.toString()) as Saved;
    return saved.format === 1 ? saved : undefined;
  } catch {
    return undefined;
  }
}
