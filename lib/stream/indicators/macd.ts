/**
 * Moving average convergence-divergence 12-26-9 as TA-Lib's classic mode has it: both averages are seeded at the 26th
 * close (the fast one with the mean of closes 15 to 26), the signal with the mean of the first nine differences, and all
 * three lines begin at the 34th close, although the difference alone would exist earlier.
 */
import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";
import { forgottenAfter, type Smoothing, seededAfter, smoothed, smoothing } from "./smoothing.ts";

export type MacdSmoothings = Readonly<{ fast: Smoothing; slow: Smoothing; signal: Smoothing }>;

export const MACD_12_26_9: MacdSmoothings = {
  fast: smoothing(12, 26 - 12),
  slow: smoothing(26),
  signal: smoothing(9, 26 - 1),
};

export class Macd implements Indicator {
  readonly columns: Readonly<Record<"macd" | "signal" | "histogram", Float64Array>>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars = Infinity;
  readonly #memory: SymbolMemory;
  readonly #smoothings: MacdSmoothings;
  /** Cells of the fast and the slow average and of the signal, in this order. */
  readonly #cell: number;
  readonly #macd: Float64Array;
  readonly #signal: Float64Array;
  readonly #histogram: Float64Array;

  /** `firstBars` only when the lines are to begin later than the signal has its seed. */
  constructor(memory: SymbolMemory, smoothings = MACD_12_26_9, firstBars?: number) {
    const { slow, signal } = smoothings;
    this.firstBars = firstBars ?? seededAfter(signal);
    // One after the other, which is on the safe side: the signal can settle only around averages that have.
    this.stableBars = this.firstBars + forgottenAfter(slow.factor) + forgottenAfter(signal.factor);
    this.#memory = memory;
    this.#smoothings = smoothings;
    this.#cell = memory.reserve(3);
    const column = () => new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.#macd = column();
    this.#signal = column();
    this.#histogram = column();
    this.columns = { macd: this.#macd, signal: this.#signal, histogram: this.#histogram };
  }

  update(symbol: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const { fast, slow, signal } = this.#smoothings;
    const count = bars[symbol]!;
    const close = ring[symbol * ringSize + ((count - 1) & mask)]!;
    const at = symbol * cellsEach + this.#cell;
    const fastNow = smoothed(cells[at]!, close, count, fast);
    const slowNow = smoothed(cells[at + 1]!, close, count, slow);
    cells[at] = fastNow;
    cells[at + 1] = slowNow;
    cells[at + 2] = smoothed(cells[at + 2]!, fastNow - slowNow, count, signal);
    this.publish(symbol);
  }

  publish(symbol: number): void {
    const { bars, cells, cellsEach } = this.#memory;
    const at = symbol * cellsEach + this.#cell;
    const isDefined = bars[symbol]! >= this.firstBars;
    const macd = isDefined ? cells[at]! - cells[at + 1]! : Number.NaN;
    const signal = isDefined ? cells[at + 2]! : Number.NaN;
    this.#macd[symbol] = macd;
    this.#signal[symbol] = signal;
    this.#histogram[symbol] = macd - signal;
  }
}
