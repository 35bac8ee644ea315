/** Moments of a sample, and the likelihood of Student's t that a sample's tails are matched with. */
import { AppError } from "../errors.ts";
import { studentTDensity } from "../stats.ts";
import { demandNumbers } from "./tail.ts";

export type Moments = Readonly<{
  mean: number;
  /** Standard deviation, dividing by n - 1. */
  sigma: number;
  /** Third central moment / variance^1.5, both over n. */
  skew: number;
  /** Fourth central moment / variance^2 - 3, both over n: 0 for the normal distribution. */
  excessKurtosis: number;
}>;

/**
 * @throws AppError DEGENERATE_INPUT with fewer than two values, with one that is no number, or when all are the same
 */
export function sampleMoments(values: readonly number[] | Float64Array): Moments {
  demandNumbers("a sample", values);
  const count = values.length;
  const mean = meanOf(values);
  let [second, third, fourth] = [0, 0, 0];
  for (const value of values) {
    const off = value - mean;
    const square = off * off;
    second += square;
    third += square * off;
    fourth += square * square;
  }
  if (count < 2 || isRounding(second, count, mean)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `moments need at least two values that differ, had ${count} of them`,
      { count },
    );
  }
  const variance = second / count;
  return {
    mean,
    sigma: Math.sqrt(second / (count - 1)),
    skew: third / count / variance ** 1.5,
    excessKurtosis: fourth / count / variance ** 2 - 3,
  };
}

/** Mean in two passes: the second adds what the first lost by rounding. */
export function meanOf(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const first = sum / values.length;
  let rest = 0;
  for (const value of values) rest += value - first;
  return first + rest / values.length;
}

/** Whether a sum of squared deviations is what rounding leaves of a constant. */
export const isRounding = (squares: number, count: number, mean: number): boolean =>
  !(squares > count * (4 * Number.EPSILON * Math.abs(mean)) ** 2);

/** Sum of products of deviations from the means, over n - 1. */
export function covariance(
  a: readonly number[] | Float64Array,
  b: readonly number[] | Float64Array,
): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at]! - meanA) * (b[at]! - meanB);
  return sum / (a.length - 1);
}

/** Fewer degrees have hardly a variance; with more the distribution is as good as normal. */
const FEWEST_DEGREES = 2.05;
const MOST_DEGREES = 200;
const GRID = 40;
/** Each step of the golden section leaves this part of the interval. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const SECTIONS = 60;

/**
 * Degrees of freedom of a Student's t that is scaled to the sample's mean and standard deviation, by maximum likelihood
 * with these two held: a grid of degrees from 2.05 to 200, even in their logarithm above 2, and a golden section about
 * its best point. The kurtosis is not used: it has no expectation below 4 degrees, where markets are found.
 *
 * @returns 2.05 to 200; 200 means that the sample's tails are no heavier than normal ones
 * @throws AppError DEGENERATE_INPUT as {@link sampleMoments}
 */
export function fitDegrees(values: readonly number[] | Float64Array): number {
  const { mean, sigma } = sampleMoments(values);
  const [from, to] = [Math.log(FEWEST_DEGREES - 2), Math.log(MOST_DEGREES - 2)];
  const likelihood = (place: number) => scaledLikelihood(values, mean, sigma, 2 + Math.exp(place));
  const step = (to - from) / GRID;
  let best = 0;
  let highest = -Infinity;
  for (let at = 0; at <= GRID; at++) {
    const height = likelihood(from + at * step);
    if (height > highest) [best, highest] = [at, height];
  }
  if (best === GRID) return MOST_DEGREES;
  if (best === 0) return FEWEST_DEGREES;
  let [low, high] = [from + (best - 1) * step, from + (best + 1) * step];
  for (let section = 0; section < SECTIONS; section++) {
    const width = GOLDEN * (high - low);
    if (likelihood(high - width) < likelihood(low + width)) low = high - width;
    else high = low + width;
  }
  return 2 + Math.exp((low + high) / 2);
}

function scaledLikelihood(
  values: readonly number[] | Float64Array,
  mean: number,
  sigma: number,
  degrees: number,
): number {
  const scale = sigma * Math.sqrt((degrees - 2) / degrees);
  // The scale of the density is the same for all values, and its logarithm costs the most.
  let sum = values.length * Math.log(studentTDensity(0, degrees) / scale);
  for (const value of values) {
    const t = (value - mean) / scale;
    sum -= ((degrees + 1) / 2) * Math.log1p((t * t) / degrees);
  }
  return sum;
}
