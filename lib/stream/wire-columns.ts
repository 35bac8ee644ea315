/** Packed columns of a message, copied into typed arrays. What does not fit is told, never thrown. */
import { type Span, WireReader } from "./wire.ts";

export const bytesOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, to }) => sum + to - from, 0);

/** @returns whether the pieces hold exactly so many rows */
export function doublesInto(
  column: Float64Array,
  bytes: Uint8Array,
  spans: readonly Span[],
  rows: number,
): boolean {
  if (bytesOf(spans) !== rows * 8) return false;
  const into = new Uint8Array(column.buffer);
  let at = 0;
  for (const { from, to } of spans) {
    if ((to - from) % 8 !== 0) return false;
    into.set(bytes.subarray(from, to), at);
    at += to - from;
  }
  return true;
}

/**
 * Numbers of 32 bits without sign; those of more than 31 become -1, an index that no symbol has.
 * @returns as {@link doublesInto}
 */
export function varintsInto(
  column: Int32Array | Uint8Array,
  bytes: Uint8Array,
  spans: readonly Span[],
  rows: number,
): boolean {
  let row = 0;
  for (const span of spans) {
    const reader = new WireReader(bytes, span);
    const { to } = span;
    let at = span.from;
    for (; at < to && row < rows; row++) {
      const first = bytes[at]!;
      const second = at + 1 < to ? bytes[at + 1]! : 0;
      if (first < 128) {
        column[row] = first;
        at++;
      } else if (second < 128) {
        column[row] = (first & 127) | (second << 7);
        at += 2;
      } else {
        reader.at = at;
        const value = reader.varint();
        column[row] = value < 2 ** 31 ? value : -1;
        at = reader.at;
      }
    }
    // A last byte that says there is more was read as two.
    if (reader.fault !== null || at !== to) return false;
  }
  return row === rows;
}

/** Ids; what is none becomes -1. @returns as {@link doublesInto} */
export function idsInto(
  column: Float64Array,
  bytes: Uint8Array,
  spans: readonly Span[],
  rows: number,
): boolean {
  let row = 0;
  for (const span of spans) {
    const reader = new WireReader(bytes, span);
    const { to } = span;
    let at = span.from;
    for (; at < to && row < rows; row++) {
      const length = at + 5 <= to ? shortLength(bytes, at) : 0;
      if (length > 0) {
        column[row] = shortId(bytes, at, length);
        at += length;
      } else {
        reader.at = at;
        column[row] = idOf(reader.zigzag());
        at = reader.at;
      }
    }
    if (reader.fault !== null || at !== to) return false;
  }
  return row === rows;
}

export const idOf = (value: number): number =>
  value >= 0 && value <= Number.MAX_SAFE_INTEGER ? value : -1;

/** Bytes of a varint that has five at most, else 0. */
function shortLength(bytes: Uint8Array, at: number): number {
  if (bytes[at]! < 128) return 1;
  if (bytes[at + 1]! < 128) return 2;
  if (bytes[at + 2]! < 128) return 3;
  if (bytes[at + 3]! < 128) return 4;
  return bytes[at + 4]! < 128 ? 5 : 0;
}

/** The zigzag number of so many bytes, -1 when it is below 0. */
function shortId(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at]!;
  if ((first & 1) === 1) return -1;
  let low = (first & 127) >> 1;
  if (length > 1) low |= (bytes[at + 1]! & 127) << 6;
  if (length > 2) low |= (bytes[at + 2]! & 127) << 13;
  if (length > 3) low |= (bytes[at + 3]! & 127) << 20;
  return length > 4 ? low + bytes[at + 4]! * 2 ** 27 : low;
}
