/**
 * What one window knows of one symbol: 16 numbers side by side in a Float64Array, so that a tick of any symbol touches
 * one or two cache lines instead of ten columns. The first eight are all that a regular trade in order writes.
 *
 * Regular and irregular trades keep prices apart; a window in which no regular trade happened shows the prices of its
 * irregular ones. An empty cell holds the largest and smallest numbers where a first trade must win every comparison:
 * so there is no first trade to tell apart, and a cell is plain JSON.
 */
export const CELL = 16;

export const HIGH = 0;
export const LOW = 1;
export const CLOSE = 2;
export const CLOSE_TIME = 3;
export const VOLUME = 4;
/** Sum of price times size. */
export const NOTIONAL = 5;
export const TRADES = 6;
export const OPEN_TIME = 7;
export const OPEN = 8;
/** How often the window was emitted as final. */
export const EMISSIONS = 9;
/** From here: open, high, low, close, open time and close time of irregular trades. */
const ODD_OPEN = 10;
const ODD_HIGH = 11;
const ODD_LOW = 12;
const ODD_CLOSE = 13;
const ODD_OPEN_TIME = 14;
const ODD_CLOSE_TIME = 15;

const MOST = Number.MAX_VALUE;

const EMPTY = new Float64Array(CELL);
EMPTY[HIGH] = EMPTY[CLOSE_TIME] = EMPTY[ODD_HIGH] = EMPTY[ODD_CLOSE_TIME] = -MOST;
EMPTY[LOW] = EMPTY[OPEN_TIME] = EMPTY[ODD_LOW] = EMPTY[ODD_OPEN_TIME] = MOST;

export function emptyCells(count: number): Float64Array {
  const cells = new Float64Array(count * CELL);
  for (let at = 0; at < cells.length; at += CELL) cells.set(EMPTY, at);
  return cells;
}

export function clearCell(cells: Float64Array, at: number): void {
  for (let field = 0; field < CELL; field++) cells[at + field] = EMPTY[field]!;
}

/**
 * Opens and closes go by event time and, among equals, by arrival: the first opens, the last closes.
 * The fields stand here as numbers: an engine that has to look up a module's constants takes twice as long.
 */
export function addRegular(
  cells: Float64Array,
  at: number,
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
    cells[at + 8] = price; // OPEN
    cells[at + 7] = timeMs; // OPEN_TIME
  }
  cells[at + 4] = cells[at + 4]! + size; // VOLUME
  cells[at + 5] = cells[at + 5]! + price * size; // NOTIONAL
  cells[at + 6] = cells[at + 6]! + 1; // TRADES
}

export function addIrregular(
  cells: Float64Array,
  at: number,
  timeMs: number,
  price: number,
  size: number,
): void {
  if (price > cells[at + ODD_HIGH]!) cells[at + ODD_HIGH] = price;
  if (price < cells[at + ODD_LOW]!) cells[at + ODD_LOW] = price;
  if (timeMs >= cells[at + ODD_CLOSE_TIME]!) {
    cells[at + ODD_CLOSE] = price;
    cells[at + ODD_CLOSE_TIME] = timeMs;
  }
  if (timeMs < cells[at + ODD_OPEN_TIME]!) {
    cells[at + ODD_OPEN] = price;
    cells[at + ODD_OPEN_TIME] = timeMs;
  }
  cells[at + VOLUME] = cells[at + VOLUME]! + size;
  cells[at + NOTIONAL] = cells[at + NOTIONAL]! + price * size;
  cells[at + TRADES] = cells[at + TRADES]! + 1;
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
    into[at + 8] = from[at + 8]!;
    into[at + 7] = from[at + 7]!;
  }
  into[at + 4] = into[at + 4]! + from[at + 4]!;
  into[at + 5] = into[at + 5]! + from[at + 5]!;
  into[at + 6] = into[at + 6]! + from[at + 6]!;
  if (from[at + ODD_OPEN_TIME]! < MOST) mergeIrregular(into, from, at);
}

function mergeIrregular(into: Float64Array, from: Float64Array, at: number): void {
  if (from[at + ODD_HIGH]! > into[at + ODD_HIGH]!) into[at + ODD_HIGH] = from[at + ODD_HIGH]!;
  if (from[at + ODD_LOW]! < into[at + ODD_LOW]!) into[at + ODD_LOW] = from[at + ODD_LOW]!;
  if (from[at + ODD_CLOSE_TIME]! >= into[at + ODD_CLOSE_TIME]!) {
    into[at + ODD_CLOSE] = from[at + ODD_CLOSE]!;
    into[at + ODD_CLOSE_TIME] = from[at + ODD_CLOSE_TIME]!;
  }
  if (from[at + ODD_OPEN_TIME]! < into[at + ODD_OPEN_TIME]!) {
    into[at + ODD_OPEN] = from[at + ODD_OPEN]!;
    into[at + ODD_OPEN_TIME] = from[at + ODD_OPEN_TIME]!;
  }
}

/** Whether no regular trade happened in the window. */
export const isIrregular = (cells: Float64Array, at: number): boolean =>
  cells[at + OPEN_TIME] === MOST;

/** Where the prices to show stand in a cell: those of regular trades, else those of irregular ones. */
export const SHOWN = {
  regular: { open: OPEN, high: HIGH, low: LOW, close: CLOSE },
  irregular: { open: ODD_OPEN, high: ODD_HIGH, low: ODD_LOW, close: ODD_CLOSE },
} as const;
