/** A file's bytes as a stream of chunks, unpacked when it is gzip (told by its first bytes, not by its name). */
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { AppError } from "../errors.ts";
import type { InputFile } from "./input-file.ts";

const CHUNK_BYTES = 256 * 1024;

/**
 * @param read hears how many bytes of the file itself (packed, as stored) have been read
 * @throws AppError BAD_FILE when it cannot be read to its end
 */
export async function* chunksOf(
  file: InputFile,
  read: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const stored = counted(file, read);
  let isGzip = false;
  try {
    const { value: first } = await stored.next();
    if (!first) return;
    isGzip = first[0] === 0x1f && first[1] === 0x8b;
    const whole = startingWith(first, stored);
    yield* isGzip ? unpacked(whole) : whole;
  } catch (error) {
    throw unreadable(file, isGzip, error);
  } finally {
    await stored.return(undefined);
  }
}

/** The whole file as text. @throws AppError BAD_FILE as for {@link chunksOf} */
export async function textOf(file: InputFile, read?: (bytes: number) => void): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(file, read)) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/^\uFEFF/, "");
}

/** The first bytes of the unpacked file, enough to tell what it is. */
export async function beginningOf(file: InputFile): Promise<Buffer> {
  for await (const chunk of chunksOf(file)) return chunk;
  return Buffer.alloc(0);
}

export function badFile(
  name: string,
  wrong: string,
  expected: string,
  options?: ErrorOptions,
): AppError {
  return new AppError(
    "BAD_FILE",
    `"${name}" ${wrong}; expected ${expected}`,
    { file: name, expected },
    options,
  );
}

async function* counted(
  file: InputFile,
  read: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of file.chunks()) {
    read(chunk.length);
    yield chunk;
  }
}

async function* startingWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // One chunk waits at a time: those of a bucket are large.
  const source = Readable.from(packed, { highWaterMark: 1 });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  source.on("error", (error) => gunzip.destroy(error));
  try {
    yield* source.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    source.destroy();
  }
}

function unreadable({ name }: InputFile, isGzip: boolean, cause: unknown): unknown {
  // Failures of the file system and of zlib carry a code; anything else is a bug and passes unchanged.
  if (!(cause instanceof Error) || cause instanceof AppError || !("code" in cause)) return cause;
  const expected = isGzip ? "a whole gzip file" : "a file that can be read";
  return badFile(name, `cannot be read (${cause.message})`, expected, { cause });
}
