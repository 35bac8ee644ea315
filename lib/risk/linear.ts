/** Small linear algebra: a square system with its inverse, and least squares by Householder's QR with pivoting. */

/** Below it a pivot of a matrix whose rows and columns have a largest entry of 1 is what rounding left of 0. */
const SINGULAR = 1e-12;

/**
 * Solves a square system by elimination with row pivoting. Rows and columns are scaled to a largest entry of 1 first:
 * they may have units as different as shares and USD.
 *
 * @param rows coefficients, as many rows as columns
 * @returns `undefined` when the system has no single solution
 */
export function solved(
  rows: readonly (readonly number[])[],
  right: readonly number[],
): number[] | undefined {
  const size = rows.length;
  const byRow = rows.map((row) => Math.max(...row.map(Math.abs)));
  const byColumn = rows.map((_, column) =>
    Math.max(...rows.map((row, at) => Math.abs(row[column]!) / byRow[at]!)),
  );
  const work = rows.map((row, at) => [
    ...row.map((entry, column) => entry / byRow[at]! / byColumn[column]!),
    right[at]! / byRow[at]!,
  ]);
  for (let step = 0; step < size; step++) {
    let pivot = step;
    for (let at = step + 1; at < size; at++) {
      if (Math.abs(work[at]![step]!) > Math.abs(work[pivot]![step]!)) pivot = at;
    }
    if (!(Math.abs(work[pivot]![step]!) > SINGULAR)) return undefined;
    [work[step], work[pivot]] = [work[pivot]!, work[step]!];
    for (let at = 0; at < size; at++) {
      if (at === step) continue;
      const factor = work[at]![step]! / work[step]![step]!;
      for (let column = step; column <= size; column++) {
        work[at]![column]! -= factor * work[step]![column]!;
      }
    }
  }
  return work.map((row, at) => row[size]! / row[at]! / byColumn[at]!);
}

export type LeastSquares = Readonly<{
  solution: number[];
  /** Largest over smallest pivot: infinite when a column is a combination of the others. */
  condition: number;
}>;

/**
 * The combination of columns that comes nearest to the target.
 *
 * @param columns of one length, not all zeros each; they are left as they are
 * @param ridge added to each column's square, 0 for none
 */
export function leastSquares(
  columns: readonly Float64Array[],
  target: Float64Array,
  ridge: number,
): LeastSquares {
  const size = columns.length;
  const extra = ridge > 0 ? size : 0;
  const rows = target.length + extra;
  const work = columns.map((column, at) => {
    const longer = new Float64Array(rows);
    longer.set(column);
    if (ridge > 0) longer[column.length + at] = Math.sqrt(ridge);
    return longer;
  });
  const right = new Float64Array(rows);
  right.set(target);
  const order = columns.map((_, at) => at);
  const pivots: number[] = [];
  const rank = Math.min(size, rows);
  for (let step = 0; step < rank; step++) {
    let longest = step;
    for (let at = step + 1; at < size; at++) {
      if (rest(work[at]!, step) > rest(work[longest]!, step)) longest = at;
    }
    [work[step], work[longest]] = [work[longest]!, work[step]!];
    [order[step], order[longest]] = [order[longest]!, order[step]!];
    pivots.push(reflect(work, right, step));
  }
  const solution = new Array<number>(size).fill(0);
  const condition =
    rank < size ? Infinity : Math.abs(pivots[0]!) / Math.abs(pivots[pivots.length - 1]!);
  for (let step = rank - 1; step >= 0; step--) {
    let sum = right[step]!;
    for (let at = step + 1; at < rank; at++) sum -= work[at]![step]! * solution[order[at]!]!;
    solution[order[step]!] = pivots[step] === 0 ? 0 : sum / pivots[step]!;
  }
  return { solution, condition };
}

/** Squared length of a column from a row on. */
function rest(column: Float64Array, from: number): number {
  let sum = 0;
  for (let row = from; row < column.length; row++) sum += column[row]! ** 2;
  return sum;
}

/** Turns what is left of a column onto its first row, and everything after it along. @returns that row's entry */
function reflect(work: readonly Float64Array[], right: Float64Array, step: number): number {
  const column = work[step]!;
  const length = Math.sqrt(rest(column, step));
  if (length === 0) return 0;
  const turned = column[step]! > 0 ? -length : length;
  const axis = column.subarray(step).slice();
  axis[0]! -= turned;
  const square = rest(axis, 0);
  for (const other of [...work.slice(step + 1), right]) {
    let product = 0;
    for (let row = 0; row < axis.length; row++) product += axis[row]! * other[step + row]!;
    const factor = (2 * product) / square;
    for (let row = 0; row < axis.length; row++) other[step + row]! -= factor * axis[row]!;
  }
  return turned;
}
