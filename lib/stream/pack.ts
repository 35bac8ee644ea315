/** Named columns of doubles with a JSON head in one piece of bytes: how a state is kept. Every number comes back exactly. */
import { AppError } from "../errors.ts";

export type Packed = Readonly<{
  head: unknown;
  columns: Readonly<Record<string, Float64Array>>;
}>;

/** "EQP1", read as a little-endian number. */
const MAGIC = 0x31505145;
const PREFIX = 8;

const padded = (bytes: number): number => (bytes + 7) & ~7;

export function pack({ head, columns }: Packed): Uint8Array {
  const lengths = Object.entries(columns).map(([name, { length }]) => [name, length] as const);
  const text = new TextEncoder().encode(JSON.stringify({ lengths, head }));
  const rows = lengths.reduce((sum, [, length]) => sum + length, 0);
  const bytes = new Uint8Array(padded(PREFIX + text.length) + 8 * rows);
  const prefix = new DataView(bytes.buffer);
  prefix.setUint32(0, MAGIC, true);
  prefix.setUint32(4, text.length, true);
  bytes.set(text, PREFIX);
  let at = padded(PREFIX + text.length);
  for (const column of Object.values(columns)) {
    new Float64Array(bytes.buffer, at, column.length).set(column);
    at += 8 * column.length;
  }
  return bytes;
}

/** @throws AppError BAD_FILE for anything that {@link pack} did not write whole */
export function unpack(bytes: Uint8Array): Packed {
  const own = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const prefix = new DataView(own.buffer, own.byteOffset, own.byteLength);
  if (own.length < PREFIX || prefix.getUint32(0, true) !== MAGIC) throw damaged("has no head");
  const textLength = prefix.getUint32(4, true);
  if (PREFIX + textLength > own.length) throw damaged("ends within its head");
  const { lengths, head } = headOf(own.subarray(PREFIX, PREFIX + textLength));
  const columns: Record<string, Float64Array> = {};
  let at = padded(PREFIX + textLength);
  for (const [name, length] of lengths) {
    if (!(length >= 0) || at + 8 * length > own.length) throw damaged(`ends within "${name}"`);
    columns[name] = new Float64Array(own.buffer, own.byteOffset + at, length);
    at += 8 * length;
  }
  if (at !== own.length) throw damaged("has bytes after its end");
  return { head, columns };
}

type Head = Readonly<{ lengths: readonly (readonly [string, number])[]; head: unknown }>;

function headOf(text: Uint8Array): Head {
  try {
    return JSON.parse(new TextDecoder().decode(text)) as Head;
  } catch (cause) {
    throw damaged("has a head that is no JSON", cause);
  }
}

const damaged = (what: string, cause?: unknown) =>
  new AppError("BAD_FILE", `a kept state ${what}`, {}, { cause });
