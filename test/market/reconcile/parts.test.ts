import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Adjustments } from "../../../lib/market/reconcile/basis.ts";
import { Blocks } from "../../../lib/market/reconcile/blocks.ts";
import { plainTicker, Securities } from "../../../lib/market/reconcile/securities.ts";
import { difference, isWithin, Spread } from "../../../lib/market/reconcile/spread.ts";
import { verdict } from "../../../lib/market/reconcile/verdict.ts";
import { type Row, Window } from "../../../lib/market/reconcile/window.ts";

describe("difference", () => {
  it("is the same from either side, and how much larger the larger value is", () => {
    expect(difference(100, 105)).toBeCloseTo(0.05, 12);
    expect(difference(105, 100)).toBe(difference(100, 105));
    expect(difference(0, 0)).toBe(0);
    expect(difference(0, 7)).toBe(Number.POSITIVE_INFINITY);
    expect(isWithin(difference(10_000, 10_005), 0.0005), "exactly 5 bp is within").toBe(true);
    expect(isWithin(difference(10_000, 10_006), 0.0005)).toBe(false);
  });
});

describe("Spread", () => {
  it("has percentiles within 1.2 % of those of the sorted differences", () => {
    const apart = fc.double({ min: 1e-7, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(apart, { minLength: 1, maxLength: 300 }), (all) => {
        const spread = new Spread();
        for (const one of all) spread.add(one);
        const sorted = [...all].sort((a, b) => a - b);
        const found = spread.percentiles()!;
        for (const [share, value] of [
          [0.5, found.p50],
          [0.99, found.p99],
        ] as const) {
          const exact = sorted[Math.ceil(share * all.length) - 1]!;
          expect(Math.abs(value / exact - 1)).toBeLessThan(0.0121);
        }
        expect(found.max).toBe(sorted.at(-1));
      }),
    );
  });

  it("says nothing of nothing, and that a value against 0 has no largest", () => {
    const spread = new Spread();
    expect(spread.percentiles()).toBeUndefined();
    for (const apart of [0, 0, Number.POSITIVE_INFINITY]) spread.add(apart);
    expect(spread.percentiles()).toMatchObject({ p50: 0, max: null });
  });
});

describe("Blocks", () => {
  const blocksOf = (ratios: readonly number[]) => {
    const blocks = new Blocks();
    for (const [at, ratio] of ratios.entries()) blocks.add(20240101 + at, ratio, 1, ratio === 1);
    return { ...blocks, blocks: blocks.longest() };
  };

  it("merge days of one ratio, also over a few equal ones", () => {
    const { blocks, unequal } = blocksOf([1, 2, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2]);
    expect(unequal).toBe(4);
    expect(blocks).toEqual([
      { from: 20240102, to: 20240106, rows: 3, ratio: expect.closeTo(2, 12) },
      { from: 20240113, to: 20240113, rows: 1, ratio: expect.closeTo(2, 12) },
    ]);
  });

  it("part where the ratio moves by more than one per cent", () => {
    expect(blocksOf([2, 2, 2.01, 3, 3]).blocks.map(({ rows }) => rows)).toEqual([3, 2]);
  });

  it("keep the five longest and count the others", () => {
    const blocks = new Blocks();
    for (let at = 0; at < 9; at++) blocks.add(20240101 + at, 2 ** (at + 1), 1, false);
    expect(blocks.longest()).toHaveLength(5);
    expect(blocks.total).toBe(9);
  });

  it("leave out a value against 0, which still counts", () => {
    const blocks = new Blocks();
    blocks.add(20240101, 0, 5, false);
    expect({ unequal: blocks.unequal, longest: blocks.longest() }).toEqual({
      unequal: 1,
      longest: [],
    });
  });
});

describe("Adjustments", () => {
  const actions = [
    { date: 20240104, ticker: "AAA", action: "split", value: 4 },
    { date: 20240110, ticker: "AAA", action: "spinoff", value: 1.5 },
    { date: 20240110, ticker: "AAA", action: "delisting", value: 9 },
  ] as const;
  const adjustments = new Adjustments(actions, () => 0);

  it.each([
    [20240103, "splits+spinoffs", 6],
    [20240103, "splits", 4],
    [20240103, "unadjusted", 1],
    [20240104, "splits+spinoffs", 1.5],
    [20240104, "splits", 1],
    [20240110, "splits+spinoffs", 1],
  ] as const)("on %i a history by %s lacks the factor %d", (day, basis, factor) => {
    expect(adjustments.factor(0, day, basis)).toBe(factor);
    expect(adjustments.factor(1, day, basis), "another security").toBe(1);
  });
});

describe("Securities", () => {
  const change = (date: number, oldTicker: string, newTicker: string) => ({
    date,
    oldTicker,
    newTicker,
    name: null,
  });

  it("writes class shares alike and leaves other marks alone", () => {
    expect(["BRK-B", "BRK.B", "BRK/B", "BAC^L", "AAPL", "A.BC"].map(plainTicker)).toEqual([
      "BRK/B",
      "BRK/B",
      "BRK/B",
      "BAC^L",
      "AAPL",
      "A.BC",
    ]);
  });

  it("follows a chain of renames from any day", () => {
    const securities = new Securities([change(20220101, "B", "C"), change(20210101, "A", "B")]);
    const found = [20200101, 20200601].map((day) => securities.numberOf("A", day, "of-the-day"));
    expect(new Set([...found, securities.numberOf("B", 20210101, "of-the-day")]).size).toBe(1);
    expect(securities.nameOf(found[0]!)).toBe("C");
    expect(securities.numberOf("C", 20190101, "latest")).toBe(found[0]);
  });

  it("parts the earlier holder of a ticker from the later one", () => {
    const securities = new Securities([change(20230607, "FISV", "FI")]);
    const earlier = securities.numberOf("FI", 20210901, "of-the-day");
    const later = securities.numberOf("FI", 20230607, "of-the-day");
    expect(later).toBe(securities.numberOf("FISV", 20210901, "of-the-day"));
    expect(earlier).not.toBe(later);
  });
});

describe("verdict", () => {
  it.each([
    [true, true, true, "agree"],
    [true, false, false, 2],
    [false, true, false, 1],
    [false, false, true, 0],
    [true, true, false, "unclear"],
    [false, false, false, "none"],
  ] as const)("%s %s %s is %s", (first, second, third, found) => {
    expect(verdict(first, second, third)).toBe(found);
  });
});

describe("Window", () => {
  const row = (security: number, day: number, close = day): Row => ({
    security,
    day,
    close,
    volume: Number.NaN,
    marketCap: Number.NaN,
  });

  it("hands a year out by security and day, a repeated row as it was given last", () => {
    const window = new Window(1, { after: 0, maxRows: 100 });
    const given = [row(1, 20240105), row(0, 20240106), row(1, 20240103), row(1, 20240105, 7)];
    for (const one of given) window.add(0, one);
    const [columns] = window.take(2024);
    expect([...columns!.security]).toEqual([0, 1, 1]);
    expect([...columns!.day]).toEqual([20240106, 20240103, 20240105]);
    expect([...columns!.close]).toEqual([20240106, 20240103, 7]);
  });

  it("lets the latest year go when it holds too much, and says so", () => {
    const window = new Window(2, { after: 2021, maxRows: 3 });
    for (const day of [20210104, 20240102, 20220103, 20230103, 20220104, 20240103, 20220105]) {
      window.add(day % 2, row(0, day));
    }
    expect(window.isCut).toBe(true);
    expect(window.years()).toEqual([2022]);
    expect(window.take(2022).map(({ count }) => count)).toEqual([1, 2]);
  });
});
