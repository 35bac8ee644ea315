// Shares outstanding as they could be known on a day. Days are YYYYMMDD, a ratio is new shares per old.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marketCap, SharesWalk, sharesOn } from "../../lib/market/shares.ts";
import { judgedFacts, type ShareSplit } from "../../lib/market/shares-facts.ts";
import type { SharesFact } from "../../lib/ports.ts";
import { addDays } from "../../lib/time.ts";

const fact = (
  effectiveDate: number,
  knownAt: number,
  shares: number,
  source = "10-Q",
): SharesFact => ({
  ticker: "A",
  effectiveDate,
  knownAt,
  shares,
  source,
});

const day = fc.integer({ min: 0, max: 1500 }).map((days) => addDays(20200101, days));
const someFact = fc
  .tuple(day, fc.integer({ min: 0, max: 90 }), fc.integer({ min: 1_000_000, max: 4_000_000 }))
  .map(([effective, delay, shares]) => fact(effective, addDays(effective, delay), shares));
const facts = fc.array(someFact, { maxLength: 12 });
const splits = fc.array(
  fc.record({ date: day, ratio: fc.constantFrom(2, 3, 20, 0.5, 0.125, 1.5) }),
  { maxLength: 4 },
);

/** The definition read aloud: all facts, every day from scratch. */
function plain(all: readonly SharesFact[], allSplits: readonly ShareSplit[], on: number) {
  const sorted = [...allSplits].sort((a, b) => a.date - b.date);
  const known = judgedFacts(all, sorted).accepted.filter(({ knownAt }) => knownAt < on);
  const latest = Math.max(...known.map(({ effectiveDate }) => effectiveDate));
  const held = known.filter(({ effectiveDate }) => effectiveDate === latest);
  const used = held.findLast(({ knownAt }) => knownAt === Math.max(...held.map((f) => f.knownAt)));
  if (!used) return undefined;
  const factor = sorted
    .filter(({ date }) => date > used.effectiveDate && date <= on)
    .reduce((product, { ratio }) => product * ratio, 1);
  return { shares: used.shares * factor, fact: used, splitFactor: factor };
}

describe("shares on a day", () => {
  it("count from the day after they became known", () => {
    const filed = [fact(20230630, 20230801, 1000)];
    expect(sharesOn(filed, [], 20230801)).toBeUndefined();
    expect(sharesOn(filed, [], 20230802)).toMatchObject({ shares: 1000, fact: filed[0] });
  });

  it("are those of the latest effective date, however late an older one became known", () => {
    const filed = [fact(20230630, 20230801, 1000), fact(20230331, 20230901, 900)];
    expect(sharesOn(filed, [], 20231001)?.shares).toBe(1000);
  });

  it("of one effective date are those told last", () => {
    const filed = [fact(20230630, 20230901, 1010, "10-Q/A"), fact(20230630, 20230801, 1000)];
    expect(sharesOn(filed, [], 20230901)?.shares).toBe(1000);
    expect(sharesOn(filed, [], 20230902)?.shares).toBe(1010);
  });

  it("are multiplied by a split on its own day", () => {
    const filed = [fact(20220430, 20220505, 500)];
    const split = [{ date: 20220606, ratio: 20 }];
    expect(sharesOn(filed, split, 20220605)?.shares).toBe(500);
    expect(sharesOn(filed, split, 20220606)).toMatchObject({ shares: 10_000, splitFactor: 20 });
  });

  it("told after a split of a day before it stand on the basis of that day", () => {
    const filed = [fact(20220531, 20220701, 500)];
    expect(sharesOn(filed, [{ date: 20220606, ratio: 20 }], 20220704)?.shares).toBe(10_000);
  });

  it("told for the day of a split are on its basis already", () => {
    const filed = [fact(20220606, 20220701, 10_000)];
    expect(sharesOn(filed, [{ date: 20220606, ratio: 20 }], 20220704)?.shares).toBe(10_000);
  });

  it("cannot be asked for backwards", () => {
    const walk = new SharesWalk([], []);
    walk.on(20230105);
    expect(() => walk.on(20230104)).toThrow(RangeError);
  });

  it("refuse a split that gives no shares", () => {
    for (const ratio of [0, -2, Number.NaN]) {
      expect(() => new SharesWalk([], [{ date: 20230105, ratio }])).toThrow(/more than 0/);
    }
  });

  it("are the same for a walk over days as for each day alone", () => {
    fc.assert(
      fc.property(
        facts,
        splits,
        fc.array(day, { minLength: 1, maxLength: 40 }),
        (all, some, days) => {
          const walk = new SharesWalk(all, some);
          for (const on of days.sort((a, b) => a - b)) {
            const expected = plain(all, some, on);
            expect(walk.on(on)).toEqual(expected);
          }
        },
      ),
    );
  });

  it("are never used before they were known", () => {
    fc.assert(
      fc.property(facts, splits, day, (all, some, on) => {
        const held = sharesOn(all, some, on);
        if (!held) return;
        expect(held.fact.knownAt).toBeLessThan(on);
        expect(held.fact.effectiveDate).toBeLessThan(on);
      }),
    );
  });

  it("of a day do not change when more becomes known on it or later", () => {
    const wild = fc
      .tuple(someFact, fc.constantFrom(0, 0.001, 1, 1000))
      .map(([told, scale]) => ({ ...told, shares: told.shares * scale }));
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 10 }), wild, splits, day, (all, more, some, on) => {
        fc.pre(more.knownAt >= on);
        expect(sharesOn([...all, more], some, on)).toEqual(sharesOn(all, some, on));
      }),
    );
  });
});

describe("a market cap", () => {
  it("does not move over a split when the close moves by the ratio", () => {
    fc.assert(
      fc.property(
        facts,
        splits,
        day,
        fc.constantFrom(2, 3, 4, 20, 0.1, 0.125),
        fc.double({ min: 1, max: 5000, noNaN: true }),
        (all, some, on, ratio, close) => {
          const before = addDays(on, -1);
          // Nothing else happens between the two closes.
          const known = all.filter((told) => told.knownAt !== before && told.effectiveDate !== on);
          const others = some.filter(({ date }) => date !== on);
          const walk = new SharesWalk(known, [...others, { date: on, ratio }]);
          const [held, after] = [walk.on(before), walk.on(on)];
          fc.pre(held !== undefined && after !== undefined);
          const change = marketCap(close / ratio, after) / marketCap(close, held);
          expect(Math.abs(change - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });
});
