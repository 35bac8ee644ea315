// Critical values of Student's t and of chi-square, Abramowitz and Stegun, tables 26.10 and 26.8, and closed forms.
import { expect, it } from "vitest";
import {
  binomialAtMost,
  chiSquaredTail,
  studentTDensity,
  studentTQuantile,
  twoSidedProbability,
} from "../lib/stats.ts";
import { table } from "./table.ts";

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

it.each(CRITICAL)("has the quantile $t with $degrees degrees of freedom", (row) => {
  const [degrees, t, probability] = [row.degrees, row.t, row.probability].map(Number);
  expect(Math.abs(studentTQuantile(1 - probability! / 2, degrees!) - t!)).toBeLessThan(5.1e-4);
  expect(studentTQuantile(probability! / 2, degrees!)).toBeCloseTo(-t!, 3);
});

it("has the closed quantiles of 1, 2 and 4 degrees of freedom, far out as well", () => {
  for (const p of [1e-12, 1e-6, 0.001, 0.025, 0.2, 0.45, 0.7, 0.99]) {
    const cauchy = p < 0.5 ? -1 / Math.tan(Math.PI * p) : Math.tan(Math.PI * (p - 0.5));
    expect(studentTQuantile(p, 1) / cauchy).toBeCloseTo(1, 11);
    const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
    expect(studentTQuantile(p, 2) / two).toBeCloseTo(1, 11);
    const root = Math.sqrt(4 * p * (1 - p));
    const four = 2 * Math.sqrt(Math.cos(Math.acos(root) / 3) / root - 1);
    expect(studentTQuantile(p, 4) / (Math.sign(p - 0.5) * four)).toBeCloseTo(1, 10);
  }
  expect(studentTQuantile(0.5, 3)).toBe(0);
});

it("has a density that is the slope of the probability", () => {
  expect(studentTDensity(1, 1)).toBeCloseTo(1 / (2 * Math.PI), 14);
  expect(studentTDensity(0.7, 2)).toBeCloseTo((2 + 0.49) ** -1.5, 14);
  for (const [t, degrees] of [
    [0.3, 0.6],
    [1.7, 5],
    [4, 40],
  ] as const) {
    const slope =
      (twoSidedProbability(t - 1e-5, degrees) - twoSidedProbability(t + 1e-5, degrees)) / 4e-5;
    expect(studentTDensity(t, degrees) / slope).toBeCloseTo(1, 7);
  }
});

const CHI_SQUARED = table(`
  degrees       x  probability
        1    3.84         0.05
        1    6.63         0.01
        1    2.71         0.10
        2    5.99         0.05
        2    9.21         0.01
        3    7.81         0.05
       10   18.31         0.05
       30   50.89         0.01
`);

it.each(CHI_SQUARED)("leaves $probability beyond $x with $degrees degrees", (row) => {
  const [degrees, x, probability] = [row.degrees, row.x, row.probability].map(Number);
  const width = chiSquaredTail(x! - 5e-3, degrees!) - chiSquaredTail(x! + 5e-3, degrees!);
  expect(Math.abs(chiSquaredTail(x!, degrees!) - probability!)).toBeLessThan(width);
});

it("has the closed form of chi-square with 2 degrees, 1 at 0 and 0 at infinity", () => {
  for (const x of [1e-9, 0.5, 3.9, 4.1, 60, 700]) {
    expect(chiSquaredTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 12);
  }
  expect([chiSquaredTail(0, 1), chiSquaredTail(Infinity, 1)]).toEqual([1, 0]);
});

it("counts binomial trials as by hand", () => {
  expect(binomialAtMost(0, 2, 0.25)).toBeCloseTo(0.5625, 14);
  expect(binomialAtMost(1, 2, 0.25)).toBeCloseTo(0.9375, 14);
  expect(binomialAtMost(1, 4, 0.5)).toBeCloseTo(5 / 16, 14);
  expect(binomialAtMost(4, 4, 0.5)).toBe(1);
});

it("refuses what is no probability, no count and no square", () => {
  expect(() => studentTQuantile(0, 3)).toThrow("between 0 and 1");
  expect(() => studentTQuantile(0.1, 0)).toThrow("positive and finite");
  expect(() => studentTDensity(Number.NaN, 1)).toThrow("positive and finite");
  expect(() => chiSquaredTail(-1, 1)).toThrow("at least 0");
  expect(() => binomialAtMost(3, 2, 0.1)).toThrow("whole");
  expect(() => binomialAtMost(1.5, 2, 0.1)).toThrow("whole");
});
