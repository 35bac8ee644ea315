/**
 * Bollinger bands: a moving average, and lines `width` population standard deviations (divisor n) above and below it.
 *
 * The deviation is formed from the window's differences to its newest close: (sum d^2 - (sum d)^2 / n) / n. Differences
 * of like prices are exact, and no member of a window is further than sqrt(n - 1) deviations from its mean (Samuelson,
 * How Deviant Can You Be?, JASA 63, 1968), so the subtraction loses at most a factor of n, whatever the price level. A
 * running sum of squares would lose every digit of a small deviation at a high price, and keep the loss.
 */
import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";
import type { Sma } from "./sma.ts";

export class Bollinger implements Indicator {
  readonly columns: Readonly<Record<"upper" | "middle" | "lower", Float64Array>>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars: number;
  readonly #memory: SymbolMemory;
  readonly #width: number;
  readonly #upper: Float64Array;
  readonly #middle: Float64Array;
  readonly #lower: Float64Array;

  /** Stands around an average of the same memory, which is to be updated before the bands. */
  constructor(memory: SymbolMemory, middle: Sma, width: number) {
    this.firstBars = middle.firstBars;
    this.stableBars = middle.stableBars;
    this.windowBars = middle.windowBars;
    this.#memory = memory;
    this.#width = width;
    this.#upper = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.#middle = middle.columns.value;
    this.#lower = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.columns = { upper: this.#upper, middle: this.#middle, lower: this.#lower };
  }

  update(symbol: number): void {
    this.publish(symbol);
  }

  publish(symbol: number): void {
    const middle = this.#middle[symbol]!;
    const reach =
      this.#memory.bars[symbol]! < this.windowBars
        ? Number.NaN
        : this.#width * this.#deviation(symbol);
    this.#upper[symbol] = middle + reach;
    this.#lower[symbol] = middle - reach;
  }

  #deviation(symbol: number): number {
    const { bars, ring, ringSize, mask } = this.#memory;
    const start = symbol * ringSize;
    const last = bars[symbol]! - 1;
    const newest = ring[start + (last & mask)]!;
    let sum = 0;
    let squares = 0;
    for (let at = last - this.windowBars + 1; at < last; at++) {
      const difference = ring[start + (at & mask)]! - newest;
      sum += difference;
      squares += difference * difference;
    }
    const variance = (squares - (sum * sum) / this.windowBars) / this.windowBars;
    return variance > 0 ? Math.sqrt(variance) : 0;
  }
}
