// The inverse of the normalised formula over all that doubles can hold.
import fc from "fast-check";
import { expect, it } from "vitest";
import { impliedDeviation } from "../../lib/options/implied-deviation.ts";
import { normalDensity, normalQuantile } from "../../lib/options/normal.ts";
import { normalisedBlack, ratioToDensity } from "../../lib/options/normalised-black.ts";

/** Powers of ten, so that every size is as likely as any other. */
const sized = (from: number, to: number) =>
  fc.double({ min: from, max: to, noNaN: true }).map((exponent) => 10 ** exponent);

it("finds the deviation that a value was made with, from 1e-6 to 70, at any moneyness", () => {
  let compared = 0;
  fc.assert(
    fc.property(sized(-12, 3.1), sized(-6, 1.85), (size, s) => {
      const [h, t] = [-size / s, s / 2];
      const vega = normalDensity(h) * Math.exp(-0.5 * t * t);
      const value = normalisedBlack(-size, s);
      const complement = (ratioToDensity(-h - t) + ratioToDensity(h - t)) * vega;
      if (!(value > 1e-300 && complement > 1e-300 && value < Math.exp(-size / 2))) return;
      compared++;
      // What a rounding of value and moneyness moves.
      const condition = Math.max(1, Math.min(value, complement) / (vega * s), h * h, t * t);
      const found = impliedDeviation({ x: -size, value, complement });
      expect(Math.abs(found / s - 1)).toBeLessThan(1e-14 * condition);
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(1000);
});

it("is twice a quantile at the money", () => {
  for (const value of [1e-3, 0.1, 0.5, 0.9, 0.999]) {
    const found = impliedDeviation({ x: 0, value, complement: 1 - value });
    expect(found / (2 * normalQuantile((1 + value) / 2))).toBeCloseTo(1, 12);
  }
});

it("keeps growing with the value across the pieces of its guess", () => {
  for (const x of [-1e-6, -0.1, -2, -30]) {
    const most = Math.exp(x / 2);
    let last = 0;
    for (let share = 1e-6; share < 1; share += 0.001) {
      const found = impliedDeviation({ x, value: most * share, complement: most * (1 - share) });
      expect(found).toBeGreaterThan(last);
      last = found;
    }
  }
});
