/**
 * Value at risk and expected shortfall of the latest profits, kept up to date one at a time: a ring of them in order of
 * time and a sorted copy, in which one `copyWithin` moves what lies between the profit that leaves and the one that
 * comes. The result is that of historicalTail over the window, to the last digit.
 */
import { AppError } from "../errors.ts";
import { demandConfidence, sortedTail, type Tail } from "./tail.ts";

export class SlidingTail {
  readonly window: number;
  readonly confidence: number;
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #next = 0;

  /**
   * @param window profits that are looked back on, at least 1
   * @throws AppError DEGENERATE_INPUT unless the window is a positive whole number and confidence lies in (0, 1)
   */
  constructor(window: number, confidence: number) {
    demandConfidence(confidence);
    if (!(Number.isInteger(window) && window >= 1 && window <= 1e8)) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `a window must be a whole number from 1 to 100,000,000, was "${window}"`,
        { window: String(window) },
      );
    }
    this.window = window;
    this.confidence = confidence;
    this.#ring = new Float64Array(window);
    this.#sorted = new Float64Array(window);
  }

  /** How many profits are in the window. */
  get count(): number {
    return this.#count;
  }

  /** @throws AppError DEGENERATE_INPUT, and leaves everything as it was, when a profit is no finite number */
  push(pnl: number): void {
    if (!Number.isFinite(pnl)) {
      throw new AppError("DEGENERATE_INPUT", `a profit must be a finite number, was "${pnl}"`, {
        pnl: String(pnl),
      });
    }
    const sorted = this.#sorted;
    const to = this.#place(pnl);
    if (this.#count < this.window) {
      sorted.copyWithin(to + 1, to, this.#count);
      sorted[to] = pnl;
      this.#count++;
    } else {
      const from = this.#place(this.#ring[this.#next]!);
      if (from < to) {
        sorted.copyWithin(from, from + 1, to);
        sorted[to - 1] = pnl;
      } else {
        sorted.copyWithin(to + 1, to, from);
        sorted[to] = pnl;
      }
    }
    this.#ring[this.#next] = pnl;
    this.#next = this.#next + 1 === this.window ? 0 : this.#next + 1;
  }

  /** Undefined until the window is full. */
  tail(): Tail | undefined {
    if (this.#count < this.window) return undefined;
    return sortedTail(this.#sorted, this.confidence);
  }

  /** Where the first profit that is not below `pnl` stands. */
  #place(pnl: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sorted[middle]! < pnl) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
