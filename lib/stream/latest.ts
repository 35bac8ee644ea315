/**
 * The last trade of each symbol, its day so far, and what the trades of one batch come to.
 *
 * The day is New York's calendar day of the event time. Price, open, high and low come from regular trades, volume from
 * all; a trade that comes late changes the day it belongs to, if that is the present one, and never the last price.
 * Prices in the currency of the symbol, sizes in shares, times in epoch ms.
 */
import { newYorkDay, newYorkMidnightUtcMs } from "../market/new-york.ts";
import { addDays } from "../time.ts";
import { TICK, type TickColumns } from "./ticks.ts";
import type { TradeUpdate } from "./updates.ts";
import type { RefusedRow } from "./window-options.ts";

export type Latest = Readonly<{
  /** Trades accepted of the symbol since the stream began. */
  tradeSeq: number;
  /** Of the last regular trade; null before the first. */
  price: number | null;
  size: number | null;
  timeMs: number | null;
  /** null where the feed gives none. */
  id: number | null;
  day: Readonly<{
    /** YYYYMMDD in New York. */
    date: number;
    open: number | null;
    high: number | null;
    low: number | null;
    volume: number;
    /** The last price of the day before that the stream saw; null on the first. */
    previousClose: number | null;
  }>;
}>;

/** Numbers kept per symbol, side by side. */
const CELL = 16;
const SEQ = 0;
const PRICE = 1;
const SIZE = 2;
const TIME = 3;
const ID = 4;
const DAY_START = 5;
const DAY_END = 6;
const OPEN = 7;
const HIGH = 8;
const LOW = 9;
const VOLUME = 10;
const PREVIOUS_CLOSE = 11;
/** Start of the window that the last live trade fell into, its delay, and the same of the window before. */
const DELAY_WINDOW = 12;
const DELAY = 13;
const DELAY_WINDOW_BEFORE = 14;
const DELAY_BEFORE = 15;

/** Of the trades of one batch: first number, highest and lowest price, volume; of the last one price, size and time. */
const BATCH = 8;

export class LatestTrades {
  #cells = new Float64Array(0);
  #batch = new Float64Array(0);
  /** Symbols with a trade in this batch, in the order of their first. */
  #touched: number[] = [];
  #isTouched = new Uint8Array(0);

  /** Makes room for this many symbols. */
  fit(symbols: number): void {
    if (symbols * CELL <= this.#cells.length) return;
    const room = 2 ** Math.ceil(Math.log2(symbols));
    const cells = new Float64Array(room * CELL).fill(Number.NaN);
    for (let at = 0; at < cells.length; at += CELL) {
      cells[at + SEQ] = 0;
      cells[at + TIME] = -1;
      cells[at + VOLUME] = 0;
      cells[at + DAY_START] = cells[at + DAY_END] = -1;
    }
    cells.set(this.#cells);
    this.#cells = cells;
    this.#batch = Float64Array.from({ length: room * BATCH }, (_, at) => this.#batch[at] ?? 0);
    const isTouched = new Uint8Array(room);
    isTouched.set(this.#isTouched);
    this.#isTouched = isTouched;
  }

  /**
   * Takes the trades of a frame that the windows took. There must be room for their symbols.
   * @param refused rows the windows did not take, ascending
   * @param live when the trades are processed and how long the shortest window is; null for a replay of the past
   */
  take(
    columns: TickColumns,
    rows: number,
    refused: readonly RefusedRow[],
    live: Readonly<{ processedMs: number; windowMs: number }> | null,
  ): void {
    let next = 0;
    for (let row = 0; row < rows; row++) {
      if (next < refused.length && refused[next]!.row === row) next++;
      else this.#takeRow(columns, row, live);
    }
  }

  #takeRow(
    { symbol: symbols, timeMs: times, price: prices, size: sizes, id: ids, flags }: TickColumns,
    row: number,
    live: Readonly<{ processedMs: number; windowMs: number }> | null,
  ): void {
    const bits = flags === undefined ? 0 : flags[row]!;
    const symbol = symbols[row]!;
    const price = prices[row]!;
    const size = sizes[row]!;
    const at = symbol * CELL;
    const cells = this.#cells;
    if ((bits & (TICK.cancel | TICK.correct)) !== 0) {
      if ((bits & TICK.correct) !== 0 && ids![row] === cells[at + ID]) cells[at + PRICE] = price;
      return;
    }
    const timeMs = times[row]!;
    const isRegular = (bits & TICK.irregular) === 0;
    cells[at + SEQ] = cells[at + SEQ]! + 1;
    this.#count(symbol, cells[at + SEQ]!, price, size, timeMs, isRegular);
    if (timeMs >= cells[at + DAY_END]!) this.#beginDay(at, timeMs);
    if (timeMs >= cells[at + DAY_START]!) {
      cells[at + VOLUME] = cells[at + VOLUME]! + size;
      if (isRegular) this.#addToDay(at, price);
    }
    if (!isRegular || timeMs < cells[at + TIME]!) return;
    cells[at + PRICE] = price;
    cells[at + SIZE] = size;
    cells[at + TIME] = timeMs;
    cells[at + ID] = ids === undefined || !(ids[row]! >= 0) ? Number.NaN : ids[row]!;
    if (live !== null) this.#delay(at, timeMs, live.processedMs, live.windowMs);
  }

  #count(
    symbol: number,
    seq: number,
    price: number,
    size: number,
    timeMs: number,
    isRegular: boolean,
  ): void {
    const batch = this.#batch;
    const at = symbol * BATCH;
    if (this.#isTouched[symbol] === 0) {
      this.#isTouched[symbol] = 1;
      this.#touched.push(symbol);
      batch[at] = seq;
      batch[at + 1] = -Infinity;
      batch[at + 2] = Infinity;
      batch[at + 3] = 0;
    }
    if (isRegular) {
      if (price > batch[at + 1]!) batch[at + 1] = price;
      if (price < batch[at + 2]!) batch[at + 2] = price;
    }
    batch[at + 3] = batch[at + 3]! + size;
    batch[at + 4] = price;
    batch[at + 5] = size;
    batch[at + 6] = timeMs;
  }

  #beginDay(at: number, timeMs: number): void {
    const cells = this.#cells;
    const day = newYorkDay(timeMs);
    cells[at + DAY_START] = newYorkMidnightUtcMs(day);
    cells[at + DAY_END] = newYorkMidnightUtcMs(addDays(day, 1));
    cells[at + PREVIOUS_CLOSE] = cells[at + PRICE]!;
    cells[at + VOLUME] = 0;
    cells[at + OPEN] = cells[at + HIGH] = cells[at + LOW] = Number.NaN;
  }

  #addToDay(at: number, price: number): void {
    const cells = this.#cells;
    // Each comparison is false for NaN, so the first price of a day takes all three.
    if (Number.isNaN(cells[at + OPEN]!)) cells[at + OPEN] = price;
    if (!(price <= cells[at + HIGH]!)) cells[at + HIGH] = price;
    if (!(price >= cells[at + LOW]!)) cells[at + LOW] = price;
  }

  #delay(at: number, timeMs: number, processedMs: number, windowMs: number): void {
    const cells = this.#cells;
    const window = Math.floor(timeMs / windowMs) * windowMs;
    if (cells[at + DELAY_WINDOW] !== window) {
      cells[at + DELAY_WINDOW_BEFORE] = cells[at + DELAY_WINDOW]!;
      cells[at + DELAY_BEFORE] = cells[at + DELAY]!;
      cells[at + DELAY_WINDOW] = window;
    }
    cells[at + DELAY] = processedMs - timeMs;
  }

  /** From the last live trade of a window to its processing, ms; null when the window had none, or is too long ago. */
  delayMs(symbol: number, windowStartMs: number): number | null {
    const at = symbol * CELL;
    const cells = this.#cells;
    if (cells[at + DELAY_WINDOW] === windowStartMs) return cells[at + DELAY]!;
    return cells[at + DELAY_WINDOW_BEFORE] === windowStartMs ? cells[at + DELAY_BEFORE]! : null;
  }

  /** Trades accepted of a symbol. */
  tradeSeq(symbol: number): number {
    return this.#cells[symbol * CELL + SEQ] ?? 0;
  }

  /** @returns `undefined` for a symbol that had no trade */
  of(symbol: number): Latest | undefined {
    const cell = this.#cells.subarray(symbol * CELL, (symbol + 1) * CELL);
    if (!(cell[SEQ]! > 0)) return undefined;
    const known = (field: number) => (Number.isNaN(cell[field]!) ? null : cell[field]!);
    return {
      tradeSeq: cell[SEQ]!,
      price: known(PRICE),
      size: known(SIZE),
      timeMs: cell[TIME]! < 0 ? null : cell[TIME]!,
      id: known(ID),
      day: {
        date: newYorkDay(cell[DAY_START]!),
        open: known(OPEN),
        high: known(HIGH),
        low: known(LOW),
        volume: cell[VOLUME]!,
        previousClose: known(PREVIOUS_CLOSE),
      },
    };
  }

  /** What the batch came to, and forgets it. A symbol that never had a regular trade shows its last irregular one. */
  drain(names: readonly string[]): TradeUpdate[] {
    const updates = this.#touched.map((symbol): TradeUpdate => {
      const [firstSeq, high, low, volume, price, size, timeMs] = this.#batch.subarray(
        symbol * BATCH,
      ) as unknown as [number, number, number, number, number, number, number];
      const latest = this.of(symbol)!;
      const last =
        latest.price === null
          ? { price, size, timeMs }
          : { price: latest.price, size: latest.size!, timeMs: latest.timeMs! };
      const range = high >= low ? { high, low } : { high: last.price, low: last.price };
      this.#isTouched[symbol] = 0;
      return { symbol: names[symbol]!, firstSeq, seq: latest.tradeSeq, ...last, ...range, volume };
    });
    this.#touched = [];
    return updates;
  }

  /** Between batches: what the next one goes on from. */
  export(symbols: number): Float64Array {
    return this.#cells.slice(0, symbols * CELL);
  }

  restore(cells: Float64Array): void {
    this.fit(Math.max(1, cells.length / CELL));
    this.#cells.set(cells);
  }
}
