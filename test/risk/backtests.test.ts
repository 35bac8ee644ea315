// P. Kupiec (1995), table 3, as P. Jorion reprints it: how many exceptions do not reject a model at 95 %.
import { describe, expect, it } from "vitest";
import {
  acerbiSzekely,
  baselZone,
  christoffersen,
  exceptionsOf,
  kupiec,
} from "../../lib/risk/backtests.ts";
import { table } from "../table.ts";

const TABLE = table(`
  days  probability  above  below
   255        0.025      2     12
   255        0.050      6     21
   510        0.010      1     11
   510        0.050     16     36
  1000        0.010      4     17
  1000        0.050     37     65
`);

describe("Kupiec's ratio", () => {
  it.each(TABLE)("keeps more than $above and fewer than $below of $days at $probability", (row) => {
    const [observations, probability, above, below] = Object.values(row).map(Number);
    const rejected = (exceptions: number) =>
      kupiec({ observations: observations!, exceptions, probability: probability! }).pValue < 0.05;
    expect([above!, above! + 1, below! - 1, below!].map(rejected)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it("is nothing where as many exceptions happened as should", () => {
    expect(kupiec({ observations: 400, exceptions: 10, probability: 0.025 })).toEqual({
      likelihoodRatio: 0,
      pValue: 1,
    });
  });

  it("knows days without exceptions and days with nothing else", () => {
    const none = kupiec({ observations: 100, exceptions: 0, probability: 0.05 });
    expect(none.likelihoodRatio).toBeCloseTo(-200 * Math.log(0.95), 10);
    const all = kupiec({ observations: 3, exceptions: 3, probability: 0.05 });
    expect(all.likelihoodRatio).toBeCloseTo(-6 * Math.log(0.05), 10);
  });
});

describe("Christoffersen's ratios", () => {
  const days = (text: string) => [...text].map((digit) => digit === "1");

  it("count the pairs of days", () => {
    const result = christoffersen(days("00010111"), 0.4);
    expect(result.transitions).toEqual([
      [2, 2],
      [1, 2],
    ]);
    // Two of four after a calm day, two of three after an exception, four of seven over all.
    const apart = 4 * Math.log(1 / 2) + 2 * Math.log(2 / 3) + Math.log(1 / 3);
    const logLikelihood = apart - 4 * Math.log(4 / 7) - 3 * Math.log(3 / 7);
    expect(result.independence.likelihoodRatio).toBeCloseTo(2 * logLikelihood, 12);
    expect(result.conditional.likelihoodRatio).toBe(
      result.independence.likelihoodRatio + result.unconditional.likelihoodRatio,
    );
  });

  it("reject clusters of a number that is right", () => {
    const clustered = christoffersen(days(`${"0".repeat(120)}1111111111${"0".repeat(120)}`), 0.04);
    const spread = christoffersen(days("0000000000001000000000000".repeat(10)), 0.04);
    expect(clustered.exceptions).toBe(spread.exceptions);
    expect(clustered.unconditional.pValue).toBeCloseTo(1, 6);
    expect(clustered.independence.pValue).toBeLessThan(1e-6);
    expect(clustered.conditional.pValue).toBeLessThan(1e-6);
    expect(spread.independence.pValue).toBeGreaterThan(0.3);
  });

  it("have nothing to say about days that are all alike", () => {
    for (const text of ["0000", "1111"]) {
      expect(christoffersen(days(text), 0.5).independence).toEqual({
        likelihoodRatio: 0,
        pValue: 1,
      });
    }
  });
});

it.each([
  [0, "green"],
  [4, "green"],
  [5, "yellow"],
  [9, "yellow"],
  [10, "red"],
  [250, "red"],
])("puts %d exceptions of 250 into the %s zone", (exceptions, zone) => {
  expect(baselZone({ observations: 250, exceptions, probability: 0.01 }).zone).toBe(zone);
});

describe("Acerbi and Szekely's tests", () => {
  it("have the values of five days by hand", () => {
    const result = acerbiSzekely({
      pnl: [-3, 1, -2, 4, -6],
      valueAtRisk: [2, 2, 2, 2, 4],
      expectedShortfall: [2, 3, 3, 3, 8],
      probability: 0.4,
    });
    // A loss as large as the value at risk is no exception.
    expect([result.observations, result.exceptions]).toEqual([5, 2]);
    expect(result.z1).toBeCloseTo((-3 / 2 - 6 / 8) / 2 + 1, 15);
    expect(result.z2).toBeCloseTo((-3 / 2 - 6 / 8) / (5 * 0.4) + 1, 15);
  });

  it("are 0 for a shortfall that is right and 1 without exceptions", () => {
    const right = { pnl: [-5, -3, 1, 1], valueAtRisk: 2, expectedShortfall: 4, probability: 0.5 };
    expect(acerbiSzekely(right)).toMatchObject({ z1: 0, z2: 0 });
    expect(acerbiSzekely({ ...right, pnl: [1, 1, 1, 1] })).toMatchObject({ z1: undefined, z2: 1 });
  });
});

it("refuses counts, probabilities and lists that cannot be", () => {
  const given = { observations: 10, exceptions: 1, probability: 0.05 };
  expect(() => kupiec({ ...given, exceptions: 11 })).toThrow("from 0 to the days");
  expect(() => kupiec({ ...given, exceptions: 1.5 })).toThrow("whole");
  expect(() => baselZone({ ...given, probability: 0 })).toThrow("between 0 and 1");
  expect(() => christoffersen([true], 0.05)).toThrow("two days");
  expect(() => exceptionsOf([1, 2], [1])).toThrow("one entry per day");
  const forecasts = { pnl: [-1], valueAtRisk: 0.5, expectedShortfall: 0, probability: 0.05 };
  expect(() => acerbiSzekely(forecasts)).toThrow("positive loss");
  expect(() => acerbiSzekely({ ...forecasts, expectedShortfall: [] })).toThrow("empty");
});
