/**
 * Wilder's relative strength index: 100 * gain / (gain + loss) of averages that are seeded with the mean of the first n
 * changes and then move by 1/n of each. A series that has never moved reads 50 (TA-Lib 0, others 100): neither
 * overbought nor oversold, so that a halted share alarms nobody.
 *
 * Source: J. Welles Wilder, New Concepts in Technical Trading Systems (1978), section VI.
 */

import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";
import { forgottenAfter } from "./smoothing.ts";

const FLAT = 50;
/** Averages of a share that stands still shrink until they lose digits; only their ratio matters by then. */
const FAINT = 1e-200;
const REVIVAL = 2 ** 300;

export class Rsi implements Indicator {
  readonly columns: Readonly<{ value: Float64Array }>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars = Infinity;
  readonly #memory: SymbolMemory;
  readonly #period: number;
  /** Cells of the average gain and the average loss; their sums until they are seeded. */
  readonly #cell: number;
  readonly #value: Float64Array;

  constructor(memory: SymbolMemory, periodBars: number) {
    this.firstBars = periodBars + 1;
    this.stableBars = this.firstBars + forgottenAfter(1 / periodBars);
    this.#memory = memory;
    this.#period = periodBars;
    this.#cell = memory.reserve(2);
    this.#value = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.columns = { value: this.#value };
  }

  update(symbol: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const count = bars[symbol]!;
    const start = symbol * ringSize;
    const close = ring[start + ((count - 1) & mask)]!;
    // The first close has none before it, so it changes nothing.
    const before = count === 1 ? close : ring[start + ((count - 2) & mask)]!;
    const up = Math.max(close - before, 0);
    const down = Math.max(before - close, 0);
    const at = symbol * cellsEach + this.#cell;
    // Up to the seed the changes are added up, at the seed divided, afterwards smoothed.
    const share = count < this.firstBars ? 1 : 1 / this.#period;
    const kept = count > this.firstBars ? 1 - share : share;
    const gain = cells[at]! * kept + up * share;
    const loss = cells[at + 1]! * kept + down * share;
    const scale = gain + loss < FAINT ? REVIVAL : 1;
    cells[at] = gain * scale;
    cells[at + 1] = loss * scale;
    this.publish(symbol);
  }

  publish(symbol: number): void {
    const { bars, cells, cellsEach } = this.#memory;
    const at = symbol * cellsEach + this.#cell;
    const gain = cells[at]!;
    const moved = gain + cells[at + 1]!;
    // Divided first: a price that only rises is at 100, not a rounding below.
    const value = moved === 0 ? FLAT : 100 * (gain / moved);
    this.#value[symbol] = bars[symbol]! < this.firstBars ? Number.NaN : value;
  }
}
