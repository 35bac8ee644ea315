// Points and weights of Abramowitz and Stegun, table 25.4, moved to 0 and 1, and the degree they are exact to.
import { expect, it } from "vitest";
import { gaussLegendre } from "../../lib/options/gauss-legendre.ts";

it("has the published points and weights", () => {
  const { points, weights } = gaussLegendre(5);
  const published = [
    -0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664,
  ];
  const heavy = [0.2369268850561891, 0.4786286704993665, 0.5688888888888889];
  for (const [at, point] of published.entries()) {
    expect(points[at]).toBeCloseTo(0.5 * (1 + point), 15);
    expect(weights[at]).toBeCloseTo(0.5 * heavy[at < 3 ? at : 4 - at]!, 15);
  }
});

it.each([1, 2, 12, 24, 64])(
  "is exact with %d points for polynomials of up to twice the degree",
  (count) => {
    const { points, weights } = gaussLegendre(count);
    for (let degree = 0; degree < 2 * count; degree++) {
      const sum = points.reduce((total, point, at) => total + weights[at]! * point ** degree, 0);
      expect(sum).toBeCloseTo(1 / (degree + 1), 14);
    }
  },
);
