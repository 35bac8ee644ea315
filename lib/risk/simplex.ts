/**
 * Linear programs with few rows and many bounded columns, by the revised simplex method.
 * Source: V. Chvatal, Linear Programming (1983), chapters 7 and 8 (bounded variables).
 *
 * The inverse of the basis is made anew in every step: with at most some dozens of rows it costs less than looking through
 * the columns, and rounding errors do not add up.
 */

/** Reduced costs below it are rounding, where costs and coefficients are scaled to about 1. */
const TOLERANCE = 1e-11;
/** Steps without progress after which columns are chosen so that no basis can come again (Bland's rule). */
const PATIENCE = 40;

export type Program = {
  /** Coefficients by row. */
  readonly rows: readonly Float64Array[];
  readonly right: readonly number[];
  /** What one unit of each column is worth: the sum is made as large as possible. */
  worth: Float64Array;
  /** Each column lies between 0 and this. */
  upper: Float64Array;
};

/** Where a search stands. Columns that are neither in the basis nor full are 0. */
export type Basis = {
  /** The column of each row. */
  readonly columns: Int32Array;
  readonly isFull: Uint8Array;
};

export type Optimum = Readonly<{
  /** What one more unit of each row's right side would be worth. */
  prices: number[];
  /** Amount of the basic column of each row. */
  amounts: number[];
  worth: number;
  isOptimal: boolean;
}>;

/** Goes from a feasible basis, which it changes, to the best one; gives up after `steps` and says so. */
export function maximise(program: Program, basis: Basis, steps: number): Optimum {
  const { rows, right } = program;
  const size = rows.length;
  let best = -Infinity;
  let idle = 0;
  for (let step = 0; ; step++) {
    const inverse = inverted(rows, basis.columns);
    const left = right.map((amount, row) => amount - fullIn(program, basis, row));
    const amounts = inverse.map((line) => dot(line, left));
    const prices = rows.map((_, row) => {
      let price = 0;
      for (let at = 0; at < size; at++) {
        price += program.worth[basis.columns[at]!]! * inverse[at]![row]!;
      }
      return price;
    });
    const worth = dot(prices, left) + fullWorth(program, basis);
    idle = worth > best + TOLERANCE * Math.max(1, Math.abs(worth)) ? 0 : idle + 1;
    best = Math.max(best, worth);
    const entering = chosen(program, basis, prices, idle > PATIENCE);
    if (entering < 0 || step >= steps) {
      return { prices, amounts, worth, isOptimal: entering < 0 };
    }
    enter(program, basis, entering, inverse, amounts, idle > PATIENCE);
  }
}

/** The column whose change is worth the most, or the first one that is worth anything; -1 when none is. */
function chosen(
  { rows, worth, upper }: Program,
  basis: Basis,
  prices: readonly number[],
  isFirst: boolean,
): number {
  const isBasic = new Uint8Array(worth.length);
  for (const column of basis.columns) isBasic[column] = 1;
  let found = -1;
  let most = TOLERANCE;
  for (let column = 0; column < worth.length; column++) {
    if (isBasic[column] || upper[column] === 0) continue;
    let gain = worth[column]!;
    for (let row = 0; row < rows.length; row++) gain -= prices[row]! * rows[row]![column]!;
    if (basis.isFull[column]) gain = -gain;
    if (!(gain > most)) continue;
    if (isFirst) return column;
    [found, most] = [column, gain];
  }
  return found;
}

/** Moves a column off its bound until it meets its other one, or a column of the basis meets one of its own. */
function enter(
  { rows, upper }: Program,
  basis: Basis,
  entering: number,
  inverse: readonly (readonly number[])[],
  amounts: readonly number[],
  isFirst: boolean,
): void {
  const wasFull = basis.isFull[entering] === 1;
  const column = rows.map((row) => row[entering]!);
  let [longest, leaving, becomesFull] = [upper[entering]!, -1, false];
  for (let row = 0; row < rows.length; row++) {
    const rate = (wasFull ? -1 : 1) * dot(inverse[row]!, column);
    if (Math.abs(rate) <= TOLERANCE) continue;
    const limit = upper[basis.columns[row]!]!;
    const way = rate > 0 ? amounts[row]! / rate : (limit - amounts[row]!) / -rate;
    const far = Math.max(0, way);
    const isTie = far === longest && leaving >= 0 && isFirst;
    const isEarlier = isTie && basis.columns[row]! < basis.columns[leaving]!;
    if (far < longest || isEarlier) [longest, leaving, becomesFull] = [far, row, rate < 0];
  }
  if (leaving < 0) {
    basis.isFull[entering] = wasFull ? 0 : 1;
    return;
  }
  basis.isFull[basis.columns[leaving]!] = becomesFull ? 1 : 0;
  basis.isFull[entering] = 0;
  basis.columns[leaving] = entering;
}

function fullIn({ rows, upper }: Program, { isFull }: Basis, row: number): number {
  let sum = 0;
  for (let at = 0; at < isFull.length; at++) {
    if (isFull[at]) sum += upper[at]! * rows[row]![at]!;
  }
  return sum;
}

function fullWorth({ worth, upper }: Program, { isFull }: Basis): number {
  let sum = 0;
  for (let at = 0; at < isFull.length; at++) if (isFull[at]) sum += upper[at]! * worth[at]!;
  return sum;
}

const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
};

/** Inverse of the basic columns, by elimination with row pivoting. */
function inverted(rows: readonly Float64Array[], columns: Int32Array): number[][] {
  const size = rows.length;
  const work = rows.map((row, at) => [
    ...Array.from(columns, (column) => row[column]!),
    ...Array.from({ length: size }, (_, place) => (place === at ? 1 : 0)),
  ]);
  for (let step = 0; step < size; step++) {
    let pivot = step;
    for (let at = step + 1; at < size; at++) {
      if (Math.abs(work[at]![step]!) > Math.abs(work[pivot]![step]!)) pivot = at;
    }
    [work[step], work[pivot]] = [work[pivot]!, work[step]!];
    const line = work[step]!;
    const scale = 1 / line[step]!;
    for (let at = step; at < 2 * size; at++) line[at]! *= scale;
    for (const other of work) {
      const factor = other === line ? 0 : other[step]!;
      if (factor === 0) continue;
      for (let at = step; at < 2 * size; at++) other[at]! -= factor * line[at]!;
    }
  }
  return work.map((line) => line.slice(size));
}
