// The order of a day's names, and how little of the day is read for it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RankedName, Ranking } from "../../lib/index/ranking.ts";

const name = (security: number, marketCap: number, issuer = -security): RankedName => ({
  security,
  ticker: `T${String(security).padStart(4, "0")}`,
  issuer,
  marketCap,
  price: 1,
  priceDate: 20240102,
});

/** A ranking over names by cap, and how many of them the walks have read. */
function ranking(names: readonly RankedName[], carried: readonly RankedName[] = [], one = true) {
  const read: number[] = [];
  const walk = (capMax: number, take: (name: RankedName) => boolean) => {
    let count = 0;
    for (const each of names) {
      if (each.marketCap > capMax) continue;
      count++;
      if (!take(each)) break;
    }
    read.push(count);
  };
  return { ranked: new Ranking(walk, carried, one), read };
}

const MANY = Array.from({ length: 500 }, (_, i) => name(i + 1, 1000 - i));
const securities = (names: readonly RankedName[]) => names.map(({ security }) => security);

describe("a ranking", () => {
  it("reads little more of the day than it is asked for, and once", () => {
    const { ranked, read } = ranking(MANY);
    expect(securities(ranked.first(3))).toEqual([1, 2, 3]);
    expect(ranked.rankOf(4, 997)).toBe(4);
    expect(securities(ranked.first(3))).toEqual([1, 2, 3]);
    expect(read).toHaveLength(1);
    expect(read[0]).toBeLessThan(20);
  });

  it("reads down to the cap of a name that fell far, and no further", () => {
    const { ranked, read } = ranking(MANY);
    ranked.first(3);
    expect(ranked.rankOf(300, 701)).toBe(300);
    expect(read[1]).toBeLessThan(310);
    expect(ranked.rankOf(200, 801)).toBe(200);
    expect(read).toHaveLength(2);
  });

  it("has no rank for names without a cap or not in it", () => {
    const { ranked } = ranking(MANY);
    expect(ranked.rankOf(1, null)).toBeNull();
    expect(ranked.rankOf(1, 0)).toBeNull();
    expect(ranked.rankOf(999, 5)).toBeNull();
  });

  it("reads a group of equal caps to its end before it orders it", () => {
    const equal = [5, 3, 9, 1, 7, 2].map((security) => name(security, 50));
    const { ranked } = ranking([name(100, 60), ...equal, name(200, 40)]);
    expect(securities(ranked.first(4))).toEqual([100, 1, 2, 3]);
  });

  it("puts carried names where their caps belong", () => {
    const { ranked } = ranking([name(1, 90), name(2, 70)], [name(4, 60), name(3, 80)]);
    expect(securities(ranked.first(4))).toEqual([1, 3, 2, 4]);
    expect(ranked.rankOf(4, 60)).toBe(4);
  });

  it("reads on past lines of issuers it has already", () => {
    const lines = Array.from({ length: 60 }, (_, i) => name(i + 1, 1000 - i, Math.floor(i / 20)));
    expect(securities(ranking(lines).ranked.first(3))).toEqual([1, 21, 41]);
    expect(securities(ranking(lines, [], false).ranked.first(3))).toEqual([1, 2, 3]);
  });

  it("needs no walk once it is complete", () => {
    const { ranked, read } = ranking(MANY);
    ranked.complete();
    expect(read).toEqual([500]);
    expect([ranked.rankOf(500, 501), ranked.first(500).length]).toEqual([500, 500]);
    expect(read).toHaveLength(1);
  });

  it("agrees with sorting everything, whatever is asked in which order", () => {
    const random = fc.record({
      caps: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 60 }),
      carriedCaps: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 }),
      issuers: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 65, maxLength: 65 }),
      asked: fc.array(fc.nat(64), { minLength: 1, maxLength: 8 }),
      one: fc.boolean(),
    });
    fc.assert(
      fc.property(random, ({ caps, carriedCaps, issuers, asked, one }) => {
        const names = caps.map((cap, i) => name(i + 1, cap, issuers[i]!));
        const carried = carriedCaps.map((cap, i) => name(1000 + i, cap, issuers[60 + i]!));
        const seen = new Set<number>();
        const wanted = [...names, ...carried]
          .sort((a, b) => b.marketCap - a.marketCap || a.security - b.security)
          .filter(({ issuer }) => !one || (!seen.has(issuer) && seen.add(issuer)));
        const byCap = names.toSorted((a, b) => b.marketCap - a.marketCap);
        const { ranked } = ranking(byCap, carried, one);
        for (const count of asked) {
          expect(securities(ranked.first(count))).toEqual(securities(wanted.slice(0, count)));
          const one = names[count % names.length]!;
          const rank = wanted.findIndex(({ security }) => security === one.security) + 1;
          expect(ranked.rankOf(one.security, one.marketCap)).toBe(rank || null);
        }
      }),
      { seed: 12, numRuns: 300 },
    );
  });
});
