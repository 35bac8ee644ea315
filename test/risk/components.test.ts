import fc from "fast-check";
import { expect, it } from "vitest";
import { componentShortfall, totalPnl } from "../../lib/risk/components.ts";
import { historicalTail } from "../../lib/risk/tail.ts";

const list = (...values: number[]) => Float64Array.from(values);

it("shares out the tail of the whole, so a hedge has a negative part", () => {
  // The whole loses 5 and 4 in its two worst scenarios.
  const long = list(-10, -8, 3, 4);
  const hedge = list(5, 4, -1, -1);
  expect(componentShortfall([long, hedge], 0.5)).toEqual([9, -4.5]);
  expect(historicalTail(totalPnl([long, hedge]), 0.5).expectedShortfall).toBe(4.5);
});

it("adds up to the shortfall of the whole, for any positions", () => {
  const positions = fc.integer({ min: 1, max: 60 }).chain((scenarios) =>
    fc.array(
      fc.array(fc.integer({ min: -1000, max: 1000 }), {
        minLength: scenarios,
        maxLength: scenarios,
      }),
      { minLength: 1, maxLength: 6 },
    ),
  );
  fc.assert(
    fc.property(positions, fc.constantFrom(0.8, 0.9, 0.975), (rows, confidence) => {
      const pnl = rows.map((row) => Float64Array.from(row));
      const sum = componentShortfall(pnl, confidence).reduce((total, part) => total + part, 0);
      const { expectedShortfall } = historicalTail(totalPnl(pnl), confidence);
      expect(Math.abs(sum - expectedShortfall)).toBeLessThan(1e-8);
    }),
  );
});

it("is the slope of the shortfall when a position grows", () => {
  const [a, b] = [list(-3, -9, 2, 7, -4, 1), list(1, 2, -6, 3, -2, -8.5)];
  const grown = (by: number) => totalPnl([a.map((profit) => profit * (1 + by)), b]);
  const shortfall = (by: number) => historicalTail(grown(by), 0.7).expectedShortfall;
  const slope = (shortfall(1e-6) - shortfall(-1e-6)) / 2e-6;
  expect(componentShortfall([a, b], 0.7)[0]).toBeCloseTo(slope, 6);
});

it("refuses no positions and positions of other scenarios", () => {
  expect(() => componentShortfall([], 0.9)).toThrow("at least one position");
  expect(() => totalPnl([list(1), list(1, 2)])).toThrow("same scenarios");
});
