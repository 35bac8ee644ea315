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

  update(symbol: number, close: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const count = bars[symbol]!;
    if (count < 2) return this.publish(symbol);
    const change = close - ring[symbol * ringSize + ((count - 2) & mask)]!;
    const up = change > 0 ? change : 0;
    const down = up - change;
    const at = symbol * cellsEach + this.#cell;
    // Up to the seed the changes are added up, at the seed divided, afterwards smoothed.
    const kept = count > this.firstBars ? this.#period - 1 : 1;
    const divisor = count >= this.firstBars ? this.#period : 1;
    const gain = (cells[at]! * kept + up) / divisor;
    const loss = (cells[at + 1]! * kept + down) / divisor;
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
    const value = moved === 0 ? FLAT : (100 * gain) / moved;
    this.#value[symbol] = bars[symbol]! < this.firstBars ? Number.NaN : value;
  }
}
