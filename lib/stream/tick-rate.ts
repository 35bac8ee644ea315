/** How many ticks a second a shard takes, over the last second of its work. */
const SPAN_MS = 1_000;

type Batch = Readonly<{ fromMs: number; toMs: number; ticks: number }>;

export class TickRate {
  /** Those that ended within the last second, in order. */
  #batches: Batch[] = [];

  /**
   * @param fromMs when the batch was begun, and `toMs` when it was done: by the clock of the process
   * @returns ticks a second over the second before its end; over the time the batches took where that is longer, so that
   *   a backlog taken in one long batch is no burst
   */
  add(ticks: number, fromMs: number, toMs: number): number {
    this.#batches.push({ fromMs, toMs, ticks });
    this.#batches = this.#batches.filter(({ toMs: endMs }) => endMs > toMs - SPAN_MS);
    const spanMs = Math.max(SPAN_MS, toMs - (this.#batches[0]?.fromMs ?? toMs));
    const all = this.#batches.reduce((sum, batch) => sum + batch.ticks, 0);
    return (all * 1_000) / spanMs;
  }
}
