/**
 * Positions on disk, one file for each mapping, so that a restart goes on where the last run was. A file is replaced as
 * a whole. One write is under way at a time, takes what is newest and is followed by a rest, so that a busy log does not
 * write after every batch: a kill repeats the batches of the last tenth of a second, as Lambda may at any time, and never
 * loses one.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Position } from "./shard.ts";

type Positions = Readonly<Record<string, Position>>;

export type Checkpoints = Readonly<{
  /** By shard; `undefined` for a mapping that has never run. @throws when a file is there and cannot be understood */
  read(mappingId: string): Positions | undefined;
  keep(mappingId: string, shard: string, position: Position): void;
  /** Resolves when everything is on disk. */
  close(): Promise<void>;
}>;

const REST_MS = 100;

type File = { positions: Record<string, Position>; isDirty: boolean; writing?: Promise<void> };

function parsed(path: string): Positions | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const { shards } = JSON.parse(text) as { shards?: Positions };
  if (typeof shards !== "object" || shards === null) throw new Error(`${path} names no shards`);
  return shards;
}

/** Positions to go on writing to; what cannot be understood is written over. */
function readable(path: string): Positions | undefined {
  try {
    return parsed(path);
  } catch {
    return undefined;
  }
}

/** @param log is told of a file that cannot be written */
export function fileCheckpoints(folder: string, log: (line: string) => void): Checkpoints {
  const files = new Map<string, File>();
  const closing = new AbortController();
  const rest = () => sleep(REST_MS, undefined, { signal: closing.signal }).catch(() => {});
  const pathOf = (id: string) => join(folder, `${id.replace(/[^\w.-]/g, "_")}.json`);
  mkdirSync(folder, { recursive: true });

  const fileOf = (id: string): File => {
    const known = files.get(id);
    if (known) return known;
    const made: File = { positions: { ...readable(pathOf(id)) }, isDirty: false };
    files.set(id, made);
    return made;
  };

  async function write(id: string, file: File): Promise<void> {
    while (file.isDirty) {
      file.isDirty = false;
      const draft = `${pathOf(id)}.${process.pid}`;
      await writeFile(draft, `${JSON.stringify({ shards: file.positions }, null, 1)}\n`);
      await rename(draft, pathOf(id));
      await rest();
    }
  }

  return {
    read: (id) => parsed(pathOf(id)),
    keep(id, shard, position) {
      const file = fileOf(id);
      file.positions[shard] = position;
      file.isDirty = true;
      file.writing ??= write(id, file)
        .catch((error: unknown) => log(`${id}: its position was not kept: ${String(error)}`))
        .finally(() => {
          delete file.writing;
        });
    },
    async close() {
      closing.abort();
      await Promise.all([...files.values()].map(({ writing }) => writing));
    },
  };
}
