/** A clock that stands until it is moved, for waits of seconds and hours in no time. */
import type { Clock } from "../../../localstack/event-sources/clock.ts";

type Sleeper = Readonly<{ untilMs: number; wake: () => void }>;

/** Lets everything run that waits for nothing but promises. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

export type VirtualClock = Clock & Readonly<{ advance: (ms: number) => Promise<void> }>;

export function virtualClock(startMs = Date.UTC(2024, 5, 3, 14, 0, 0)): VirtualClock {
  let now = startMs;
  const sleepers = new Set<Sleeper>();
  const earliest = (untilMs: number) =>
    [...sleepers]
      .filter((sleeper) => sleeper.untilMs <= untilMs)
      .sort((a, b) => a.untilMs - b.untilMs)[0];
  return {
    nowMs: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const sleeper = { untilMs: now + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", wake);
      }),
    async advance(ms) {
      const untilMs = now + ms;
      await settle();
      for (let next = earliest(untilMs); next; next = earliest(untilMs)) {
        now = Math.max(now, next.untilMs);
        next.wake();
        await settle();
      }
      now = untilMs;
    },
  };
}
