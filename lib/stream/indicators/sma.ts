/**
 * Simple moving average: the mean of the last `period` closes, defined from the period's last close on.
 *
 * The sum of the window is changed by the close that enters and the one that leaves, which rounds a little each time. So
 * beside it a second sum is made by additions alone: each time the ring of closes has gone round, it has just taken the
 * window's closes from its first to its last, and becomes the sum. The error is that of one round at most: for 256
 * closes 512 roundings, or 6e-14 of the largest sum of that time, however many millions of updates there were. It
 * exceeds 1e-10 of the mean only where prices have fallen more than a thousandfold within a round.
 */
import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";

export class Sma implements Indicator {
  readonly columns: Readonly<{ value: Float64Array }>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars: number;
  readonly #memory: SymbolMemory;
  readonly #cell: number;
  readonly #value: Float64Array;

  /** The memory must keep at least `periodBars` closes. */
  constructor(memory: SymbolMemory, periodBars: number) {
    this.firstBars = periodBars;
    this.stableBars = periodBars;
    this.windowBars = periodBars;
    this.#memory = memory;
    this.#cell = memory.reserve(2);
    this.#value = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.columns = { value: this.#value };
  }

  update(symbol: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const count = bars[symbol]!;
    const start = symbol * ringSize;
    const place = (count - 1) & mask;
    const close = ring[start + place]!;
    // Before the window is full this is a cell nobody has written: 0, which leaves the sum as it is.
    const leaving = ring[start + ((place - this.windowBars) & mask)]!;
    const at = symbol * cellsEach + this.#cell;
    let sum = cells[at]! + (close - leaving);
    const first = ringSize - this.windowBars;
    if (place >= first) {
      const anew = place === first ? close : cells[at + 1]! + close;
      cells[at + 1] = anew;
      if (place === mask) sum = anew;
    }
    cells[at] = sum;
    this.#value[symbol] = count < this.windowBars ? Number.NaN : sum / this.windowBars;
  }

  publish(symbol: number): void {
    const { bars, cells, cellsEach } = this.#memory;
    const sum = cells[symbol * cellsEach + this.#cell]!;
    this.#value[symbol] = bars[symbol]! < this.windowBars ? Number.NaN : sum / this.windowBars;
  }
}
