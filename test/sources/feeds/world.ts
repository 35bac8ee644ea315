/** What feeds are run on in tests: real sockets and real time, short waits, and everything that was told and counted. */
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished, vi } from "vitest";
import type { Feed, FeedTick, FeedWorld } from "../../../lib/feed.ts";
import type { Instruments } from "../../../lib/ports.ts";

export type TestFeedWorld = FeedWorld &
  Readonly<{
    notes: { event: string; facts: Readonly<Record<string, unknown>> }[];
    counted: Record<string, number>;
    events: () => string[];
  }>;

/** Waits between connections are at most 5 ms long. */
export function feedWorld(more: Partial<FeedWorld> = {}): TestFeedWorld {
  const notes: TestFeedWorld["notes"] = [];
  const counted: Record<string, number> = {};
  const instruments: Instruments = {
    add(name, labels, by = 1) {
      const key = [name, ...Object.values(labels as Record<string, string>)].join(" ");
      counted[key] = (counted[key] ?? 0) + by;
    },
    set: () => {},
    observe: () => {},
  };
  return {
    fetch: globalThis.fetch,
    nowMs: Date.now,
    sleep: (ms, signal) =>
      sleep(Math.min(ms, 5), undefined, signal && { signal }).catch(() => undefined),
    random: () => 0.5,
    instruments,
    note: (event, facts) => void notes.push({ event, facts }),
    notes,
    counted,
    events: () => notes.map(({ event }) => event),
    ...more,
  };
}

export type Listening = Readonly<{
  ticks: FeedTick[];
  clocks: number[];
  /** Until so many ticks have come. */
  until: (count: number) => Promise<void>;
  stop: () => Promise<void>;
  ended: Promise<void>;
}>;

/** Reads a feed until it is stopped, at the end of the test at the latest. */
export function listen(feed: Feed): Listening {
  const controller = new AbortController();
  const ticks: FeedTick[] = [];
  const clocks: number[] = [];
  const read = async () => {
    for await (const batch of feed.read(controller.signal)) {
      ticks.push(...batch.ticks);
      if (batch.clockMs !== undefined) clocks.push(batch.clockMs);
    }
  };
  const ended = read();
  const quietly = ended.catch(() => undefined);
  const stop = async () => {
    controller.abort();
    await quietly;
  };
  onTestFinished(stop);
  return {
    ticks,
    clocks,
    ended,
    stop,
    until: (count) =>
      vi.waitFor(
        () => {
          if (ticks.length < count) throw new Error(`${ticks.length} of ${count} ticks came`);
        },
        { timeout: 5_000, interval: 2 },
      ),
  };
}
