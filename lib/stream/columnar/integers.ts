/**
 * Columns of whole numbers as differences from what was to be expected: from nothing, from the row before, or from the
 * row before of the same group (the same symbol). What serves a column best is tried on its first rows.
 */
import { type ByteReader, type ByteWriter, damaged } from "./bytes.ts";

/** Larger numbers are not taken: the difference of two, with its sign in the lowest bit, must be a safe integer. */
export const INTEGER_MOST = 2 ** 51;

/** Which rows belong together: numbers from 0 to `count` - 1; any other number stands for one more group. */
export type Groups = Readonly<{ of: Int32Array; count: number }>;

const NOTHING = 0;
const BEFORE = 1;
const BEFORE_IN_GROUP = 2;

const SAMPLE_ROWS = 2048;

/** @param values whole numbers up to {@link INTEGER_MOST} in size; -0 comes back as 0 */
export function writeIntegers(
  writer: ByteWriter,
  values: Float64Array | Int32Array,
  groups?: Groups,
): void {
  const way = bestWay(values, groups);
  writer.byte(way);
  eachDifference(values, values.length, way, groups, (difference) => {
    writer.whole(difference < 0 ? -2 * difference - 1 : 2 * difference);
  });
}

/** Fills `values` with what {@link writeIntegers} wrote. @throws AppError BAD_FILE */
export function readIntegers(
  reader: ByteReader,
  values: Float64Array | Int32Array,
  groups?: Groups,
): void {
  const way = reader.byte();
  if (way > BEFORE_IN_GROUP || (way === BEFORE_IN_GROUP && !groups)) {
    throw damaged(`a column of whole numbers is written in the unknown way ${way}`);
  }
  const last = new Float64Array(way === BEFORE_IN_GROUP ? groups!.count + 1 : 1);
  const of = way === BEFORE_IN_GROUP ? groups!.of : undefined;
  for (let row = 0; row < values.length; row++) {
    const coded = reader.whole();
    const difference = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
    const group = of === undefined ? 0 : groupOf(of[row]!, groups!.count);
    const value = (way === NOTHING ? 0 : last[group]!) + difference;
    values[row] = value;
    last[group] = value;
  }
}

const groupOf = (group: number, count: number): number => (group >>> 0 < count ? group : count);

function eachDifference(
  values: Float64Array | Int32Array,
  rows: number,
  way: number,
  groups: Groups | undefined,
  take: (difference: number) => void,
): void {
  const last = new Float64Array(way === BEFORE_IN_GROUP ? groups!.count + 1 : 1);
  const of = way === BEFORE_IN_GROUP ? groups!.of : undefined;
  for (let row = 0; row < rows; row++) {
    const value = values[row]!;
    const group = of === undefined ? 0 : groupOf(of[row]!, groups!.count);
    take(way === NOTHING ? value : value - last[group]!);
    last[group] = value;
  }
}

function bestWay(values: Float64Array | Int32Array, groups: Groups | undefined): number {
  const rows = Math.min(values.length, SAMPLE_ROWS);
  const ways = groups && groups.count > 1 ? [NOTHING, BEFORE, BEFORE_IN_GROUP] : [NOTHING, BEFORE];
  const costs = ways.map((way) => bitsOf(values, rows, way, groups));
  return ways[costs.indexOf(Math.min(...costs))]!;
}

/**
 * About how many bits an entropy coder needs for the differences: that of small ones by how often each occurs, that of
 * large ones, which hardly occur twice, by their length.
 */
function bitsOf(
  values: Float64Array | Int32Array,
  rows: number,
  way: number,
  groups: Groups | undefined,
): number {
  const counts = new Int32Array(1024);
  let bits = 0;
  eachDifference(values, rows, way, groups, (difference) => {
    const size = Math.abs(difference);
    if (size < 512) counts[difference + 512]!++;
    else {
      counts[0]!++;
      bits += Math.log2(size) + 1;
    }
  });
  for (const count of counts) if (count > 0) bits += count * Math.log2(rows / count);
  return bits;
}
