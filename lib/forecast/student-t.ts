/**
 * Student's t distribution, by the regularized incomplete beta function.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5.8 and 26.7.1; Lanczos' approximation of the
 * gamma function (g = 7, n = 9). Absolute error below 1e-12 for up to 1e5 degrees of freedom.
 */
import { AppError } from "../errors.ts";

/**
 * Probability that |T| is at least |t|.
 *
 * @param degrees degrees of freedom, above 0
 * @throws AppError DEGENERATE_INPUT when t is not a number or the degrees of freedom are not positive and finite
 */
export function twoSidedProbability(t: number, degrees: number): number {
  if (!(degrees > 0 && degrees < Infinity) || Number.isNaN(t)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `t must be a number and its degrees of freedom positive and finite, were "${t}" and "${degrees}"`,
      { t: String(t), degrees: String(degrees) },
    );
  }
  const square = t * t;
  if (square === Infinity) return 0;
  return regularizedBeta(
    degrees / (degrees + square),
    square / (degrees + square),
    degrees / 2,
    0.5,
  );
}

/** I_x(a, b); `rest` is 1 - x, given because it cannot be had from an x near 1. */
function regularizedBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(rest);
  // The fraction converges quickly on this side of the mean, its mirror on the other.
  if (x < (a + 1) / (a + b + 2)) return (Math.exp(logFront) * betaFraction(x, a, b)) / a;
  return 1 - (Math.exp(logFront) * betaFraction(rest, b, a)) / b;
}

const STEPS = 10_000;
const TINY = 1e-300;
const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);

/** The continued fraction of the incomplete beta function, by Lentz' method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
] as const;

/** ln of the gamma function of a number >= 0.5. */
function logGamma(x: number): number {
  const z = x - 1;
  const base = z + 7.5;
  const series = LANCZOS.reduce((sum, term, k) => (k === 0 ? term : sum + term / (z + k)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(series);
}
