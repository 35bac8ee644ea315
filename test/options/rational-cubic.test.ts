// The interpolant keeps what it is given: ends, slopes, bend, and the shape of its data.
import fc from "fast-check";
import { expect, it } from "vitest";
import { rationalCubic, type Span } from "../../lib/options/rational-cubic.ts";

/** exp between 0 and 1. */
const EXPONENTIAL: Span = {
  left: 0,
  right: 1,
  leftValue: 1,
  rightValue: Math.E,
  leftSlope: 1,
  rightSlope: Math.E,
  bend: 1,
  bendAt: "left",
};

it("has the values, slopes and second derivative it was given", () => {
  for (const bendAt of ["left", "right"] as const) {
    const span = { ...EXPONENTIAL, bendAt, bend: bendAt === "left" ? 1 : Math.E };
    const curve = (x: number) => rationalCubic(span, x);
    expect(curve(0)).toBe(1);
    expect(curve(1)).toBe(Math.E);
    const step = 1e-4;
    expect((curve(step) - 1) / step).toBeCloseTo(1, 3);
    expect((Math.E - curve(1 - step)) / step).toBeCloseTo(Math.E, 3);
    const [at, inward] = bendAt === "left" ? [0, step] : [1, -step];
    const bend = (curve(at) - 2 * curve(at + inward) + curve(at + 2 * inward)) / step ** 2;
    expect(bend).toBeCloseTo(span.bend, 2);
  }
});

it("is close to the curve that the data are of", () => {
  for (let x = 0; x <= 1; x += 0.05) {
    expect(Math.abs(rationalCubic(EXPONENTIAL, x) - Math.exp(x))).toBeLessThan(2e-3);
  }
});

it("rises wherever its data rise, whatever the bend", () => {
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const bend = fc.double({ min: -1e9, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(positive, positive, positive, bend, (rightValue, leftSlope, rightSlope, bends) => {
      const ends = { left: 0, right: 1, leftValue: 0, rightValue, leftSlope, rightSlope };
      for (const bendAt of ["left", "right"] as const) {
        const span: Span = { ...ends, bend: bends, bendAt };
        const values = Array.from({ length: 21 }, (_, k) => rationalCubic(span, k / 20));
        for (const [k, value] of values.entries()) {
          if (k > 0) {
            expect(value).toBeGreaterThanOrEqual(values[k - 1]! - 1e-12 * rightValue);
          }
        }
      }
    }),
  );
});

it("is the middle of its ends where it has no width", () => {
  expect(rationalCubic({ ...EXPONENTIAL, right: 0, rightValue: 3 }, 0)).toBe(2);
});
