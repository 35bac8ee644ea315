// Critical values of Student's t, Abramowitz and Stegun, table 26.10, and closed forms for 1 and 2 degrees of freedom.
import { expect, it } from "vitest";
import { twoSidedProbability } from "../../lib/forecast/student-t.ts";
import { table } from "../table.ts";

const CRITICAL = table(`
  degrees       t  probability
        1   6.314         0.10
        1  12.706         0.05
        2   4.303         0.05
        5   2.571         0.05
        5   4.032         0.01
       10   1.812         0.10
       10   2.228         0.05
       10   3.169         0.01
       30   2.042         0.05
       30   2.750         0.01
      120   1.980         0.05
      120   2.617         0.01
`);

it.each(CRITICAL)("leaves $probability beyond $t with $degrees degrees of freedom", (row) => {
  const [degrees, t, probability] = [row.degrees, row.t, row.probability].map(Number);
  const slope = Math.abs(
    twoSidedProbability(t! + 5e-4, degrees!) - twoSidedProbability(t! - 5e-4, degrees!),
  );
  // The table rounds t to three digits.
  expect(Math.abs(twoSidedProbability(t!, degrees!) - probability!)).toBeLessThanOrEqual(slope);
});

it("has the closed forms of 1 and 2 degrees of freedom", () => {
  for (const t of [1e-6, 0.1, 0.9, 1, 2, 7, 50, 1e4]) {
    expect(twoSidedProbability(t, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(t), 12);
    expect(twoSidedProbability(t, 2)).toBeCloseTo(1 - t / Math.sqrt(t * t + 2), 12);
  }
});

it("is the normal distribution with very many, 1 at 0, 0 at infinity, and the same on both sides", () => {
  expect(twoSidedProbability(1.959963984540054, 1e8)).toBeCloseTo(0.05, 7);
  expect(twoSidedProbability(0, 7)).toBe(1);
  expect([Infinity, -Infinity, 1e200].map((t) => twoSidedProbability(t, 7))).toEqual([0, 0, 0]);
  expect(twoSidedProbability(-2.3, 11)).toBe(twoSidedProbability(2.3, 11));
});

it.each([
  [Number.NaN, 3],
  [1, 0],
  [1, Number.POSITIVE_INFINITY],
])("refuses t %d with %d degrees of freedom", (t, degrees) => {
  expect(() => twoSidedProbability(t, degrees)).toThrow("positive and finite");
});
