/** One record as it lies in a file: a head of fixed length, the partition key, the data. Little-endian. */
import { crc32 } from "node:zlib";
import type { Sequence } from "./sequence.ts";

/** keyBytes u32, dataBytes u32, ms f64, count u32, crc32 of key and data u32. */
export const HEAD_BYTES = 24;
/** Key and data of a record together. */
export const RECORD_BYTES_MAX = 1024 * 1024;

export type KeyedBytes = Readonly<{ key: string; data: Uint8Array }>;
export type StoredRecord = Readonly<{ sequence: Sequence; key: string; data: Buffer }>;

export function encodeRecord({ key, data }: KeyedBytes, { ms, count }: Sequence): Buffer {
  const keyBytes = Buffer.byteLength(key);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + keyBytes + data.length);
  bytes.writeUInt32LE(keyBytes, 0);
  bytes.writeUInt32LE(data.length, 4);
  bytes.writeDoubleLE(ms, 8);
  bytes.writeUInt32LE(count, 16);
  bytes.write(key, HEAD_BYTES);
  bytes.set(data, HEAD_BYTES + keyBytes);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES)), 20);
  return bytes;
}

export type Decoded = Readonly<{ record: StoredRecord; bytes: number }>;

/**
 * The record that begins at `at`.
 * @returns "short" when `bytes` end within it (`needed` says how much it has in all), "damaged" when it is none
 */
export function decodeRecord(
  bytes: Buffer,
  at: number,
): Decoded | Readonly<{ fault: "short"; needed: number }> | Readonly<{ fault: "damaged" }> {
  if (at + HEAD_BYTES > bytes.length) return { fault: "short", needed: HEAD_BYTES };
  const keyBytes = bytes.readUInt32LE(at);
  const dataBytes = bytes.readUInt32LE(at + 4);
  if (keyBytes + dataBytes > RECORD_BYTES_MAX || keyBytes === 0) return { fault: "damaged" };
  const needed = HEAD_BYTES + keyBytes + dataBytes;
  if (at + needed > bytes.length) return { fault: "short", needed };
  const from = at + HEAD_BYTES;
  const body = bytes.subarray(from, at + needed);
  if (crc32(body) !== bytes.readUInt32LE(at + 20)) return { fault: "damaged" };
  const sequence = { ms: bytes.readDoubleLE(at + 8), count: bytes.readUInt32LE(at + 16) };
  const key = body.toString("utf8", 0, keyBytes);
  return { record: { sequence, key, data: body.subarray(keyBytes) }, bytes: needed };
}
