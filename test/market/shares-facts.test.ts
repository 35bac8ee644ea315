// Which tellings of shares outstanding are believed, judged by what was known before each.
import { describe, expect, it } from "vitest";
import { judgedFacts, type ShareSplit, splitFactor } from "../../lib/market/shares-facts.ts";
import type { SharesFact } from "../../lib/ports.ts";

/** Told on these days, each of the day before. */
const told = (...all: readonly (readonly [knownAt: number, shares: number])[]): SharesFact[] =>
  all.map(([knownAt, shares]) => ({
    ticker: "A",
    effectiveDate: knownAt - 1,
    knownAt,
    shares,
    source: "10-Q",
  }));

const judged = (facts: readonly SharesFact[], splits: readonly ShareSplit[] = []) => {
  const { accepted, refused } = judgedFacts(facts, splits);
  return {
    accepted: accepted.map(({ shares }) => shares),
    refused: refused.map(({ fact, reason }) => `${fact.shares} ${reason}`),
  };
};

describe("a telling of shares", () => {
  it.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])("of %d is refused", (shares) => {
    expect(judged(told([20230102, shares]))).toEqual({
      accepted: [],
      refused: [`${shares} SHARES_NOT_POSITIVE`],
    });
  });

  it("of a day after it was told is refused", () => {
    const [fact] = told([20230102, 100]);
    expect(judged([{ ...fact!, effectiveDate: 20230103 }]).refused).toEqual([
      "100 EFFECTIVE_AFTER_KNOWN",
    ]);
  });

  it("in thousands between others in units is refused, and says by how much it is off", () => {
    const facts = told([20230102, 16_000_000], [20230402, 15_900], [20230702, 15_800_000]);
    expect(judged(facts)).toEqual({
      accepted: [16_000_000, 15_800_000],
      refused: ["15900 OFF_BY_POWER_OF_TEN"],
    });
    expect(judgedFacts(facts, []).refused[0]!.detail).toBe(
      "15900 shares on 20230401 are 0.001 times the 16000000 of 20230101, splits counted",
    );
  });

  it("is believed when the next one agrees with it", () => {
    const facts = told([20230102, 15_900], [20230402, 16_000_000], [20230702, 15_800_000]);
    expect(judged(facts)).toEqual({
      accepted: [15_900, 15_800_000],
      refused: ["16000000 OFF_BY_POWER_OF_TEN"],
    });
  });

  it("is not confirmed by one that was doubted long before, nor by the same day told again", () => {
    const thousand = told([20230102, 1e6], [20230402, 1e3], [20230702, 1e6], [20231002, 1e3]);
    expect(judged(thousand).refused).toHaveLength(2);
    const [good, bad] = told([20230102, 1e6], [20230402, 1e3]);
    const again = { ...bad!, knownAt: 20230410, source: "10-Q/A" };
    expect(judged([good!, bad!, again]).refused).toHaveLength(2);
  });

  it("may grow fivefold, or by a split of ten", () => {
    expect(judged(told([20230102, 1e6], [20230402, 5e6])).refused).toEqual([]);
    const split = [{ date: 20230301, ratio: 10 }];
    expect(judged(told([20230102, 1e6], [20230402, 1e7]), split).refused).toEqual([]);
    expect(judged(told([20230102, 1e6], [20230402, 1e7])).refused).toHaveLength(1);
    // And one that forgets the split is tenfold too few.
    expect(judged(told([20230102, 1e6], [20230402, 1e6]), split).refused).toHaveLength(1);
  });

  it("of an old day is compared with its neighbours on both sides", () => {
    const [old, now] = told([20200102, 1e6], [20230102, 1.2e6]);
    const between = { ...now!, effectiveDate: 20210101, knownAt: 20230601, shares: 1.1e9 };
    expect(judged([old!, now!, between]).refused).toEqual(["1100000000 OFF_BY_POWER_OF_TEN"]);
    expect(judged([old!, now!, { ...between, shares: 1.1e6 }]).refused).toEqual([]);
  });
});

describe("the factor of splits between two days", () => {
  it("leaves out the first day and takes in the last", () => {
    const splits = [
      { date: 20200101, ratio: 2 },
      { date: 20200601, ratio: 3 },
      { date: 20210101, ratio: 0.5 },
    ];
    expect(splitFactor(splits, 20200101, 20210101)).toBe(1.5);
    expect(splitFactor(splits, 20191231, 20201231)).toBe(6);
    expect(splitFactor(splits, 20210101, 20210101)).toBe(1);
  });
});
