/**
 * Training rows turned on their side: one column of float32 values per feature, and the rows that have a value in
 * ascending order of it. Sorted once, used by every tree.
 */
import { AppError } from "../../errors.ts";
import type { Row } from "./model.ts";

export type Columns = Readonly<{
  rowCount: number;
  /** By feature; NaN is missing. */
  values: readonly Float32Array[];
  /** By feature: rows with a value, smallest value first, equal values in the order of the rows. */
  order: readonly Int32Array[];
  /** By feature: whether missing values may be tried on the right. Not where none is missing or all are equal. */
  triesMissingRight: readonly boolean[];
}>;

const MOST_ROWS = 2_000_000;
const MOST_FEATURES = 10_000;

/**
 * @throws AppError DEGENERATE_INPUT when there are no rows or no features, or too many, when a row has another number of
 * features than the first, or when a value is infinite (as float32)
 */
export function columnsOf(rows: readonly Row[]): Columns {
  const featureCount = rows[0]?.length ?? 0;
  demandSize("rows", rows.length, MOST_ROWS);
  demandSize("features", featureCount, MOST_FEATURES);
  const values = Array.from({ length: featureCount }, () => new Float32Array(rows.length));
  for (const [at, row] of rows.entries()) {
    if (row.length !== featureCount) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `row ${at} must have ${featureCount} features as the first row has, was ${row.length}`,
        { row: at, features: row.length, wanted: featureCount },
      );
    }
    for (let feature = 0; feature < featureCount; feature++) {
      values[feature]![at] = row[feature]!;
      if (Math.abs(values[feature]![at]!) === Infinity) throw infinite(at, feature, row[feature]!);
    }
  }
  const order = values.map(ascending);
  const triesMissingRight = values.map((column, feature) => {
    const sorted = order[feature]!;
    return sorted.length < rows.length && column[sorted[0]!] !== column[sorted.at(-1)!];
  });
  return { rowCount: rows.length, values, order, triesMissingRight };
}

function ascending(column: Float32Array): Int32Array {
  const present: number[] = [];
  for (let row = 0; row < column.length; row++) {
    if (!Number.isNaN(column[row]!)) present.push(row);
  }
  return Int32Array.from(present).sort((a, b) => column[a]! - column[b]! || a - b);
}

function demandSize(what: string, count: number, most: number): void {
  if (count >= 1 && count <= most) return;
  throw new AppError("DEGENERATE_INPUT", `there must be 1 to ${most} ${what}, was ${count}`, {
    [what]: count,
    most,
  });
}

const infinite = (row: number, feature: number, value: number) =>
  new AppError(
    "DEGENERATE_INPUT",
    `feature ${feature} of row ${row} must be a number within float32 or NaN for a missing one, was "${value}"`,
    { row, feature, value: String(value) },
  );
