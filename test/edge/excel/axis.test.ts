import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areaAxis, lineAxis, roundStep } from "../../../lib/edge/excel/axis.ts";

describe("roundStep", () => {
  it.each([
    [1, 1],
    [1.1, 2],
    [0.021, 0.025],
    [260, 500],
    [7e9, 1e10],
  ])("rounds %d up to %d", (atLeast, step) => {
    expect(roundStep(atLeast)).toBeCloseTo(step, 12);
  });
});

describe("lineAxis", () => {
  const levels = fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 1 });

  it("keeps every value above the two rows of the area", () => {
    fc.assert(
      fc.property(levels, (values) => {
        const { min, max, step } = lineAxis(values, true)!;
        const room = 1e-9 * (Math.abs(max) + step);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(min + 2 * step - room);
        expect(Math.max(...values)).toBeLessThanOrEqual(max + room);
        expect((max - min) / step).toBeCloseTo(6, 6);
      }),
    );
  });

  it("uses the whole grid when there is no area", () => {
    expect(lineAxis([1000, 1900], false)).toEqual({ min: 1000, max: 2200, step: 200 });
  });

  it("leaves the axis alone without values", () => {
    expect(lineAxis([], true)).toBeUndefined();
    expect(areaAxis([])).toBeUndefined();
  });
});

describe("areaAxis", () => {
  it("puts 0 two rows above the bottom, with the deepest value inside", () => {
    expect(areaAxis([0, -0.17, -0.02])).toEqual({ min: -0.2, max: 0.4, step: 0.1 });
  });

  it("has a height even when nothing was lost", () => {
    expect(areaAxis([0, 0])!.min).toBeLessThan(0);
  });
});
