/**
 * Random numbers that depend on a seed alone. Generator: sfc32 of Chris Doty-Humphrey's PractRand.
 * Each company draws from a stream of its own, so that what happens to one never shifts another.
 */

export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  /** The second of a pair of normal draws, kept for the next call. */
  #spare = Number.NaN;

  /** @param stream whatever tells this stream from the others of the same seed */
  constructor(seed: number, stream: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 2 ** 32) ^ 0x9e3779b9;
    this.#c = stream | 0;
    // Neighbouring seeds and streams part within a few steps.
    for (let step = 0; step < 16; step++) this.#next();
  }

  /** From 0 up to, not including, 1. */
  uniform(): number {
    return (this.#next() >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.uniform() * end);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const spare = this.#spare;
    if (!Number.isNaN(spare)) {
      this.#spare = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Normal in the middle with tails like those of daily returns: one draw in thirty is three times as wide. */
  fatTailed(): number {
    return this.normal() * (this.uniform() < 1 / 30 ? 3 : 0.9);
  }

  #next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }
}
