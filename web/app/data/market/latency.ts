/** How old a trade is when it is seen: the middle of the last ones. */

export const KEPT = 50;

export class Latencies {
  readonly #ring: number[] = [];
  #next = 0;

  note(ms: number): void {
    if (!Number.isFinite(ms)) return;
    this.#ring[this.#next] = ms;
    this.#next = (this.#next + 1) % KEPT;
  }

  get count(): number {
    return this.#ring.length;
  }

  /** ms; undefined before the first. Of an even number of figures the mean of the two in the middle. */
  get median(): number | undefined {
    const sorted = [...this.#ring].sort((a, b) => a - b);
    const upper = sorted[sorted.length >> 1];
    const lower = sorted[(sorted.length - 1) >> 1];
    return upper === undefined ? undefined : (upper + lower!) / 2;
  }
}
