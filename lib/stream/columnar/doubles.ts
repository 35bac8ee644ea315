/**
 * Columns of doubles, bit for bit: as whole numbers of a decimal unit where that is exact (prices in cents), with the
 * few rows where it is not beside them; else as their bytes, the first bytes of all rows before the second ones, so that
 * what is alike lies together.
 */
import { type ByteReader, type ByteWriter, damaged } from "./bytes.ts";
import { type Groups, INTEGER_MOST, readIntegers, writeIntegers } from "./integers.ts";

const PLANES = 255;
const DECIMALS_MOST = 9;
const SAMPLE_ROWS = 512;
/** More rows than one in so many that are not exact, and the bytes themselves are shorter. */
const EXACT_SHARE = 8;

export function writeDoubles(writer: ByteWriter, values: Float64Array, groups?: Groups): void {
  const decimals = decimalsOf(values);
  const scaled = decimals === undefined ? undefined : scaledBy(values, 10 ** decimals);
  if (scaled === undefined) {
    writer.byte(PLANES);
    writePlanes(writer, values);
    return;
  }
  writer.byte(decimals!);
  writer.whole(scaled.inexact.length);
  let before = 0;
  for (const row of scaled.inexact) {
    writer.whole(row - before);
    writer.double(values[row]!);
    before = row;
  }
  writeIntegers(writer, scaled.whole, groups);
}

/** Fills `values` with what {@link writeDoubles} wrote. @throws AppError BAD_FILE */
export function readDoubles(reader: ByteReader, values: Float64Array, groups?: Groups): void {
  const form = reader.byte();
  if (form === PLANES) {
    readPlanes(reader, values);
    return;
  }
  if (form > DECIMALS_MOST) throw damaged(`a column of doubles has the unknown form ${form}`);
  const inexact: [row: number, value: number][] = [];
  const count = reader.count(9);
  for (let row = 0; inexact.length < count; ) {
    row += reader.whole();
    if (row >= values.length) throw damaged(`a column of ${values.length} rows has none at ${row}`);
    inexact.push([row, reader.double()]);
  }
  readIntegers(reader, values, groups);
  const unit = 10 ** form;
  // Division gives the double that is nearest to the decimal, which a product with 0.01 would not.
  if (unit !== 1) for (let row = 0; row < values.length; row++) values[row] = values[row]! / unit;
  for (const [row, value] of inexact) values[row] = value;
}

/** The value in whole units, or NaN where that is not exact. */
function wholeOf(value: number, unit: number): number {
  const whole = Math.round(value * unit);
  const isExact = Math.abs(whole) <= INTEGER_MOST && Object.is(whole / unit, value);
  // A zero with a sign has none as a whole number.
  return isExact && !Object.is(whole, -0) ? whole : Number.NaN;
}

/** The fewest decimals that the first rows have but for a few of them; `undefined` where there are none such. */
function decimalsOf(values: Float64Array): number | undefined {
  const rows = Math.min(values.length, SAMPLE_ROWS);
  for (let decimals = 0; decimals <= DECIMALS_MOST; decimals++) {
    let inexact = 0;
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(wholeOf(values[row]!, 10 ** decimals))) inexact++;
    }
    // More decimals are taken only where they make a difference: a few prices below a cent do not.
    if (inexact * EXACT_SHARE * 4 <= rows) return decimals;
  }
  return undefined;
}

type Scaled = Readonly<{ whole: Float64Array; inexact: readonly number[] }>;

/** Rows that are not exact repeat the one before, which takes least room. */
function scaledBy(values: Float64Array, unit: number): Scaled | undefined {
  const whole = new Float64Array(values.length);
  const inexact: number[] = [];
  for (let row = 0; row < values.length; row++) {
    const value = wholeOf(values[row]!, unit);
    if (Number.isNaN(value)) {
      inexact.push(row);
      whole[row] = row === 0 ? 0 : whole[row - 1]!;
    } else whole[row] = value;
  }
  return inexact.length * EXACT_SHARE <= values.length ? { whole, inexact } : undefined;
}

function writePlanes(writer: ByteWriter, values: Float64Array): void {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < values.length; row++) {
    view.setFloat64(0, values[row]!, true);
    for (let plane = 0; plane < 8; plane++) {
      bytes[plane * values.length + row] = view.getUint8(plane);
    }
  }
  writer.raw(bytes);
}

function readPlanes(reader: ByteReader, values: Float64Array): void {
  const bytes = reader.raw(8 * values.length);
  const view = new DataView(new ArrayBuffer(8));
  for (let row = 0; row < values.length; row++) {
    for (let plane = 0; plane < 8; plane++) {
      view.setUint8(plane, bytes[plane * values.length + row]!);
    }
    values[row] = view.getFloat64(0, true);
  }
}
