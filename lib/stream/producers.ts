/** Who feeds a shard: which of their frames came already, and how far each says that time has come. */

/** The head of a frame, as far as it is looked at here. */
export type ProducerMark = Readonly<{
  producer: string;
  epochMs: number;
  number: number;
  clockMs: number | null;
}>;

/** What is kept of a producer and one start of it, as plain data. */
export type ProducerState = Readonly<ProducerMark & { arrivalMs: number }>;

/** More starts than anybody makes; the one that was silent longest is forgotten. */
const KNOWN_MAX = 256;
/** A producer that was silent for so long holds nobody's clock back. It sends a frame a second when all is quiet. */
const SILENT_MS = 30_000;

export class Producers {
  readonly #known = new Map<string, ProducerState>();

  /**
   * @returns "repeat" for a frame that came before; else how many frames of its producer are missing before it
   */
  take(mark: ProducerMark, arrivalMs: number): "repeat" | number {
    const name = `${mark.producer} ${mark.epochMs}`;
    const before = this.#known.get(name);
    const last = before?.number ?? 0;
    if (mark.number <= last) return "repeat";
    this.#known.delete(name);
    const clockMs = Math.max(mark.clockMs ?? -1, before?.clockMs ?? -1);
    const { producer, epochMs, number } = mark;
    const kept = { producer, epochMs, number, clockMs: clockMs < 0 ? null : clockMs, arrivalMs };
    this.#known.set(name, kept);
    if (this.#known.size > KNOWN_MAX) this.#known.delete(this.#known.keys().next().value!);
    return mark.number - last - 1;
  }

  /**
   * Before this event time nothing more is to come from anybody who was heard of lately; null when one of them does not
   * say. An older start of a producer is over once a newer one was heard.
   */
  clockMs(nowMs: number): number | null {
    const newest = new Map<string, ProducerState>();
    for (const state of this.#known.values()) {
      const other = newest.get(state.producer);
      if (other === undefined || other.epochMs < state.epochMs) newest.set(state.producer, state);
    }
    let clockMs = Infinity;
    for (const state of newest.values()) {
      if (state.arrivalMs + SILENT_MS < nowMs) continue;
      if (state.clockMs === null) return null;
      clockMs = Math.min(clockMs, state.clockMs);
    }
    return clockMs === Infinity ? null : clockMs;
  }

  /** The longest silent first. */
  export(): ProducerState[] {
    return [...this.#known.values()];
  }

  restore(states: readonly ProducerState[]): void {
    this.#known.clear();
    for (const state of states) this.#known.set(`${state.producer} ${state.epochMs}`, state);
  }
}
