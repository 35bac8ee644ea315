/**
 * What one window knows of all symbols: 16 numbers each, in one Float64Array of two halves. The first half has the eight
 * numbers per symbol that a regular trade in order writes, side by side in one cache line or two; the second half has
 * the other eight at the same places. So a tick touches little memory however many symbols there are.
 *
 * Regular and irregular trades keep prices apart; a window in which no regular trade happened shows the prices of its
 * irregular ones. An empty cell holds the largest and smallest numbers where a first trade must win every comparison:
 * so there is no first trade to tell apart, and a cell is plain JSON.
 */
/** Numbers per symbol in each half. The cell of symbol n begins at n * CELL. */
export const CELL = 8;

export const HIGH = 0;
export const LOW = 1;
export const CLOSE = 2;
export const CLOSE_TIME = 3;
export const VOLUME = 4;
/** Sum of price times size. */
export const NOTIONAL = 5;
export const TRADES = 6;
export const OPEN_TIME = 7;
/** From here on in the second half: {@link rest}. */
export const OPEN = 0;
/** How often the window was emitted as final. */
export const EMISSIONS = 1;
/** Open, high, low, close, open time and close time of irregular trades. */
export const ODD_OPEN = 2;
export const ODD_HIGH = 3;
export const ODD_LOW = 4;
export const ODD_CLOSE = 5;
const ODD_OPEN_TIME = 6;
const ODD_CLOSE_TIME = 7;

const MOST = Number.MAX_VALUE;

const EMPTY = new Float64Array(CELL);
EMPTY[HIGH] = EMPTY[CLOSE_TIME] = -MOST;
EMPTY[LOW] = EMPTY[OPEN_TIME] = MOST;
const EMPTY_REST = new Float64Array(CELL);
EMPTY_REST[ODD_HIGH] = EMPTY_REST[ODD_CLOSE_TIME] = -MOST;
EMPTY_REST[ODD_LOW] = EMPTY_REST[ODD_OPEN_TIME] = MOST;

/** Where the second half of the cell at `at` begins. */
export const rest = (cells: Float64Array, at: number): number => (cells.length >> 1) + at;

export function emptyCells(count: number): Float64Array {
  const cells = new Float64Array(count * CELL * 2);
  clearCells(cells);
  return cells;
}

export function clearCells(cells: Float64Array): void {
  fillWith(cells.subarray(0, cells.length >> 1), EMPTY);
  fillWith(cells.subarray(cells.length >> 1), EMPTY_REST);
}

/** Copies what is filled already: a few large copies instead of many small ones. */
function fillWith(half: Float64Array, cell: Float64Array): void {
  if (half.length === 0) return;
  half.set(cell);
  for (let filled = CELL; filled < half.length; filled *= 2) half.copyWithin(filled, 0, filled);
}

export function clearCell(cells: Float64Array, at: number): void {
  cells.set(EMPTY, at);
  cells.set(EMPTY_REST, rest(cells, at));
}

/** Copies the cell at `at`. Both arrays are of one length. */
export function copyCell(into: Float64Array, from: Float64Array, at: number): void {
  const second = rest(from, at);
  for (let field = 0; field < CELL; field++) {
    into[at + field] = from[at + field]!;
    into[second + field] = from[second + field]!;
  }
}

/** Copies all cells into a larger array. */
export function moveCells(from: Float64Array, into: Float64Array): void {
  into.set(from.subarray(0, from.length >> 1));
  into.set(from.subarray(from.length >> 1), into.length >> 1);
}

/** Adds a trade to the cell at `at`. */
export function addTrade(
  cells: Float64Array,
  at: number,
  timeMs: number,
  price: number,
  size: number,
  isIrregular: boolean,
): void {
  if (isIrregular) addIrregular(cells, at, cells.length >> 1, timeMs, price, size);
  else addRegular(cells, at, cells.length >> 1, timeMs, price, size);
}

/**
 * Opens and closes go by event time and, among equals, by arrival: the first opens, the last closes.
 * The fields stand here as numbers: an engine that has to look up a module's constants takes twice as long.
 * @param half where the second half of the cells begins
 */
export function addRegular(
  cells: Float64Array,
  at: number,
  half: number,
  timeMs: number,
  price: number,
  size: number,
): void {
  if (price > cells[at]!) cells[at] = price; // HIGH
  if (price < cells[at + 1]!) cells[at + 1] = price; // LOW
  if (timeMs >= cells[at + 3]!) {
    cells[at + 2] = price; // CLOSE
    cells[at + 3] = timeMs; // CLOSE_TIME
  }
  if (timeMs < cells[at + 7]!) {
    cells[half + at] = price; // OPEN
    cells[at + 7] = timeMs; // OPEN_TIME
  }
  cells[at + 4] = cells[at + 4]! + size; // VOLUME
  cells[at + 5] = cells[at + 5]! + price * size; // NOTIONAL
  cells[at + 6] = cells[at + 6]! + 1; // TRADES
}

/** See {@link addRegular}. */
export function addIrregular(
  cells: Float64Array,
  at: number,
  half: number,
  timeMs: number,
  price: number,
  size: number,
): void {
  const odd = half + at;
  if (price > cells[odd + 3]!) cells[odd + 3] = price; // ODD_HIGH
  if (price < cells[odd + 4]!) cells[odd + 4] = price; // ODD_LOW
  if (timeMs >= cells[odd + 7]!) {
    cells[odd + 5] = price; // ODD_CLOSE
    cells[odd + 7] = timeMs; // ODD_CLOSE_TIME
  }
  if (timeMs < cells[odd + 6]!) {
    cells[odd + 2] = price; // ODD_OPEN
    cells[odd + 6] = timeMs; // ODD_OPEN_TIME
  }
  cells[at + 4] = cells[at + 4]! + size;
  cells[at + 5] = cells[at + 5]! + price * size;
  cells[at + 6] = cells[at + 6]! + 1;
}

/** Adds a closed window to the longer one around it, at the same place of both arrays. Fields as in {@link addRegular}. */
export function mergeCell(into: Float64Array, from: Float64Array, at: number): void {
  if (from[at]! > into[at]!) into[at] = from[at]!;
  if (from[at + 1]! < into[at + 1]!) into[at + 1] = from[at + 1]!;
  if (from[at + 3]! >= into[at + 3]!) {
    into[at + 2] = from[at + 2]!;
    into[at + 3] = from[at + 3]!;
  }
  if (from[at + 7]! < into[at + 7]!) {
    into[rest(into, at)] = from[rest(from, at)]!;
    into[at + 7] = from[at + 7]!;
  }
  into[at + 4] = into[at + 4]! + from[at + 4]!;
  into[at + 5] = into[at + 5]! + from[at + 5]!;
  into[at + 6] = into[at + 6]! + from[at + 6]!;
  if (from[rest(from, at) + ODD_OPEN_TIME]! < MOST) {
    mergeIrregular(into, rest(into, at), from, rest(from, at));
  }
}

function mergeIrregular(into: Float64Array, to: number, from: Float64Array, at: number): void {
  if (from[at + ODD_HIGH]! > into[to + ODD_HIGH]!) into[to + ODD_HIGH] = from[at + ODD_HIGH]!;
  if (from[at + ODD_LOW]! < into[to + ODD_LOW]!) into[to + ODD_LOW] = from[at + ODD_LOW]!;
  if (from[at + ODD_CLOSE_TIME]! >= into[to + ODD_CLOSE_TIME]!) {
    into[to + ODD_CLOSE] = from[at + ODD_CLOSE]!;
    into[to + ODD_CLOSE_TIME] = from[at + ODD_CLOSE_TIME]!;
  }
  if (from[at + ODD_OPEN_TIME]! < into[to + ODD_OPEN_TIME]!) {
    into[to + ODD_OPEN] = from[at + ODD_OPEN]!;
    into[to + ODD_OPEN_TIME] = from[at + ODD_OPEN_TIME]!;
  }
}

/** Whether no regular trade happened in the window. */
export const isIrregular = (cells: Float64Array, at: number): boolean =>
  cells[at + OPEN_TIME] === MOST;
