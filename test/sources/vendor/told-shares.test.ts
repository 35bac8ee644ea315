import { describe, expect, it } from "vitest";
import { toldShares } from "../../../lib/sources/vendor/told-shares.ts";

const statement = (date: number, value: number, isYearEnd = false) => ({
  date,
  value,
  isYearEnd,
  source: "stub",
});
const SPLIT = [{ date: 20240610, value: 10 }];

describe("told shares", () => {
  it("count as known when the SEC's time is over", () => {
    const { facts } = toldShares(
      "AAA",
      [statement(20230930, 90), statement(20231231, 100, true)],
      [],
      undefined,
    );
    expect(facts.map(({ effectiveDate, knownAt }) => [effectiveDate, knownAt])).toEqual([
      [20230930, 20231114],
      [20231231, 20240330],
    ]);
  });

  it.each([
    ["as told then", 100],
    ["restated for a split since", 1000],
  ])("stand on their own basis, %s", (_, value) => {
    const witness = { date: 20240701, value: 1010 };
    const { facts, doubt } = toldShares("AAA", [statement(20240331, value)], SPLIT, witness);
    expect([facts.map(({ shares }) => shares), doubt]).toEqual([[100], undefined]);
  });

  it.each([
    ["a split since and no count of today", [statement(20240331, 100)], SPLIT, undefined, false],
    ["a class whose company it may count", [statement(20240331, 100)], [], undefined, true],
    [
      "a count of today that is far away",
      [statement(20240331, 100)],
      [],
      { date: 20240701, value: 150_000 },
      false,
    ],
  ] as const)("are left out for %s", (_, statements, splits, witness, isOneOfClasses) => {
    const { facts, doubt } = toldShares("AAA", statements, splits, witness, isOneOfClasses);
    expect(facts).toEqual([]);
    expect(doubt).toBeTypeOf("string");
  });
});
