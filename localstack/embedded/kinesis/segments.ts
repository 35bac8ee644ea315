/** The files of one shard: each named by the sequence number it begins with, so that their names sort as their records do. */
import { mkdir, open, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeRecord, type StoredRecord } from "./record.ts";
import type { Sequence } from "./sequence.ts";

export type Segment = {
  readonly name: string;
  /** No record in it is earlier. */
  readonly first: Sequence;
  /** Whole records; what lies behind them is being written. */
  bytes: number;
};

/** How much is read at once: enough for small records in the number wanted, between these. */
const WINDOW_BYTES_MIN = 64 * 1024;
const WINDOW_BYTES_MAX = 1024 * 1024;
const SMALL_RECORD_BYTES = 256;

export const segmentName = ({ ms, count }: Sequence): string =>
  `${String(ms).padStart(15, "0")}-${String(count).padStart(10, "0")}.log`;

/** `undefined` for a file that is no segment. */
function firstOf(name: string): Sequence | undefined {
  const [, ms, count] = /^(\d{15})-(\d{10})\.log$/.exec(name) ?? [];
  return ms === undefined ? undefined : { ms: Number(ms), count: Number(count) };
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** The segments of a folder, which is created with an empty one that begins at `start` when it is not there. */
export async function openSegments(folder: string, start: Sequence): Promise<Segment[]> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).sort();
  const segments: Segment[] = [];
  for (const name of names) {
    const first = firstOf(name);
    if (first) segments.push({ name, first, bytes: (await stat(join(folder, name))).size });
  }
  if (segments.length > 0) return segments;
  const name = segmentName(start);
  await writeFile(join(folder, name), "");
  return [{ name, first: start, bytes: 0 }];
}

/**
 * Reads the newest segment to its end and cuts off a record that a killed process left half written.
 * @returns the last whole record's number, and whether something was cut
 */
export async function repairTail(
  folder: string,
  segment: Segment,
): Promise<Readonly<{ last: Sequence; isCut: boolean }>> {
  const path = join(folder, segment.name);
  const bytes = await readFile(path);
  let last = segment.first;
  let at = 0;
  while (at < bytes.length) {
    const decoded = decodeRecord(bytes, at);
    if ("fault" in decoded) break;
    last = decoded.record.sequence;
    at += decoded.bytes;
  }
  const isCut = at < bytes.length;
  if (isCut) await truncate(path, at);
  segment.bytes = at;
  return { last, isCut };
}

export type Chunk = Readonly<{
  records: readonly StoredRecord[];
  /** Where each of them ends in the segment. */
  ends: readonly number[];
}>;

/**
 * Some records of a segment from `offset` on, at least one unless there are none.
 * @returns `undefined` when the segment was removed meanwhile
 */
export async function readChunk(
  folder: string,
  segment: Segment,
  offset: number,
  recordsMax: number,
): Promise<Chunk | undefined> {
  const left = segment.bytes - offset;
  const wanted = Math.max(recordsMax * SMALL_RECORD_BYTES, WINDOW_BYTES_MIN);
  const length = Math.min(left, wanted, WINDOW_BYTES_MAX);
  let window = await readRange(folder, segment, offset, length);
  if (window === undefined) return undefined;
  const first = decodeRecord(window, 0);
  if ("fault" in first && first.fault === "short" && first.needed <= left)
    window = (await readRange(folder, segment, offset, first.needed)) ?? window;
  const records: StoredRecord[] = [];
  const ends: number[] = [];
  for (let at = 0; records.length < recordsMax; ) {
    const decoded = decodeRecord(window, at);
    if ("fault" in decoded) break;
    at += decoded.bytes;
    records.push(decoded.record);
    ends.push(offset + at);
  }
  return { records, ends };
}

async function readRange(
  folder: string,
  { name }: Segment,
  offset: number,
  length: number,
): Promise<Buffer | undefined> {
  try {
    const file = await open(join(folder, name), "r");
    try {
      const buffer = Buffer.allocUnsafeSlow(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
