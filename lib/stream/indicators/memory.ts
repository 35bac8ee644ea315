/**
 * What the indicators of many symbols remember: the last closes of each in a ring, how many bars it has seen, and a few
 * numbers per indicator ("cells"). All cells of a symbol lie side by side, so that an update touches few cache lines.
 *
 * Symbols are indexes from 0. One slot more than there are symbols stands for the forming bar of whichever is asked for.
 */
import { AppError } from "../../errors.ts";

/** Why a close is not taken. Prices above 1e100 would overflow the squares of their differences. */
export type CloseRefusal = "not_a_number" | "not_positive" | "too_large";

const CLOSE_MAX = 1e100;

/** `null` for a close the indicators can take. */
export function refusalOf(close: number): CloseRefusal | null {
  if (close > 0 && close <= CLOSE_MAX) return null;
  if (Number.isNaN(close)) return "not_a_number";
  return close > 0 ? "too_large" : "not_positive";
}

/** Everything one symbol's indicators rest on, as plain data: JSON keeps every number exactly. */
export type SymbolState = Readonly<{
  /** Bars seen since the beginning. */
  bars: number;
  /** The last closes, oldest first: all of them, or as many as the longest window has. */
  closes: readonly number[];
  cells: readonly number[];
}>;

export class SymbolMemory {
  readonly symbols: number;
  /** The slot of the forming bar. */
  readonly forming: number;
  readonly bars: Int32Array;
  /** `ringSize` closes per slot; the newest of a symbol is at `(bars - 1) & mask`. Cells never written are 0. */
  readonly ring: Float64Array;
  readonly ringSize: number;
  readonly mask: number;
  readonly cells: Float64Array;
  readonly cellsEach: number;
  readonly #kept: number;
  #reserved = 0;

  /** @throws AppError DEGENERATE_INPUT unless there is at least one symbol */
  constructor(size: Readonly<{ symbols: number; windowBars: number; cells: number }>) {
    const { symbols, windowBars, cells } = size;
    if (!(Number.isInteger(symbols) && symbols >= 1)) {
      const message = `the number of symbols must be a whole number above 0, was "${symbols}"`;
      throw new AppError("DEGENERATE_INPUT", message, { symbols });
    }
    this.symbols = symbols;
    this.forming = symbols;
    this.#kept = windowBars;
    // The close that leaves a window is still there when the one that enters it has been written.
    this.ringSize = 2 ** Math.ceil(Math.log2(windowBars + 1));
    this.mask = this.ringSize - 1;
    this.bars = new Int32Array(symbols + 1);
    this.ring = new Float64Array((symbols + 1) * this.ringSize);
    this.cellsEach = cells;
    this.cells = new Float64Array((symbols + 1) * cells);
  }

  /** Sets cells of every symbol apart for one indicator. @returns the first of them within a symbol's cells */
  reserve(count: number): number {
    const first = this.#reserved;
    this.#reserved += count;
    if (this.#reserved <= this.cellsEach) return first;
    const details = { reserved: this.#reserved, cells: this.cellsEach };
    throw new AppError("DEGENERATE_INPUT", "there are fewer cells than indicators want", details);
  }

  /** Appends a close that {@link refusalOf} does not refuse. */
  push(symbol: number, close: number): void {
    const bars = this.bars[symbol]!;
    this.ring[symbol * this.ringSize + (bars & this.mask)] = close;
    this.bars[symbol] = bars + 1;
  }

  /** Makes the slot of the forming bar a copy of a symbol. */
  copyToForming(symbol: number): void {
    const { forming, ringSize, cellsEach } = this;
    this.ring.copyWithin(forming * ringSize, symbol * ringSize, (symbol + 1) * ringSize);
    this.cells.copyWithin(forming * cellsEach, symbol * cellsEach, (symbol + 1) * cellsEach);
    this.bars[forming] = this.bars[symbol]!;
  }

  exported(symbol: number): SymbolState {
    const bars = this.bars[symbol]!;
    const count = Math.min(bars, this.#kept);
    const start = symbol * this.ringSize;
    const closes = Array.from(
      { length: count },
      (_, at) => this.ring[start + ((bars - count + at) & this.mask)]!,
    );
    const first = symbol * this.cellsEach;
    return { bars, closes, cells: [...this.cells.subarray(first, first + this.cellsEach)] };
  }

  /** @throws AppError DEGENERATE_INPUT when the state was not exported by a memory of the same shape */
  restore(symbol: number, { bars, closes, cells }: SymbolState): void {
    const isWhole =
      Number.isInteger(bars) &&
      bars >= 0 &&
      closes.length === Math.min(bars, this.#kept) &&
      cells.length === this.cellsEach &&
      closes.every((close) => refusalOf(close) === null) &&
      cells.every(Number.isFinite);
    if (!isWhole) {
      const message = `the state must have ${this.cellsEach} cells and the last ${this.#kept} closes, or all bars`;
      const details = { bars, closes: closes.length, cells: cells.length };
      throw new AppError("DEGENERATE_INPUT", message, details);
    }
    const start = symbol * this.ringSize;
    this.ring.fill(0, start, start + this.ringSize);
    closes.forEach((close, at) => {
      this.ring[start + ((bars - closes.length + at) & this.mask)] = close;
    });
    this.cells.set(cells, symbol * this.cellsEach);
    this.bars[symbol] = bars;
  }
}
