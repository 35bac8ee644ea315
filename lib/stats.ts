/**
 * Distributions of the statistics: Student's t, chi-square and the binomial, by incomplete beta and gamma functions.
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.5.29, 6.5.31, 26.4.4, 26.5.8, 26.5.24 and
 * 26.7.1; Lanczos' approximation of the gamma function (g = 7, n = 9). Absolute error below 1e-12 for up to 1e5
 * degrees of freedom.
 */
import { AppError } from "./errors.ts";

/**
 * Probability that |T| is at least |t|.
 *
 * @param degrees degrees of freedom, above 0
 * @throws AppError DEGENERATE_INPUT when t is not a number or the degrees of freedom are not positive and finite
 */
export function twoSidedProbability(t: number, degrees: number): number {
  demandDegrees(t, degrees);
  const square = t * t;
  if (square === Infinity) return 0;
  return regularizedBeta(
    degrees / (degrees + square),
    square / (degrees + square),
    degrees / 2,
    0.5,
  );
}

/**
 * Density of T at t.
 *
 * @param degrees degrees of freedom, above 0
 * @throws AppError DEGENERATE_INPUT as {@link twoSidedProbability}
 */
export function studentTDensity(t: number, degrees: number): number {
  demandDegrees(t, degrees);
  const logScale =
    logGamma((degrees + 1) / 2) - logOfGamma(degrees / 2) - 0.5 * Math.log(Math.PI * degrees);
  return Math.exp(logScale - ((degrees + 1) / 2) * Math.log1p((t * t) / degrees));
}

/**
 * The t that T stays below with this probability: negative for less than a half.
 *
 * @param probability in (0, 1)
 * @param degrees degrees of freedom, above 0
 * @throws AppError DEGENERATE_INPUT when the probability is outside, or as {@link twoSidedProbability}
 */
export function studentTQuantile(probability: number, degrees: number): number {
  demandDegrees(0, degrees);
  if (!(probability > 0 && probability < 1)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a probability must lie between 0 and 1, was "${probability}"`,
      { probability: String(probability) },
    );
  }
  if (probability === 0.5) return 0;
  const tail = Math.min(probability, 1 - probability);
  return Math.sign(probability - 0.5) * upperQuantile(tail, degrees);
}

/** The positive t that T exceeds with a probability below a half: Newton's method in logarithms, kept in a bracket. */
function upperQuantile(tail: number, degrees: number): number {
  let low = 0;
  let high = 1;
  while (twoSidedProbability(high, degrees) / 2 > tail && high < 1e300)
    [low, high] = [high, 2 * high];
  let t = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const beyond = twoSidedProbability(t, degrees) / 2;
    if (beyond > tail) low = t;
    else high = t;
    const slope = (t * studentTDensity(t, degrees)) / beyond;
    let next = t * Math.exp(Math.log(beyond / tail) / slope);
    if (!(next > low && next < high)) next = (low + high) / 2;
    const isSettled = Math.abs(next - t) <= 2 * Number.EPSILON * t;
    t = next;
    if (isSettled) break;
  }
  return t;
}

/** @throws AppError DEGENERATE_INPUT unless t is a number and the degrees of freedom are positive and finite */
function demandDegrees(t: number, degrees: number): void {
  if (degrees > 0 && degrees < Infinity && !Number.isNaN(t)) return;
  throw new AppError(
    "DEGENERATE_INPUT",
    `t must be a number and its degrees of freedom positive and finite, were "${t}" and "${degrees}"`,
    { t: String(t), degrees: String(degrees) },
  );
}

/**
 * Probability that a sum of `degrees` squared standard normal variables is at least x: the p-value of a likelihood ratio.
 *
 * @throws AppError DEGENERATE_INPUT unless x is at least 0 and the degrees of freedom are at least 1 and finite
 */
export function chiSquaredTail(x: number, degrees: number): number {
  if (!(x >= 0 && degrees >= 1 && degrees < Infinity)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `chi-square must be at least 0 and its degrees of freedom at least 1, were "${x}" and "${degrees}"`,
      { x: String(x), degrees: String(degrees) },
    );
  }
  if (x === Infinity) return 0;
  if (x === 0) return 1;
  const [a, half] = [degrees / 2, x / 2];
  const front = Math.exp(a * Math.log(half) - half - logGamma(a));
  return half < a + 1 ? 1 - front * gammaSeries(half, a) : front * gammaFraction(half, a);
}

/** The series of the lower incomplete gamma function, without its factor. */
function gammaSeries(x: number, a: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n <= STEPS && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** The continued fraction of the upper incomplete gamma function, without its factor, by Lentz' method. */
function gammaFraction(x: number, a: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / away(b);
  let fraction = d;
  for (let n = 1; n <= STEPS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / away(numerator * d + b);
    c = away(b + numerator / c);
    fraction *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return fraction;
}

/**
 * Probability of at most `successes` in `trials` independent ones.
 *
 * @param probability of one success, in (0, 1)
 * @throws AppError DEGENERATE_INPUT unless successes are a whole number from 0 to trials and the probability is in (0, 1)
 */
export function binomialAtMost(successes: number, trials: number, probability: number): number {
  const isCount = Number.isInteger(successes) && Number.isInteger(trials) && successes >= 0;
  if (!(isCount && successes <= trials && probability > 0 && probability < 1)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `successes must be whole, at least 0 and at most the trials, with a probability between 0 and 1, were "${successes}" of "${trials}" at "${probability}"`,
      { successes, trials, probability: String(probability) },
    );
  }
  if (successes === trials) return 1;
  return regularizedBeta(1 - probability, probability, trials - successes, successes + 1);
}

/** I_x(a, b); `rest` is 1 - x, given because it cannot be had from an x near 1. */
function regularizedBeta(x: number, rest: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (rest <= 0) return 1;
  const logFront =
    logOfGamma(a + b) - logOfGamma(a) - logOfGamma(b) + a * Math.log(x) + b * Math.log(rest);
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

/** ln of the gamma function of a positive number. */
function logOfGamma(x: number): number {
  return x < 0.5 ? logGamma(x + 1) - Math.log(x) : logGamma(x);
}

/** ln of the gamma function of a number >= 0.5. */
function logGamma(x: number): number {
  const z = x - 1;
  const base = z + 7.5;
  const series = LANCZOS.reduce((sum, term, k) => (k === 0 ? term : sum + term / (z + k)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(base) - base + Math.log(series);
}
