/** What every place that counts requests must do. Subjects are fresh in each test: the place may be shared. */
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Limit, windowOf } from "../../../lib/access/limit.ts";
import type { Counters } from "../../../lib/edge/access/counters.ts";

export type CountersUnderTest = Readonly<{
  counters: Counters;
  nowMs: () => number;
  /** Advances the clock that the place reads. */
  sleep: (ms: number) => Promise<void>;
}>;

const LIMIT: Limit = { ratePerSecond: 100, burst: 20, quotaPerDay: 1000 };
const window = (nowMs: number) => windowOf(LIMIT, nowMs);

export function countersContract(name: string, open: () => Promise<CountersUnderTest>) {
  const adding = async () => {
    const { counters, nowMs, sleep } = await open();
    const subject = `key:${randomUUID()}`;
    const at = window(nowMs());
    const add = (requests: number, change: Readonly<{ index?: number; today?: number }> = {}) => {
      const { index = at.index } = change;
      const today = "today" in change ? change.today : requests;
      return counters.add({ subject, window: { ...at, index }, requests, today });
    };
    return { add, index: at.index, sleep };
  };

  describe(`Counters: ${name}`, () => {
    it("tell what they hold after an addition", async () => {
      const { add } = await adding();
      expect(await add(1)).toEqual({ current: 1, previous: 0, today: 1 });
      expect(await add(5, { today: 3 })).toEqual({ current: 6, previous: 0, today: 4 });
    });

    it("count the window before beside the one that is", async () => {
      const { add, index } = await adding();
      await add(7);
      expect(await add(2, { index: index + 1 })).toEqual({ current: 2, previous: 7, today: 9 });
      expect(await add(1, { index: index + 2 })).toEqual({ current: 1, previous: 2, today: 10 });
      expect(await add(1, { index: index + 4 })).toEqual({ current: 1, previous: 0, today: 11 });
    });

    it("take back what was given back", async () => {
      const { add } = await adding();
      await add(10);
      expect(await add(-4)).toEqual({ current: 6, previous: 0, today: 6 });
    });

    it("count no day where there is no quota", async () => {
      const { counters, nowMs } = await open();
      const one = { subject: randomUUID(), window: window(nowMs()), requests: 1, today: undefined };
      await counters.add(one);
      expect(await counters.add(one)).toEqual({ current: 2, previous: 0, today: 0 });
    });

    it("keep subjects, days and lengths of windows apart", async () => {
      const { counters, nowMs } = await open();
      const subject = randomUUID();
      const at = window(nowMs());
      const one = { subject, window: at, requests: 1, today: 1 };
      await counters.add(one);
      const others = [
        { ...one, subject: randomUUID() },
        { ...one, window: { ...at, lengthMs: at.lengthMs + 1 }, today: undefined },
        { ...one, window: { ...at, index: at.index + 9, day: at.day + 1 } },
      ];
      const held = await Promise.all(others.map((other) => counters.add(other)));
      expect(held.map((counts) => counts?.current)).toEqual([1, 1, 1]);
      expect(held[2]).toEqual({ current: 1, previous: 0, today: 1 });
    });

    it("give each of many that add at once a count of its own", async () => {
      const { add } = await adding();
      const all = await Promise.all(Array.from({ length: 60 }, () => add(1)));
      const counts = all.map((held) => held?.current).sort((a, b) => a! - b!);
      expect(counts).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
      expect(new Set(all.map((held) => held?.today)).size).toBe(60);
    });

    it("forget a window that nobody reads any more", async () => {
      const { add, sleep } = await adding();
      await add(5);
      await sleep(6000);
      expect(await add(1)).toEqual({ current: 1, previous: 0, today: 6 });
    });
  });
}
