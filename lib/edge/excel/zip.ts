/**
 * A zip archive written as it grows, and the small reader its package skeleton needs.
 * Parts whose bytes are known carry their sizes in front; streamed parts carry them in a data descriptor behind.
 * Archives of 4 GiB or more (zip64) are refused: a workbook that large opens nowhere.
 */
import { finished } from "node:stream/promises";
import { constants, crc32, createDeflateRaw, deflateRawSync, inflateRawSync } from "node:zlib";
import { AppError } from "../../errors.ts";

export type ZipPart = Readonly<{ name: string; body: Uint8Array | AsyncIterable<Uint8Array> }>;

export type ZipOptions = Readonly<{
  modifiedMs: number;
  /** Of deflate, 1 (fast) to 9. */
  level: number;
  /** The archive, and each part unpacked, stay below it; by default what 32-bit sizes can say. */
  limitBytes?: number;
}>;

const ZIP32_BYTES = 0xffffffff;
const STREAMED = 0x0008;
const UTF8 = 0x0800;

type Written = {
  name: Buffer;
  flags: number;
  crc: number;
  packedBytes: number;
  bytes: number;
  offset: number;
};

/**
 * The archive's bytes, part after part in the order given.
 *
 * @throws AppError PAYLOAD_TOO_LARGE when the archive or a part would need zip64
 */
export async function* zip(
  parts: Iterable<ZipPart> | AsyncIterable<ZipPart>,
  { modifiedMs, level, limitBytes = ZIP32_BYTES }: ZipOptions,
): AsyncGenerator<Uint8Array> {
  const stamp = dosTime(modifiedMs);
  const directory: Written[] = [];
  let offset = 0;
  for await (const { name, body } of parts) {
    const entry: Written = {
      name: Buffer.from(name),
      flags: UTF8,
      crc: 0,
      packedBytes: 0,
      bytes: 0,
      offset,
    };
    directory.push(entry);
    if (body instanceof Uint8Array) {
      const packed = deflateRawSync(body, { level });
      entry.crc = crc32(body);
      entry.packedBytes = packed.length;
      entry.bytes = body.length;
      const header = localHeader(entry, stamp);
      yield header;
      yield packed;
      offset += header.length + packed.length;
    } else {
      entry.flags |= STREAMED;
      const header = localHeader(entry, stamp);
      yield header;
      for await (const packed of deflated(body, level, entry, limitBytes)) yield packed;
      const descriptor = dataDescriptor(entry);
      yield descriptor;
      offset += header.length + entry.packedBytes + descriptor.length;
    }
    if (offset > limitBytes || entry.bytes > limitBytes) throw tooLarge(name, limitBytes);
  }
  const index = directory.map((entry) => centralHeader(entry, stamp));
  const indexBytes = index.reduce((sum, { length }) => sum + length, 0);
  if (offset + indexBytes > limitBytes) throw tooLarge("directory", limitBytes);
  yield Buffer.concat([...index, endOfDirectory(directory.length, indexBytes, offset)]);
}

/**
 * Packs a stream while it is being made and counts what went through: zlib works on one piece in a thread of its own
 * while the next is written here. (A stream pipeline takes turns instead and is half as fast.)
 */
async function* deflated(
  body: AsyncIterable<Uint8Array>,
  level: number,
  entry: Written,
  limitBytes: number,
): AsyncGenerator<Uint8Array> {
  const deflate = createDeflateRaw({ level, chunkSize: 65_536 });
  let ready: Buffer[] = [];
  deflate.on("data", (packed: Buffer) => ready.push(packed));
  const drained = () => {
    const packed = ready;
    ready = [];
    entry.packedBytes += packed.reduce((sum, { length }) => sum + length, 0);
    return packed;
  };
  try {
    let working = Promise.resolve();
    for await (const chunk of body) {
      entry.crc = crc32(chunk, entry.crc);
      entry.bytes += chunk.length;
      if (entry.bytes > limitBytes) throw tooLarge(entry.name.toString(), limitBytes);
      await working;
      working = new Promise((resolve, reject) => {
        deflate.write(chunk, (failure) => (failure ? reject(failure) : resolve()));
      });
      // Awaited a piece later; until then a failure must not count as unhandled.
      working.catch(() => {});
      yield* drained();
    }
    await working;
    deflate.end();
    await finished(deflate);
    yield* drained();
  } finally {
    deflate.destroy();
  }
}

function localHeader(entry: Written, stamp: Stamp): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, 4, entry, stamp);
  return Buffer.concat([header, entry.name]);
}

function dataDescriptor(entry: Written): Buffer {
  const descriptor = Buffer.alloc(16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(entry.crc, 4);
  descriptor.writeUInt32LE(entry.packedBytes, 8);
  descriptor.writeUInt32LE(entry.bytes, 12);
  return descriptor;
}

function centralHeader(entry: Written, stamp: Stamp): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(20, 4);
  writeCommon(header, 6, entry, stamp);
  // In the directory the sizes stand even for streamed parts.
  header.writeUInt32LE(entry.crc, 16);
  header.writeUInt32LE(entry.packedBytes, 20);
  header.writeUInt32LE(entry.bytes, 24);
  header.writeUInt32LE(entry.offset, 42);
  return Buffer.concat([header, entry.name]);
}

/** The run of fields that local and central headers share, from "version needed" to the name's length. */
function writeCommon(header: Buffer, at: number, entry: Written, stamp: Stamp): void {
  const known = (entry.flags & STREAMED) === 0;
  header.writeUInt16LE(20, at);
  header.writeUInt16LE(entry.flags, at + 2);
  header.writeUInt16LE(8, at + 4);
  header.writeUInt16LE(stamp.time, at + 6);
  header.writeUInt16LE(stamp.date, at + 8);
  header.writeUInt32LE(known ? entry.crc : 0, at + 10);
  header.writeUInt32LE(known ? entry.packedBytes : 0, at + 14);
  header.writeUInt32LE(known ? entry.bytes : 0, at + 18);
  header.writeUInt16LE(entry.name.length, at + 22);
}

function endOfDirectory(count: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

type Stamp = Readonly<{ time: number; date: number }>;

/** Zip stores local time in steps of two seconds from 1980; we store UTC, so that the bytes do not move with the machine. */
function dosTime(ms: number): Stamp {
  const at = new Date(Math.max(ms, Date.UTC(1980, 0, 1)));
  return {
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
  };
}

const tooLarge = (name: string, limitBytes: number) =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    `"${name}" would pass ${limitBytes} bytes; export a shorter range`,
    { limit_bytes: limitBytes },
  );

/** Every part of an archive held in memory, in directory order. @throws AppError BAD_FILE when it is not a zip archive */
export function unzip(archive: Uint8Array): Map<string, Buffer> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new AppError("BAD_FILE", "a zip archive must end with its directory");
  const parts = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const method = bytes.readUInt16LE(at + 10);
    const packedBytes = bytes.readUInt32LE(at + 20);
    const nameBytes = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameBytes);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(start, start + packedBytes);
    const body =
      method === 0 ? packed : inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
    if (crc32(body) !== bytes.readUInt32LE(at + 16)) {
      throw new AppError("BAD_FILE", `"${name}" does not have the checksum its directory states`);
    }
    parts.set(name, body);
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}
