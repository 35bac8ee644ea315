/**
 * Where the bytes lie: files that appear whole or not at all. `diskFiles` keeps them below one directory;
 * `memoryFiles` keeps them in process, so that simulated runs have no disk and no thread pool to wait for.
 * Names are made by the store from hashes and counters, never from what a client sends.
 */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export type Files = Readonly<{
  /** Writes a file that nobody sees yet. `publish` gives it its name in one step, replacing what had it. */
  stage(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Staged>;
  /** Opens a file to read; it stays readable when the name is given to another. `undefined` when there is none. */
  open(name: string): Promise<OpenFile | undefined>;
  /** Names directly below a directory, sorted. */
  names(directory: string): Promise<string[]>;
  /** Removes a file or a directory with everything in it; nothing happens when it is not there. */
  remove(name: string): Promise<void>;
}>;

export type OpenFile = Readonly<{
  /** Bytes `from` up to (not including) `to`, fewer at the end of the file. */
  read(from: number, to: number): Promise<Buffer>;
  close(): Promise<void>;
}>;

export type Staged = Readonly<{ publish(name: string): Promise<void>; discard(): Promise<void> }>;

const STAGING = ".staging";

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  (error.code === "ENOENT" || error.code === "ENOTDIR");

/** Files below `root`. What an earlier run left half written is removed. No fsync: this store is for development. */
export async function diskFiles(root: string): Promise<Files> {
  await rm(join(root, STAGING), { recursive: true, force: true });
  await mkdir(join(root, STAGING), { recursive: true });
  return {
    async stage(chunks) {
      const temporary = join(root, STAGING, randomUUID());
      const file = await open(temporary, "wx");
      try {
        for await (const chunk of chunks) await file.writeFile(chunk);
      } catch (error) {
        await file.close();
        await rm(temporary, { force: true });
        throw error;
      }
      await file.close();
      return {
        async publish(name) {
          const target = join(root, name);
          try {
            await rename(temporary, target);
          } catch (error) {
            if (!isMissing(error)) throw error;
            await mkdir(dirname(target), { recursive: true });
            await rename(temporary, target);
          }
        },
        discard: () => rm(temporary, { force: true }),
      };
    },
    async open(name) {
      try {
        const file = await open(join(root, name), "r");
        const { size } = await file.stat();
        return {
          async read(from, to) {
            const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(to, size) - from));
            const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
            return buffer.subarray(0, bytesRead);
          },
          close: () => file.close(),
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async names(directory) {
      try {
        const names = await readdir(join(root, directory));
        return names.filter((name) => name !== STAGING).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    remove: (name) => rm(join(root, name), { recursive: true, force: true }),
  };
}

/** The same in process. Bytes are copied on the way in and out, as a disk would. */
export function memoryFiles(): Files {
  const files = new Map<string, Buffer>();
  return {
    async stage(chunks) {
      const pieces: Uint8Array[] = [];
      for await (const chunk of chunks) pieces.push(chunk);
      const body = Buffer.concat(pieces);
      return {
        publish: async (name) => {
          files.set(name, body);
        },
        discard: async () => {},
      };
    },
    async open(name) {
      const body = files.get(name);
      if (body === undefined) return undefined;
      return {
        read: async (from, to) => Buffer.from(body.subarray(from, Math.max(from, to))),
        close: async () => {},
      };
    },
    async names(directory) {
      const prefix = directory === "" ? "" : `${directory}/`;
      const below = [...files.keys()]
        .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
        .map((name) => name.slice(prefix.length).split("/")[0]!);
      return [...new Set(below)].sort();
    },
    async remove(name) {
      for (const other of [...files.keys()])
        if (other === name || other.startsWith(`${name}/`)) files.delete(other);
    },
  };
}
