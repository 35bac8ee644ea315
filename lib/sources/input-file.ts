/** A file to be read, wherever it lies: what the readers know of it. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { badFile } from "./bytes.ts";

export type InputFile = Readonly<{
  /** As its user would write it; stands in messages and in the quarantine. */
  name: string;
  /** Size as it is stored. */
  bytes: number;
  /** Where it lies and which content it has: changes when the file is written again. */
  print: string;
  /** The name of the folder it lies in. */
  folder: string;
  /** Its bytes as they are stored, from the beginning at each call. */
  chunks: () => AsyncIterable<Buffer>;
  /** A file of this name in its folder (level 0) or so many folders above, where there is one. */
  near: (name: string, level: number) => Promise<InputFile | undefined>;
}>;

/** A file on disk may be given by its path. */
export type FileOrPath = InputFile | string;

const CHUNK_BYTES = 256 * 1024;

/** @throws AppError BAD_FILE when it is missing or no file */
export function localFile(path: string): InputFile {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw badFile(path, "does not exist", "the path of a file");
  if (!found.isFile()) throw badFile(path, "is not a file", "the path of a file");
  const whole = resolve(path);
  return {
    name: path,
    bytes: found.size,
    print: `${whole}\n${found.size}\n${found.mtimeMs}\n`,
    folder: basename(dirname(whole)),
    chunks: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }),
    near: async (name, level) => {
      const folder = Array.from({ length: level }).reduce<string>(dirname, dirname(whole));
      const near = join(folder, name);
      return existsSync(near) ? localFile(near) : undefined;
    },
  };
}

/** @throws AppError BAD_FILE for a path as {@link localFile} */
export const inputFile = (file: FileOrPath): InputFile =>
  typeof file === "string" ? localFile(file) : file;

export const bytesOf = (files: readonly InputFile[]): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0);
