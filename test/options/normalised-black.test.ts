// The normalised form against the textbook's where that has digits, against 30-digit values where it has none.
import fc from "fast-check";
import { expect, it } from "vitest";
import { normalProbability } from "../../lib/options/normal.ts";
import { normalisedBlack, valueOverVega } from "../../lib/options/normalised-black.ts";
import { table } from "../table.ts";

const DIFFERENCES = table(`
       h        t                  ratio
       0      1e-6   2.0000000000006666e-6
    -0.5     0.125      0.1409934767921763
    -0.5    0.3125     0.35966916575401173
      -3 0.0078125   0.0013473352712266115
    -7.5    0.1875   0.0063428540440304723
    -7.5       2.5    0.093779508243583843
      -9       0.5    0.011948481806384039
      -9    2.0625    0.051644627812935266
     -20      1e-7  4.9629607265286536e-10
     -20       4.5    0.023502212247326609
     -20       6.5    0.035991804181103093
     -60        14   0.0082178241817457724
    -400         3   3.7501406258787854e-5
   -5000      1200  0.00010186755812786756
`);

it.each(DIFFERENCES)("at h $h and t $t keeps its digits", ({ h, t, ratio }) => {
  expect(Math.abs(valueOverVega(Number(h), Number(t)) / Number(ratio) - 1)).toBeLessThan(2e-14);
});

it("is the textbook's value where nothing cancels", () => {
  const moneyness = fc.double({ min: -3, max: 0, noNaN: true });
  const deviation = fc.double({ min: 0.3, max: 8, noNaN: true });
  fc.assert(
    fc.property(moneyness, deviation, (x, s) => {
      const [d1, d2] = [x / s + s / 2, x / s - s / 2];
      const textbook =
        Math.exp(x / 2) * normalProbability(d1) - Math.exp(-x / 2) * normalProbability(d2);
      expect(Math.abs(normalisedBlack(x, s) - textbook)).toBeLessThan(1e-14);
    }),
  );
});

it("joins its pieces without a step", () => {
  for (const [h, t] of [
    [-8, 0.1],
    [-8, 1.9],
    [-3, 0.1],
    [-12, 3],
  ] as const) {
    const here = valueOverVega(h, t);
    for (const [dh, dt] of [
      [1e-13, 0],
      [-1e-13, 0],
      [0, 1e-13],
      [0, -1e-13],
    ] as const) {
      expect(Math.abs(valueOverVega(h + dh, t + dt) / here - 1)).toBeLessThan(1e-11);
    }
  }
});

it("grows with the deviation from nothing to all there is", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -30, max: 0, noNaN: true }),
      fc.double({ min: 1e-3, max: 60, noNaN: true }),
      (x, s) => {
        const value = normalisedBlack(x, s);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(Math.exp(x / 2));
        expect(normalisedBlack(x, s * 1.01)).toBeGreaterThanOrEqual(value * (1 - 1e-13));
      },
    ),
  );
});
