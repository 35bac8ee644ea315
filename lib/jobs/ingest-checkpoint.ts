/**
 * Where an ingestion of several files stands, kept as one small object beside the images: the files that are done and
 * the parts they made. A later run of the same job on the same version of the market goes on from there.
 */

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

/** The object that holds the checkpoint of a job; `undefined` for a source that cannot be read file by file. */
export function checkpointKey(
  { name, files, print }: MarketSource,
  ...settings: readonly unknown[]
): string | undefined {
  if (!files || files.length < 2 || print === undefined) return undefined;
  return `ingest/${[name, print, ...settings.map((setting) => setting ?? "any")].join("-")}.json`;
}

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
