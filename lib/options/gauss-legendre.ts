/** Points within 0 and 1, rising, and their weights, which sum to 1. */
export type Quadrature = Readonly<{ points: Float64Array; weights: Float64Array }>;

/**
 * Gauss' quadrature between 0 and 1: exact for polynomials of a degree below twice the number of points.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 25.4.29; the zeros of Legendre's polynomial by
 * Newton's method from the cosines of 22.16.6.
 *
 * @param count a positive integer
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    let zero = Math.cos((Math.PI * (at + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      const [value, derivative] = legendre(count, zero);
      slope = derivative;
      const change = value / derivative;
      zero -= change;
      if (Math.abs(change) < 1e-15) break;
    }
    points[at] = 0.5 * (1 - zero);
    weights[at] = 1 / ((1 - zero * zero) * slope * slope);
  }
  return { points, weights };
}

/** Legendre's polynomial and its derivative, for |x| < 1. */
function legendre(degree: number, x: number): [number, number] {
  let [value, before] = [1, 0];
  for (let k = 1; k <= degree; k++) {
    [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
  }
  return [value, (degree * (x * value - before)) / (x * x - 1)];
}
