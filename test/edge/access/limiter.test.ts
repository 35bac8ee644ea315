import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLimit, type Limit } from "../../../lib/access/limit.ts";
import { type Counters, memoryCounters } from "../../../lib/edge/access/counters.ts";
import { limiter } from "../../../lib/edge/access/limiter.ts";

/** Processes that count in one place, on one clock; `reached` = additions that came through. */
function processes(count: number) {
  const state = { nowMs: 1_800_000_000_000, isDown: false, asked: 0 };
  const nowMs = () => state.nowMs;
  const store = memoryCounters({ nowMs });
  const shared: Counters = {
    async add(addition) {
      state.asked++;
      // As over a network: others get their turn between asking and counting, and between counting and answering.
      await Promise.resolve();
      const held = state.isDown ? undefined : await store.add(addition);
      await Promise.resolve();
      return held;
    },
  };
  const limiters = Array.from({ length: count }, () =>
    limiter({ shared: () => shared, own: memoryCounters({ nowMs }), nowMs }),
  );
  return { state, limiters };
}

const limits = fc
  .record({
    ratePerSecond: fc.constantFrom(1, 5, 20, 200),
    burst: fc.integer({ min: 1, max: 200 }),
    quotaPerDay: fc.option(fc.integer({ min: 1, max: 400 })),
  })
  .filter(isLimit);

/** Requests of one process after another, or of all at the same time. */
const steps = fc.array(
  fc.record({
    pauseMs: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(500), fc.nat(5000)),
    process: fc.nat(3),
    requests: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 80 })),
    isAtOnce: fc.boolean(),
    cost: fc.constantFrom(1, 1, 1, 3),
  }),
  { maxLength: 60 },
);

type Through = Readonly<{ ms: number; cost: number }>;

function expectBound(limit: Limit, through: readonly Through[]): void {
  for (const [i, { ms }] of through.entries()) {
    let sum = 0;
    for (const later of through.slice(i)) {
      sum += later.cost;
      const most = limit.burst + (limit.ratePerSecond * (later.ms - ms)) / 1000;
      if (sum > most + 1e-9) expect(sum, `from ${ms} to ${later.ms}`).toBeLessThanOrEqual(most);
    }
  }
  const today = through.reduce((sum, { cost }) => sum + cost, 0);
  expect(today).toBeLessThanOrEqual(limit.quotaPerDay ?? Infinity);
}

describe("limiter", () => {
  it("never lets more than burst + rate x t through in any span, nor the quota of a day, by however many processes", async () => {
    await fc.assert(
      fc.asyncProperty(limits, steps, async (limit, script) => {
        const { state, limiters } = processes(4);
        const through: Through[] = [];
        for (const { pauseMs, process, requests, isAtOnce, cost: wanted } of script) {
          state.nowMs += pauseMs;
          const cost = Math.min(wanted, limit.burst);
          const ask = async (by: number) => {
            const told = await limiters[by % 4]!.take("key:a", limit, wanted, "closed");
            if (told?.outcome === "allowed") through.push({ ms: state.nowMs, cost });
          };
          if (isAtOnce) await Promise.all(Array.from({ length: requests }, (_, i) => ask(i)));
          else for (let i = 0; i < requests; i++) await ask(process);
        }
        expectBound(limit, through);
      }),
      { numRuns: 150 },
    );
  });

  it("uses what it took ahead in its own window only", async () => {
    const { state, limiters } = processes(2);
    const limit: Limit = { ratePerSecond: 100, burst: 100, quotaPerDay: null };
    const through: Through[] = [];
    const ask = async (by: number) => {
      const told = await limiters[by]!.take("key:a", limit, 1, "closed");
      if (told?.outcome === "allowed") through.push({ ms: state.nowMs, cost: 1 });
    };
    // The second request takes twelve ahead; two windows on, others use all there is.
    for (let i = 0; i < 2; i++) await ask(0);
    state.nowMs += 2000;
    for (let i = 0; i < 110; i++) await ask(1);
    for (let i = 0; i < 20; i++) await ask(0);
    expect(through).toHaveLength(102);
    expectBound(limit, through);
  });

  it("takes no more ahead than there is, when others were faster", async () => {
    const { limiters, state } = processes(2);
    const limit: Limit = { ratePerSecond: 1, burst: 100, quotaPerDay: null };
    let through = 0;
    const ask = async (by: number, times: number) => {
      for (let i = 0; i < times; i++)
        if ((await limiters[by]!.take("key:a", limit, 1, "closed"))?.outcome === "allowed")
          through++;
    };
    await ask(0, 1);
    await ask(1, 94);
    await ask(0, 30);
    await ask(1, 30);
    expect(through).toBe(100);
    expect(state.asked).toBeLessThan(60);
  });

  it("needs no round trip for most requests of a busy caller, and gives it its whole burst", async () => {
    const { state, limiters } = processes(1);
    const limit: Limit = { ratePerSecond: 100, burst: 1000, quotaPerDay: null };
    let through = 0;
    for (let i = 0; i < 1100; i++)
      if ((await limiters[0]!.take("key:a", limit, 1, "closed"))?.outcome === "allowed") through++;
    expect(through).toBe(1000);
    expect(state.asked).toBeLessThan(100);
  });

  it("takes nothing ahead for a caller that comes now and then", async () => {
    const { state, limiters } = processes(1);
    const limit: Limit = { ratePerSecond: 10, burst: 40, quotaPerDay: 50 };
    const outcomes: string[] = [];
    for (let i = 0; i < 51; i++) {
      state.nowMs += 10_000;
      outcomes.push((await limiters[0]!.take("key:a", limit, 1, "closed"))?.outcome ?? "none");
    }
    expect(outcomes).toEqual([...Array(50).fill("allowed"), "quota"]);
  });

  it("gives back to the day what was taken ahead and not used", async () => {
    const { state, limiters } = processes(1);
    const limit: Limit = { ratePerSecond: 10, burst: 40, quotaPerDay: 100 };
    let through = 0;
    for (let i = 0; i < 60; i++) {
      state.nowMs += 10_000;
      for (let j = 0; j < 3; j++)
        if ((await limiters[0]!.take("key:a", limit, 1, "closed"))?.outcome === "allowed")
          through++;
    }
    // What is ahead in the last window is all that can be lost.
    expect(through).toBeGreaterThanOrEqual(95);
    expect(through).toBeLessThanOrEqual(100);
  });

  it("refuses from memory until the wait is over, and then lets through", async () => {
    const { state, limiters } = processes(1);
    const limit: Limit = { ratePerSecond: 1, burst: 5, quotaPerDay: null };
    const take = (cost = 1) => limiters[0]!.take("address:a", limit, cost, "open");
    for (let i = 0; i < 5; i++) expect((await take())?.outcome).toBe("allowed");
    const refused = await take();
    const { asked } = state;
    state.nowMs += 10;
    const again = await take();
    expect(state.asked).toBe(asked);
    expect(again).toMatchObject({ outcome: "rate", retryMs: refused!.retryMs - 10 });
    expect(limiters[0]!.blockedMs("address:a")).toBe(again!.retryMs);
    expect(limiters[0]!.blockedMs("address:b")).toBe(0);
    state.nowMs += again!.retryMs;
    expect(limiters[0]!.blockedMs("address:a")).toBe(0);
    expect((await take())?.outcome).toBe("allowed");
  });

  it("lets small requests through that a large one has to wait for", async () => {
    const { limiters } = processes(1);
    const limit: Limit = { ratePerSecond: 1, burst: 10, quotaPerDay: null };
    const outcome = async (cost: number) =>
      (await limiters[0]!.take("key:a", limit, cost, "open"))?.outcome;
    expect([await outcome(6), await outcome(6), await outcome(1), await outcome(6)]).toEqual([
      "allowed",
      "rate",
      "allowed",
      "rate",
    ]);
    // One above the burst counts as a whole burst: else it could never be made.
    expect((await limiters[0]!.take("key:b", limit, 50, "open"))?.outcome).toBe("allowed");
  });

  it("counts by itself or waits while the shared counters are gone, as it is told", async () => {
    const { state, limiters } = processes(2);
    state.isDown = true;
    const limit: Limit = { ratePerSecond: 1, burst: 3, quotaPerDay: null };
    const take = (uncounted: "open" | "closed") => limiters[0]!.take("key:a", limit, 1, uncounted);
    expect(await take("closed")).toBeUndefined();
    const outcomes = [
      await take("open"),
      await take("open"),
      await take("open"),
      await take("open"),
    ];
    expect(outcomes.map((told) => told?.outcome)).toEqual([
      "allowed",
      "allowed",
      "allowed",
      "rate",
    ]);
    state.isDown = false;
    expect((await limiters[1]!.take("key:a", limit, 1, "closed"))?.outcome).toBe("allowed");
  });

  it("lets nothing that waits to be counted through on what it counted for itself", async () => {
    const { state, limiters } = processes(1);
    const limit = { ratePerSecond: 100, burst: 1000, quotaPerDay: null };
    const take = (uncounted: "open" | "closed") => limiters[0]!.take("key", limit, 1, uncounted);
    state.isDown = true;
    for (let at = 0; at < 3; at++) expect((await take("open"))?.outcome).toBe("allowed");
    expect(await take("closed")).toBeUndefined();
    state.isDown = false;
    expect((await take("closed"))?.outcome).toBe("allowed");
  });

  it("needs no shared counters where there are none", async () => {
    const nowMs = () => 0;
    const alone = limiter({ shared: () => undefined, own: memoryCounters({ nowMs }), nowMs });
    const limit: Limit = { ratePerSecond: 1, burst: 1, quotaPerDay: null };
    expect((await alone.take("key:a", limit, 1, "closed"))?.outcome).toBe("allowed");
    expect((await alone.take("key:a", limit, 1, "closed"))?.outcome).toBe("rate");
  });
});
