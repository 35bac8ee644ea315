/** Time as an argument: the runner's waits run on a virtual clock in tests. */
import { setTimeout as sleep } from "node:timers/promises";

export type Clock = Readonly<{
  nowMs(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}>;

export const systemClock: Clock = {
  nowMs: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}).catch(() => {}),
};

/** Wakes whoever waits for news. A ring that nobody waits for is kept for the next who does. */
export class Bell {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  #isRung = false;
  #wake: (() => void) | undefined;

  /** @param stop ends every wait, now and later */
  constructor(clock: Clock, stop: AbortSignal) {
    this.#clock = clock;
    this.#stop = stop;
    stop.addEventListener("abort", () => this.ring(), { once: true });
  }

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves at the next ring, or after `ms`, when given. One waiter at a time. */
  async next(ms?: number): Promise<void> {
    const over = new AbortController();
    if (!this.#isRung && !this.#stop.aborted)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (ms !== undefined) void this.#clock.sleep(ms, over.signal).then(resolve);
      });
    over.abort();
    this.#wake = undefined;
    this.#isRung = false;
  }
}
