// Table 26.1 and 26.6 of Abramowitz and Stegun, Handbook of Mathematical Functions, and what holds for every value.
import fc from "fast-check";
import { expect, it } from "vitest";
import { normalDensity, normalProbability, normalQuantile } from "../../lib/options/normal.ts";
import { table } from "../table.ts";

const TABLE = table(`
     x       probability       density
  0.00   0.500000000000000  0.398942280401433
  0.50   0.691462461274013  0.352065326764300
  1.00   0.841344746068543  0.241970724519143
  1.50   0.933192798731142  0.129517595665892
  2.00   0.977249868051821  0.053990966513188
  3.00   0.998650101968370  0.004431848411938
`);

it.each(TABLE)("has probability $probability below $x", ({ x, probability, density }) => {
  expect(normalProbability(Number(x))).toBeCloseTo(Number(probability), 14);
  expect(normalDensity(Number(x))).toBeCloseTo(Number(density), 14);
  expect(normalProbability(-Number(x))).toBeCloseTo(1 - Number(probability), 14);
});

// -ln Q(x) / ln 10, table 26.2.
it.each([
  [5, 6.54265],
  [10, 23.11805],
  [20, 88.5601],
  [35, 267.94888],
])("still has its digits at %d deviations", (x, negativeLogarithm) => {
  expect(-Math.log10(normalProbability(-x))).toBeCloseTo(negativeLogarithm, 4);
});

it.each([
  [0.975, 1.959963984540054],
  [0.99, 2.326347874040841],
  [0.05, -1.6448536269514722],
  [0.5, 0],
  [0, -Infinity],
  [1, Infinity],
])("has %d of its mass below %d", (p, quantile) => {
  if (Number.isFinite(quantile)) expect(normalQuantile(p)).toBeCloseTo(quantile, 13);
  else expect(normalQuantile(p)).toBe(quantile);
});

it("finds from a probability the value it is of", () => {
  fc.assert(
    fc.property(fc.double({ min: -37, max: 6, noNaN: true }), (x) => {
      // Near 1 a probability has few digits left to tell values apart.
      const allowed = 1e-14 * (1 + Math.abs(x)) + 2.3e-16 / normalDensity(Math.max(x, 0));
      expect(Math.abs(normalQuantile(normalProbability(x)) - x)).toBeLessThan(allowed);
    }),
  );
});

it.each([-1e-300, 1.0000000001, Number.NaN])("refuses %d as a probability", (p) => {
  expect(() => normalQuantile(p)).toThrow("within 0 and 1");
});

it("passes on what is not a number", () => {
  expect([normalDensity, normalProbability].map((of) => of(Number.NaN))).toEqual([NaN, NaN]);
});
