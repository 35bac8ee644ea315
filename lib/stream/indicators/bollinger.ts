/**
 * Bollinger bands: a moving average, and lines `width` population standard deviations (divisor n) above and below it.
 *
 * The deviation comes from sums over the window of d and d^2, where d is the difference to an anchor, a recent close:
 * (sum d^2 - (sum d)^2 / n) / n. Differences of like prices are exact, so the level of the price costs no digits. The
 * sums change with the close that enters and the one that leaves; they are formed anew, around the newest close, once a
 * round of the ring and whenever the subtraction would leave less than a hundredth of the largest sum of squares since.
 * So the deviation is good to about 1e-11, after a price far off as well. Around a member of the window it leaves at least an n-th
 * (Samuelson, How Deviant Can You Be?, JASA 63, 1968), so one time is enough.
 */
import type { Indicator } from "./indicator.ts";
import type { SymbolMemory } from "./memory.ts";
import type { Sma } from "./sma.ts";

/** Cells after the anchor. */
const SUM = 1;
const SQUARES = 2;
const LARGEST = 3;
/** What is to be left of the largest sum of squares; 256 bars of roundings (1e-13 of it) then weigh 1e-11. */
const LEFT_MIN = 0.01;

export class Bollinger implements Indicator {
  readonly columns: Readonly<Record<"upper" | "middle" | "lower", Float64Array>>;
  readonly firstBars: number;
  readonly stableBars: number;
  readonly windowBars: number;
  readonly #memory: SymbolMemory;
  readonly #width: number;
  readonly #cell: number;
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
    this.#cell = memory.reserve(4);
    this.#upper = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.#middle = middle.columns.value;
    this.#lower = new Float64Array(memory.symbols + 1).fill(Number.NaN);
    this.columns = { upper: this.#upper, middle: this.#middle, lower: this.#lower };
  }

  update(symbol: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const start = symbol * ringSize;
    const place = (bars[symbol]! - 1) & mask;
    const at = symbol * cellsEach + this.#cell;
    const entering = ring[start + place]! - cells[at]!;
    const leaving = ring[start + ((place - this.windowBars) & mask)]! - cells[at]!;
    const sum = cells[at + SUM]! + (entering - leaving);
    const squares = cells[at + SQUARES]! + (entering * entering - leaving * leaving);
    const largest = Math.max(cells[at + LARGEST]!, squares);
    cells[at + SUM] = sum;
    cells[at + SQUARES] = squares;
    cells[at + LARGEST] = largest;
    const isWorn = squares - (sum * sum) / this.windowBars < LEFT_MIN * largest;
    if (isWorn || place === mask || bars[symbol] === this.windowBars) this.#anchor(symbol);
    this.publish(symbol);
  }

  publish(symbol: number): void {
    const { bars, cells, cellsEach } = this.#memory;
    const n = this.windowBars;
    const at = symbol * cellsEach + this.#cell;
    const variance = (cells[at + SQUARES]! - cells[at + SUM]! ** 2 / n) / n;
    const reach = this.#width * Math.sqrt(Math.max(variance, 0));
    const middle = bars[symbol]! < n ? Number.NaN : this.#middle[symbol]!;
    this.#upper[symbol] = middle + reach;
    this.#lower[symbol] = middle - reach;
  }

  /** Forms the sums anew around the newest close. Closes before the first are 0 and count for nothing yet. */
  #anchor(symbol: number): void {
    const { bars, ring, ringSize, mask, cells, cellsEach } = this.#memory;
    const start = symbol * ringSize;
    const last = bars[symbol]! - 1;
    const anchor = ring[start + (last & mask)]!;
    let sum = 0;
    let squares = 0;
    for (let back = 1; back < this.windowBars; back++) {
      const difference = ring[start + ((last - back) & mask)]! - anchor;
      sum += difference;
      squares += difference * difference;
    }
    const at = symbol * cellsEach + this.#cell;
    cells[at] = anchor;
    cells[at + SUM] = sum;
    cells[at + SQUARES] = squares;
    cells[at + LARGEST] = squares;
  }
}
