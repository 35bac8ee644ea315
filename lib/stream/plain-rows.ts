/** Rows of a frame that are trades of the window most ticks fall into: added in one loop that allocates nothing. */
import { addIrregular, addRegular } from "./cells.ts";
import type { SeenIds } from "./seen-ids.ts";
import type { TickColumns } from "./ticks.ts";

const MOST = Number.MAX_VALUE;

/** The window that rows are added to, and which rows it takes. */
export type PlainWindow = {
  cells: Float64Array;
  symbolCount: number;
  startMs: number;
  /** Rows of this time or a later one are not taken. */
  beforeMs: number;
  /** Largest event time; raised by the rows that are taken. */
  latestMs: number;
};

/**
 * Adds rows until one is anything else than a trade with a known symbol, a time in [startMs, beforeMs) and an id that
 * did not come before. Whoever looks at that row by itself may find nothing wrong with it: products that are too large
 * for a number are left to them.
 * @param window its cells and `latestMs` change
 * @returns the row that is anything else, or `to`
 */
export function addPlainRows(
  window: PlainWindow,
  columns: TickColumns,
  from: number,
  to: number,
  seen: SeenIds,
): number {
  const { symbol: symbols, timeMs: times, price: prices, size: sizes, id: ids, flags } = columns;
  const { cells, symbolCount, startMs, beforeMs } = window;
  const { highest } = seen;
  const [most, half] = [MOST, cells.length >> 1];
  let { latestMs } = window;
  let row = from;
  if (!isThere(columns, to - 1) || cells[0] === undefined || highest[0] === undefined) return from;
  for (; row < to; row++) {
    const symbol = symbols[row]!;
    const timeMs = times[row]!;
    const price = prices[row]!;
    const size = sizes[row]!;
    // Each comparison is false for NaN too; a product that is a number has no infinite factor.
    const isHere = timeMs >= startMs && timeMs < beforeMs;
    const isValid = price > 0 && size >= 0 && price * size <= most;
    if (!(isHere && isValid && symbol >>> 0 < symbolCount)) break;
    const bits = flags === undefined ? 0 : flags[row]!;
    if (bits > 1) break; // TICK.irregular
    if (ids !== undefined) {
      const id = ids[row]!;
      if (id === highest[symbol]! + 1) highest[symbol] = id;
      else if (id >= 0 && !seen.add(symbol, id)) break;
    }
    if (timeMs > latestMs) latestMs = timeMs;
    const at = symbol << 3; // CELL
    if (bits === 0) addRegular(cells, at, half, timeMs, price, size);
    else addIrregular(cells, at, half, timeMs, price, size);
  }
  window.latestMs = latestMs;
  return row;
}

/**
 * Whether the columns have this row. Asked before the loop not for doubt but for speed: what was read once, the engine
 * knows the place and length of in the loop, which saves a sixth of its time.
 */
const isThere = ({ symbol, timeMs, price, size, id }: TickColumns, row: number): boolean =>
  symbol[row] !== undefined &&
  timeMs[row] !== undefined &&
  price[row] !== undefined &&
  size[row] !== undefined &&
  (id === undefined || id[row] !== undefined);
