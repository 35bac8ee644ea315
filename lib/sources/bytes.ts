/** A file's bytes as a stream of chunks, unpacked when it is gzip (told by its first bytes, not by its name). */
import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { createGunzip } from "node:zlib";
import { AppError } from "../errors.ts";

const CHUNK_BYTES = 256 * 1024;

/** @param read hears how many bytes of the file itself (packed, as on disk) have been read */
export async function* chunksOf(
  file: string,
  read: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const isGzip = isGzipFile(file);
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  source.on("data", (chunk) => read(chunk.length));
  try {
    if (!isGzip) return yield* source as AsyncIterable<Buffer>;
    const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
    source.on("error", (error) => unpacked.destroy(error));
    yield* source.pipe(unpacked) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(file, isGzip, error);
  } finally {
    source.destroy();
  }
}

/** The whole file as text. @throws AppError BAD_FILE as for {@link chunksOf} */
export async function textOf(file: string, read?: (bytes: number) => void): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(file, read)) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

/** The first bytes of the unpacked file, enough to tell what it is. */
export async function beginningOf(file: string): Promise<Buffer> {
  for await (const chunk of chunksOf(file)) return chunk;
  return Buffer.alloc(0);
}

/** Size on disk. @throws AppError BAD_FILE when it is missing or no file */
export function fileBytes(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) throw badFile(file, "does not exist", "the path of a file");
  if (!found.isFile()) throw badFile(file, "is not a file", "the path of a file");
  return found.size;
}

export function badFile(
  file: string,
  wrong: string,
  expected: string,
  options?: ErrorOptions,
): AppError {
  return new AppError(
    "BAD_FILE",
    `"${file}" ${wrong}; expected ${expected}`,
    { file, expected },
    options,
  );
}

function isGzipFile(file: string): boolean {
  fileBytes(file);
  const magic = Buffer.alloc(2);
  try {
    const opened = openSync(file, "r");
    try {
      return readSync(opened, magic, 0, 2, 0) === 2 && magic[0] === 0x1f && magic[1] === 0x8b;
    } finally {
      closeSync(opened);
    }
  } catch (error) {
    throw unreadable(file, false, error);
  }
}

function unreadable(file: string, isGzip: boolean, cause: unknown): unknown {
  // Failures of the file system and of zlib carry a code; anything else is a bug and passes unchanged.
  if (!(cause instanceof Error) || cause instanceof AppError || !("code" in cause)) return cause;
  const expected = isGzip ? "a whole gzip file" : "a file that can be read";
  return badFile(file, `cannot be read (${cause.message})`, expected, { cause });
}
