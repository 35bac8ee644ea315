/**
 * Simple moving average: the mean of the last `period` closes, defined from the period's last close on.
 *
 * The sum of the window is kept and changed by the close that enters and the one that leaves. What each addition rounds
 * off is added up beside it (Knuth's TwoSum) and returned with the sum, so the sum never has to be formed anew: the error
 * after n updates is of the order n * 2^-106 of the largest sum ever held. The value is as good as a batch mean after ten million
 * updates, also when a price a million times too large has gone through the window.
 */
import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";

export class Sma implements Indicator {
  readonly columns: Readonly<{ value: Float64Array }>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars: number;
  readonly #memory: SymbolMemory;
  readonly #ring: Float64Array;
  readonly #cells: Float64Array;
  readonly #cell: number;
  readonly #value: Float64Array;

  /** The memory must keep at least `periodBars` closes. */
  constructor(memory: SymbolMemory, periodBars: number) {
    this.firstBars = periodBars;
    this.stableBars = periodBars;
    this.windowBars = periodBars;
    this.#memory = memory;
    this.#ring = memory.ring;
    this.#cells = memory.cells;
    this.#cell = memory.reserve(2);
    this.#value = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.columns = { value: this.#value };
  }

  update(symbol: number, close: number): void {
    const { bars, ringSize, mask, cellsEach } = this.#memory;
    // Before the window is full this is a cell nobody has written: 0, which leaves the sum as it is.
    const leaving = this.#ring[symbol * ringSize + ((bars[symbol]! - 1 - this.windowBars) & mask)]!;
    const at = symbol * cellsEach + this.#cell;
    const sum = this.#cells[at]!;
    const more = sum + close;
    const added = more - sum;
    const less = more - leaving;
    const taken = less - more;
    this.#cells[at] = less;
    this.#cells[at + 1]! +=
      sum - (more - added) + (close - added) + (more - (less - taken)) - (leaving + taken);
    this.publish(symbol);
  }

  publish(symbol: number): void {
    const at = symbol * this.#memory.cellsEach + this.#cell;
    this.#value[symbol] =
      this.#memory.bars[symbol]! < this.windowBars
        ? Number.NaN
        : (this.#cells[at]! + this.#cells[at + 1]!) / this.windowBars;
  }
}
