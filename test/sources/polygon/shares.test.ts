import { describe, expect, it } from "vitest";
import { believableShares, needsWitness } from "../../../lib/sources/polygon/shares.ts";

const fact = (effectiveDate: number, shares: number) => ({
  ticker: "AAA",
  effectiveDate,
  knownAt: effectiveDate,
  shares,
  source: "polygon",
});
const split = (date: number, value: number) =>
  ({ date, ticker: "AAA", action: "split", value }) as const;

const believed = (...args: Parameters<typeof believableShares>) =>
  believableShares(...args).believed.map(({ effectiveDate }) => effectiveDate);

describe("believableShares", () => {
  it("believes counts without a split", () => {
    expect(believed([fact(20230101, 100), fact(20240101, 260)], [])).toEqual([20230101, 20240101]);
  });

  it("believes counts that grew with the split between them", () => {
    const facts = [fact(20230101, 100), fact(20240101, 380)];
    expect(believed(facts, [split(20230701, 4)])).toEqual([20230101, 20240101]);
  });

  it("doubts a count of a later basis, as the vendor gives for days of long ago", () => {
    const facts = [fact(20170330, 16_400), fact(20240101, 15_500)];
    const verdict = believableShares(facts, [split(20200831, 4)]);
    expect(verdict.believed).toEqual([facts[1]]);
    expect(verdict.doubted).toEqual([
      {
        fact: facts[0],
        detail: "16400 shares became 15500 by 2024-01-01, though splits made 4 of each",
      },
    ]);
  });

  it("doubts counts within a quarter of a split on either side", () => {
    const facts = [
      fact(20230327, 100),
      fact(20230328, 100),
      fact(20231004, 400),
      fact(20231005, 400),
    ];
    expect(believed(facts, [split(20230701, 4)])).toEqual([20230327, 20231005]);
  });

  it("judges by a later witness when splits came after all counts", () => {
    const splits = [split(20230701, 4)];
    expect(needsWitness([fact(20220101, 100)], splits)).toBe(true);
    expect(believed([fact(20220101, 100)], splits, fact(20240101, 400))).toEqual([20220101]);
    expect(believed([fact(20220101, 400)], splits, fact(20240101, 400))).toEqual([]);
  });

  it("believes nothing from before a split that the witness itself is near to", () => {
    const splits = [split(20230701, 4)];
    expect(believed([fact(20220101, 100)], splits, fact(20230801, 400))).toEqual([]);
  });

  it("needs no witness without a split after the counts", () => {
    expect(needsWitness([fact(20220101, 100)], [split(20210701, 4)])).toBe(false);
    expect(needsWitness([], [split(20210701, 4)])).toBe(false);
  });

  it("lets a small stock dividend pass as shares that were issued", () => {
    const facts = [fact(20220101, 100), fact(20240101, 100)];
    expect(believed(facts, [split(20230101, 1.05)])).toEqual([20220101, 20240101]);
  });
});
