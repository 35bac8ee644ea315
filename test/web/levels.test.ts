// What the page works out from the levels of an index.
import { describe, expect, it } from "vitest";
import { compounded, drawdown, monthlyReturns, rebased } from "../../web/app/data/levels.ts";

const DAYS = [
  { date: "2023-11-29", level: 100 },
  { date: "2023-11-30", level: 110 },
  { date: "2023-12-01", level: 99 },
  { date: "2023-12-29", level: 121 },
  { date: "2024-01-02", level: 60.5 },
];

describe("levels", () => {
  it("are seen from their beginning", () => {
    expect(rebased(DAYS.slice(1)).map(({ value }) => value)).toEqual([100, 90, 110, 55]);
    expect(rebased([])).toEqual([]);
  });

  it("fall from the highest before", () => {
    const falls = drawdown(DAYS).map(({ value }) => value);
    expect(falls[0]).toBe(0);
    expect(falls[2]).toBeCloseTo(-0.1, 12);
    expect(falls.at(-1)).toBe(-0.5);
  });

  it("have months from close to close, the first and the last of which may be parts", () => {
    const months = monthlyReturns(DAYS);
    expect(months.map(({ year, month, isWhole }) => [year, month, isWhole])).toEqual([
      [2023, 11, false],
      [2023, 12, true],
      [2024, 1, false],
    ]);
    const values = months.map(({ value }) => value);
    [0.1, 0.1, -0.5].forEach((value, at) => {
      expect(values[at]).toBeCloseTo(value, 12);
    });
    expect(compounded(months)).toBeCloseTo(60.5 / 100 - 1, 12);
  });
});
