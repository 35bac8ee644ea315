/** Exponential moving average: factor 2 / (n + 1), seeded at the n-th close with the mean of the first n (TA-Lib classic). */
import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";
import { forgottenAfter, type Smoothing, seededAfter, smoothed } from "./smoothing.ts";

export class Ema implements Indicator {
  readonly columns: Readonly<{ value: Float64Array }>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars = Infinity;
  readonly #memory: SymbolMemory;
  readonly #smoothing: Smoothing;
  readonly #cell: number;
  readonly #value: Float64Array;

  constructor(memory: SymbolMemory, smoothing: Smoothing) {
    this.firstBars = seededAfter(smoothing);
    this.stableBars = this.firstBars + forgottenAfter(smoothing.factor);
    this.#memory = memory;
    this.#smoothing = smoothing;
    this.#cell = memory.reserve(1);
    this.#value = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.columns = { value: this.#value };
  }

  update(symbol: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const count = bars[symbol]!;
    const close = ring[symbol * ringSize + ((count - 1) & mask)]!;
    const at = symbol * cellsEach + this.#cell;
    cells[at] = smoothed(cells[at]!, close, count, this.#smoothing);
    this.publish(symbol);
  }

  publish(symbol: number): void {
    const { bars, cells, cellsEach } = this.#memory;
    this.#value[symbol] =
      bars[symbol]! < this.firstBars ? Number.NaN : cells[symbol * cellsEach + this.#cell]!;
  }
}
