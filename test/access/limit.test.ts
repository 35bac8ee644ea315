import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ANONYMOUS,
  blockOf,
  GUESSES,
  type Held,
  isLimit,
  type Limit,
  USUAL,
  verdict,
  windowOf,
} from "../../lib/access/limit.ts";

const DAY_MS = 86_400_000;
const limits = fc
  .record({
    ratePerSecond: fc.oneof(fc.constantFrom(0.5, 1, 3, 10, 1000), fc.double({ min: 0.1, max: 50 })),
    burst: fc.integer({ min: 1, max: 60 }),
    quotaPerDay: fc.option(fc.integer({ min: 1, max: 300 })),
  })
  .filter(isLimit);

/** Counters as a store would keep them, of requests that were let through alone. */
function counted(limit: Limit) {
  const windows = new Map<number, number>();
  const days = new Map<number, number>();
  const held = (nowMs: number): Held => {
    const { index, day } = windowOf(limit, nowMs);
    return {
      current: windows.get(index) ?? 0,
      previous: windows.get(index - 1) ?? 0,
      today: days.get(day) ?? 0,
    };
  };
  return {
    ask(nowMs: number, cost = 1) {
      const window = windowOf(limit, nowMs);
      const told = verdict(limit, window, held(nowMs), cost);
      if (told.outcome === "allowed") {
        windows.set(window.index, held(nowMs).current + cost);
        days.set(window.day, held(nowMs).today + cost);
      }
      return told;
    },
  };
}

/** Pauses in ms: most requests come at once or after parts of a window. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.nat(50), fc.nat(2000), fc.nat(20_000)), {
  maxLength: 300,
});

describe("the rate", () => {
  it("lets through at most burst + rate x t in any span of t seconds, wherever it begins", () => {
    fc.assert(
      fc.property(limits, pauses, fc.nat(10_000), (limit, script, startMs) => {
        const store = counted(limit);
        const through: number[] = [];
        let nowMs = startMs;
        for (const pause of script) {
          nowMs += pause;
          if (store.ask(nowMs).outcome === "allowed") through.push(nowMs);
        }
        for (const [i, from] of through.entries())
          for (let j = i; j < through.length; j++) {
            const most = limit.burst + (limit.ratePerSecond * (through[j]! - from)) / 1000;
            expect(j - i + 1).toBeLessThanOrEqual(most + 1e-9);
          }
      }),
      { numRuns: 300 },
    );
  });

  it.each([2, 5, 20, 100])(
    "lets a burst of %i through after a pause, and the rate but a request a window in the long run",
    (burst) => {
      const store = counted({ ratePerSecond: 10, burst, quotaPerDay: null });
      const atOnce = Array.from({ length: burst + 5 }, () => store.ask(1_000_000).outcome);
      expect(atOnce.filter((outcome) => outcome === "allowed")).toHaveLength(burst);
      let through = 0;
      for (let ms = 0; ms < 600_000; ms += 20)
        if (store.ask(1_100_000 + ms).outcome === "allowed") through++;
      expect(through).toBeGreaterThanOrEqual(6000 * (1 - 1 / burst));
      expect(through).toBeLessThanOrEqual(burst + 6000);
    },
  );

  it("lets a request through exactly when it said it would, and not a millisecond earlier", () => {
    const cost = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(limits, pauses, cost, fc.nat(10_000), (limit, script, wanted, startMs) => {
        fc.pre(wanted <= limit.burst && (limit.quotaPerDay ?? wanted) >= wanted);
        const store = counted(limit);
        let nowMs = startMs;
        for (const pause of script.slice(0, 60)) {
          nowMs += pause;
          const told = store.ask(nowMs, wanted);
          if (told.outcome === "allowed") continue;
          const { retryMs } = told;
          expect(retryMs).toBeGreaterThan(0);
          // Across midnight the quota speaks too: what it says then is another promise.
          if (windowOf(limit, nowMs).dayLeftMs <= retryMs && told.outcome === "rate") continue;
          expect(store.ask(nowMs + retryMs - 1, wanted).outcome).not.toBe("allowed");
          const then = store.ask(nowMs + retryMs, wanted).outcome;
          expect(then === "allowed" || (told.outcome === "rate" && then === "quota")).toBe(true);
          nowMs += retryMs;
        }
      }),
      { numRuns: 300 },
    );
  });

  it("counts a request by its cost", () => {
    const store = counted({ ratePerSecond: 1, burst: 10, quotaPerDay: null });
    expect([store.ask(0, 6).remaining, store.ask(0, 6).outcome, store.ask(0, 4).outcome]).toEqual([
      4,
      "rate",
      "allowed",
    ]);
  });
});

describe("the quota", () => {
  it("is never exceeded in a day of UTC, and whole again at midnight", () => {
    const limit: Limit = { ratePerSecond: 1000, burst: 1000, quotaPerDay: 5 };
    const store = counted(limit);
    const start = 20_000 * DAY_MS + 1000;
    const outcomes = Array.from({ length: 7 }, () => store.ask(start).outcome);
    expect(outcomes).toEqual([...Array(5).fill("allowed"), "quota", "quota"]);
    expect(store.ask(start)).toMatchObject({ by: "quota", remaining: 0, retryMs: DAY_MS - 1000 });
    expect(store.ask(20_001 * DAY_MS - 1).outcome).toBe("quota");
    expect(store.ask(20_001 * DAY_MS).outcome).toBe("allowed");
  });

  it("is what an answer speaks of when it is the tighter one", () => {
    const store = counted({ ratePerSecond: 10, burst: 10, quotaPerDay: 12 });
    const told = [store.ask(500), ...Array.from({ length: 4 }, () => store.ask(500))].at(-1);
    expect(told).toMatchObject({ by: "rate", remaining: 5, resetMs: 1500 });
    expect(store.ask(3600_000)).toMatchObject({ by: "quota", remaining: 6 });
  });
});

describe("a limit", () => {
  it("is believed only when every part of it is in range", () => {
    for (const limit of [USUAL, ANONYMOUS, GUESSES]) expect(isLimit(limit)).toBe(true);
    const wrong: Record<string, unknown>[] = [
      { ratePerSecond: 0 },
      { ratePerSecond: Number.NaN },
      { ratePerSecond: Infinity },
      { ratePerSecond: "5" },
      { burst: 0 },
      { burst: 1.5 },
      { burst: 1e9 },
      { quotaPerDay: 0 },
      { quotaPerDay: undefined },
    ];
    for (const change of wrong) expect(isLimit({ ...USUAL, ...change })).toBe(false);
    expect([isLimit(null), isLimit(undefined), isLimit([])]).toEqual([false, false, false]);
  });

  it("has windows that follow each other without a gap", () => {
    fc.assert(
      fc.property(limits, fc.nat(10_000_000), (limit, nowMs) => {
        const { index, elapsedMs, lengthMs } = windowOf(limit, nowMs);
        expect(index * lengthMs + elapsedMs).toBe(nowMs);
        expect(
          lengthMs * limit.ratePerSecond,
          "never faster than asked for",
        ).toBeGreaterThanOrEqual(1000 * limit.burst * (1 - 1e-12));
        expect(elapsedMs).toBeLessThan(lengthMs);
        const next = windowOf(limit, nowMs + lengthMs - elapsedMs);
        expect([next.index, next.elapsedMs]).toEqual([index + 1, 0]);
      }),
    );
  });
});

it("takes at most an eighth of what is left ahead, and nothing of little", () => {
  expect([0, 7, 8, 100, 1_000_000].map(blockOf)).toEqual([0, 0, 1, 12, 64]);
});
