/** Columns of ticks as bytes: times, prices and ids as what they differ by from the tick before, mostly of the same symbol. */
import type { TickColumns } from "../ticks.ts";
import { type ByteReader, type ByteWriter, damaged } from "./bytes.ts";
import { readDoubles, writeDoubles } from "./doubles.ts";
import { readIntegers, writeIntegers } from "./integers.ts";

const IDS = 1;
const FLAGS = 2;

/** @param symbols how many there are; a row may also name one that is not among them */
export function writeTicks(
  writer: ByteWriter,
  columns: TickColumns,
  rows: number,
  symbols: number,
): void {
  const { symbol, timeMs, price, size, id, flags } = columns;
  writer.whole(rows);
  writer.byte((id ? IDS : 0) | (flags ? FLAGS : 0));
  const groups = { of: symbol.subarray(0, rows), count: symbols };
  writeIntegers(writer, groups.of);
  writeDoubles(writer, timeMs.subarray(0, rows));
  writeDoubles(writer, price.subarray(0, rows), groups);
  writeDoubles(writer, size.subarray(0, rows), groups);
  if (id) writeDoubles(writer, id.subarray(0, rows), groups);
  if (flags) writer.raw(flags.subarray(0, rows));
}

/** @throws AppError BAD_FILE */
export function readTicks(
  reader: ByteReader,
  symbols: number,
): TickColumns & Readonly<{ rows: number }> {
  const rows = reader.count(4);
  const has = reader.byte();
  if (has > (IDS | FLAGS)) throw damaged(`ticks have the unknown columns ${has}`);
  const symbol = new Int32Array(rows);
  const groups = { of: symbol, count: symbols };
  readIntegers(reader, symbol);
  const doubles = (grouped?: typeof groups) => {
    const column = new Float64Array(rows);
    readDoubles(reader, column, grouped);
    return column;
  };
  const timeMs = doubles();
  const price = doubles(groups);
  const size = doubles(groups);
  const id = (has & IDS) === 0 ? undefined : doubles(groups);
  const flags = (has & FLAGS) === 0 ? undefined : Uint8Array.from(reader.raw(rows));
  return { rows, symbol, timeMs, price, size, ...(id && { id }), ...(flags && { flags }) };
}
