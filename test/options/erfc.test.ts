// Tables of Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1, and the identities of both functions.
import fc from "fast-check";
import { expect, it } from "vitest";
import { erfc, erfcx } from "../../lib/options/erfc.ts";
import { table } from "../table.ts";

const ERF = table(`
     x          erf
  0.10  0.1124629160
  0.46  0.4846553900
  0.50  0.5204998778
  1.00  0.8427007929
  1.50  0.9661051465
  2.00  0.9953222650
`);

it.each(ERF)("leaves 1 - $erf beyond $x", ({ x, erf }) => {
  expect(1 - erfc(Number(x))).toBeCloseTo(Number(erf), 10);
});

it("has limits at both ends", () => {
  expect([-Infinity, -30, 0, 30, Infinity].map(erfc)).toEqual([2, 2, 1, 0, 0]);
  expect([-Infinity, -30, 0, Infinity].map(erfcx)).toEqual([Infinity, Infinity, 1, 0]);
  expect(erfcx(1e200)).toBeCloseTo(0, 15);
  expect([erfc, erfcx].map((of) => of(Number.NaN))).toEqual([Number.NaN, Number.NaN]);
});

it("reflects, joins its pieces, and is what its scaled form says", () => {
  for (const x of [0.46875, 4]) {
    for (const tail of [erfc, erfcx]) {
      expect(Math.abs(tail(x) / tail(x + 1e-15) - 1)).toBeLessThan(4e-14);
    }
  }
  fc.assert(
    fc.property(fc.double({ min: -5, max: 26, noNaN: true }), (x) => {
      expect(Math.abs(erfc(x) + erfc(-x) - 2)).toBeLessThan(5e-16);
      const unscaled = erfcx(x) * Math.exp(-x * x);
      expect(Math.abs(unscaled - erfc(x))).toBeLessThanOrEqual(1e-15 * (1 + x * x) * erfc(x));
    }),
  );
});
