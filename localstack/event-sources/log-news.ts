/**
 * News of an event log that is in this process: whoever reads it waits for them instead of asking again and again. Other
 * logs tell nothing, and are asked.
 */
export class LogNews {
  /** How often each stream was appended to. */
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Something was appended to a stream and can be read. */
  tell(stream: string): void {
    this.#counts.set(stream, this.count(stream) + 1);
    for (const wake of this.#waiting.get(stream) ?? []) wake();
  }

  count(stream: string): number {
    return this.#counts.get(stream) ?? 0;
  }

  /**
   * Resolves when something was appended since the stream counted `seen`; at once when it was already, and after `ms` or a
   * stop in any case.
   */
  async since(stream: string, seen: number, ms: number, stop: AbortSignal): Promise<void> {
    if (this.count(stream) > seen || stop.aborted) return;
    const waiting = this.#waiting.get(stream) ?? new Set();
    this.#waiting.set(stream, waiting);
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        stop.removeEventListener("abort", wake);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      stop.addEventListener("abort", wake);
      waiting.add(wake);
    });
  }
}
