import { expect, it } from "vitest";
import { covariance, isFlat, mean, moments } from "../../lib/index/moments.ts";

it("keeps small terms beside large ones in a mean", () => {
  expect(mean([1e16, 1, -1e16, 1])).toBe(0.5);
  expect(mean([])).toBe(0);
});

it("computes population moments", () => {
  expect(moments([1, 2, 3, 6])).toEqual({ mean: 3, second: 3.5, third: 4.5, fourth: 24.5 });
});

it("has no spread where values differ by rounding only", () => {
  expect(moments([0.1 + 0.2, 0.3, 0.3])).toMatchObject({ second: 0, third: 0, fourth: 0 });
  expect(isFlat([0, 1e-17], 0.1)).toBe(true);
  expect(isFlat([0, 1e-17])).toBe(false);
});

it("pairs deviations in a covariance", () => {
  expect(covariance([1, 2, 3], [2, 4, 9])).toBeCloseTo(7 / 3, 14);
});
