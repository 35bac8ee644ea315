// Ten returns by hand, and what every sample has to keep.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { historicalTail, tailWeights } from "../../lib/risk/tail.ts";

const TEN = [0.01, -0.05, 0.02, -0.03, 0.015, -0.02, 0.03, -0.01, 0.005, 0.04];

const sample = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), {
  minLength: 1,
  maxLength: 200,
});
const confidence = fc.constantFrom(0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995);
const close = (actual: number, expected: number, scale: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, scale));

describe("the tail of ten returns", () => {
  it("takes the two worst and half of the third at 75 %", () => {
    const tail = historicalTail(TEN, 0.75);
    expect(tail).toMatchObject({ valueAtRisk: 0.02, tailCount: 2, expectedTailCount: 2.5 });
    expect(tail.expectedShortfall).toBeCloseTo((0.05 + 0.03 + 0.5 * 0.02) / 2.5, 15);
  });

  it("takes one scenario at 90 %, though 1 - 0.9 is a little less than a tenth", () => {
    expect(10 * (1 - 0.9)).toBeLessThan(1);
    const tail = historicalTail(TEN, 0.9);
    expect([tail.valueAtRisk, tail.tailCount]).toEqual([0.03, 1]);
    expect(tail.expectedShortfall).toBeCloseTo(0.05, 15);
  });

  it("is the worst loss where the tail holds less than one scenario", () => {
    expect(historicalTail(TEN, 0.99)).toMatchObject({ valueAtRisk: 0.05, expectedShortfall: 0.05 });
  });

  it("interpolates by type 7 between neighbours", () => {
    expect(historicalTail(TEN, 0.95).valueAtRiskType7).toBeCloseTo(0.55 * 0.05 + 0.45 * 0.03, 15);
  });

  it("has ten of a hundred scenarios in it at 90 %, not nine", () => {
    const pnl = Array.from({ length: 100 }, (_, at) => at);
    expect(historicalTail(pnl, 0.9)).toMatchObject({ tailCount: 10, valueAtRisk: -10 });
    expect(historicalTail(pnl, 0.9).expectedShortfall).toBeCloseTo(-4.5, 12);
  });

  it("counts a gain below zero and a loss above", () => {
    expect(historicalTail([5, 6, 7], 0.5).valueAtRisk).toBe(-6);
    expect(historicalTail([-5, -6, -7], 0.5).valueAtRisk).toBe(6);
  });
});

describe("any sample", () => {
  it("has a shortfall at least its value at risk and at most its worst loss", () => {
    fc.assert(
      fc.property(sample, confidence, (pnl, level) => {
        const { valueAtRisk, expectedShortfall } = historicalTail(pnl, level);
        expect(expectedShortfall).toBeGreaterThanOrEqual(valueAtRisk);
        const worst = -Math.min(...pnl);
        expect(expectedShortfall).toBeLessThanOrEqual(worst + 1e-12 * (1 + Math.abs(worst)));
      }),
    );
  });

  it("has a subadditive shortfall", () => {
    const pairs = fc.array(
      fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 })),
      {
        minLength: 1,
        maxLength: 100,
      },
    );
    fc.assert(
      fc.property(pairs, confidence, (rows, level) => {
        const shortfall = (pnl: number[]) => historicalTail(pnl, level).expectedShortfall;
        const parts = shortfall(rows.map(([a]) => a)) + shortfall(rows.map(([, b]) => b));
        expect(shortfall(rows.map(([a, b]) => a + b))).toBeLessThanOrEqual(parts + 1e-6);
      }),
    );
  });

  it("of a constant loss has that loss as every figure", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        confidence,
        fc.integer({ min: 1, max: 300 }),
        (loss, level, count) => {
          const tail = historicalTail(new Array(count).fill(-loss), level);
          close(tail.valueAtRisk, loss, 0);
          close(tail.expectedShortfall, loss, Math.abs(loss) * 1e-4);
          close(tail.valueAtRiskType7, loss, 0);
        },
      ),
    );
  });

  it("scales and moves with its profits, in any order", () => {
    fc.assert(
      fc.property(
        sample,
        confidence,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: -1000, max: 1000 }),
        (pnl, level, factor, gain) => {
          const plain = historicalTail(pnl, level);
          const other = historicalTail(
            pnl.map((profit) => factor * profit + gain).reverse(),
            level,
          );
          close(other.valueAtRisk, factor * plain.valueAtRisk - gain, 0);
          close(other.expectedShortfall, factor * plain.expectedShortfall - gain, 1e7);
        },
      ),
    );
  });

  it("has the least of Rockafellar and Uryasev's function as its shortfall", () => {
    fc.assert(
      fc.property(sample, confidence, (pnl, level) => {
        const np = pnl.length * (1 - level);
        const values = pnl.map(
          (t) => -t + pnl.reduce((sum, x) => sum + Math.max(0, t - x), 0) / np,
        );
        close(historicalTail(pnl, level).expectedShortfall, Math.min(...values), 1e7);
      }),
    );
  });

  it("has weights that sum to 1 and give the shortfall", () => {
    fc.assert(
      fc.property(sample, confidence, (pnl, level) => {
        const weights = tailWeights(pnl, level);
        close(
          weights.reduce((sum, weight) => sum + weight, 0),
          1,
          0,
        );
        const loss = pnl.reduce((sum, profit, at) => sum - profit * weights[at]!, 0);
        close(loss, historicalTail(pnl, level).expectedShortfall, 1e7);
      }),
    );
  });
});

it("weighs the earlier of equal losses at the edge", () => {
  expect([...tailWeights([-1, -2, -1, -1], 0.5)]).toEqual([0.5, 0.5, 0, 0]);
});

it.each([
  [[], 0.9, "must not be empty"],
  [[1, Number.NaN], 0.9, 'was "NaN" at 1'],
  [[1], 1, "between 0 and 1"],
  [[1], 0, "between 0 and 1"],
  [[1], Number.NaN, "between 0 and 1"],
])("refuses %j at %d", (pnl, level, message) => {
  expect(() => historicalTail(pnl, level)).toThrow(message);
  expect(() => tailWeights(pnl, level)).toThrow(message);
});
