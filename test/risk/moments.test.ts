import { expect, it } from "vitest";
import { covariance, fitDegrees, meanOf, sampleMoments } from "../../lib/risk/moments.ts";
import { normalTail } from "../../lib/risk/parametric.ts";
import { studentTQuantile } from "../../lib/stats.ts";

it("has the moments of five numbers by hand", () => {
  // Deviations -2, -1, -1, 0, 4: squares 22, cubes 54, fourth powers 274.
  const { mean, sigma, skew, excessKurtosis } = sampleMoments([1, 2, 2, 3, 7]);
  expect([mean, sigma]).toEqual([3, Math.sqrt(22 / 4)]);
  expect(skew).toBeCloseTo(54 / 5 / (22 / 5) ** 1.5, 14);
  expect(excessKurtosis).toBeCloseTo(274 / 5 / (22 / 5) ** 2 - 3, 14);
});

it("loses no digits far from zero", () => {
  const far = [1, 2, 2, 3, 7].map((value) => 1e9 + value);
  expect(meanOf(far)).toBe(1e9 + 3);
  expect(sampleMoments(far).sigma).toBeCloseTo(Math.sqrt(22 / 4), 12);
  expect(covariance(far, [1, 2, 2, 3, 7])).toBeCloseTo(22 / 4, 12);
});

it("refuses a sample without spread", () => {
  expect(() => sampleMoments([3])).toThrow("at least two values");
  expect(() => sampleMoments([0.1, 0.1, 0.1])).toThrow("that differ");
  expect(() => sampleMoments([])).toThrow("empty");
});

const quantiles = (degrees: number, count: number) =>
  Array.from({ length: count }, (_, at) => studentTQuantile((at + 0.5) / count, degrees));

it.each([3.5, 5, 8, 20])("finds %d degrees of freedom in their own quantiles", (degrees) => {
  const found = fitDegrees(quantiles(degrees, 4000).map((t) => 0.001 + 0.02 * t));
  expect(Math.abs(found / degrees - 1)).toBeLessThan(0.1);
});

it("finds the most degrees in tails that are no heavier than normal ones", () => {
  const normal = Array.from({ length: 999 }, (_, at) => {
    const confidence = (at + 1) / 1000;
    return normalTail({ mean: 0, sigma: 1, confidence }).valueAtRisk;
  });
  expect(fitDegrees(normal)).toBe(200);
  expect(fitDegrees(Array.from({ length: 100 }, (_, at) => at))).toBe(200);
});

it("does not depend on order, scale or place", () => {
  const sample = quantiles(4, 500);
  const moved = sample.map((t) => 7 - 3 * t).reverse();
  expect(fitDegrees(moved)).toBeCloseTo(fitDegrees(sample), 5);
});
