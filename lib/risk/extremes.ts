/**
 * Extreme values: a generalised Pareto distribution fitted to the losses beyond a threshold, for confidences at which
 * history has too few scenarios of its own.
 * Sources: A. McNeil, R. Frey and P. Embrechts, Quantitative Risk Management (2005), section 7.2.3, equations 7.18 and
 * 7.19; S. Grimshaw, Computing maximum likelihood estimates for the generalized Pareto distribution, Technometrics 35
 * (1993), for the likelihood as a function of xi / beta alone.
 *
 * Sign: profit and loss goes in, thresholds and risk are losses: 120.5 is 120.50 lost.
 */
import { AppError } from "../errors.ts";
import { demandConfidence, demandNumbers } from "./tail.ts";

export type ExtremeFit = Readonly<{
  /** The largest loss that is not fitted. */
  threshold: number;
  /** All scenarios. */
  count: number;
  /** Scenarios beyond the threshold. */
  exceedanceCount: number;
  /** Shape: 0 has an exponential tail, 0.3 moments up to the third. */
  xi: number;
  /** Scale, in the unit of the losses. */
  beta: number;
  logLikelihood: number;
}>;

export type ExtremeTail = Readonly<{ valueAtRisk: number; expectedShortfall: number }>;

/** With fewer excesses the shape is a guess. */
export const FEWEST_EXCEEDANCES = 50;
const TAIL_SHARE = 0.05;
/** At or below it the likelihood grows without end towards the largest loss, and a maximum on the way says nothing. */
const LOWEST_XI = -1;
/** Within it the likelihood is that of an exponential tail to the last digit. */
const EXPONENTIAL = 1e-9;

/**
 * @param pnl profit and loss per scenario, in any order
 * @param exceedances how many of the largest losses are fitted: a twentieth unless told, at least 50. The threshold is the
 *   loss after them; of losses equal to it none is fitted.
 * @throws AppError DEGENERATE_INPUT with fewer than 50 losses beyond the threshold, when the likelihood has no maximum,
 *   or when xi reaches 1: such a tail has no expected shortfall
 */
export function fitExtremes(
  pnl: readonly number[] | Float64Array,
  exceedances = Math.max(FEWEST_EXCEEDANCES, Math.floor(TAIL_SHARE * pnl.length + EXPONENTIAL)),
): ExtremeFit {
  demandNumbers("profit and loss", pnl);
  const losses = Float64Array.from(pnl, (profit) => 0 - profit).sort();
  const threshold = losses[losses.length - 1 - exceedances];
  const excesses =
    threshold === undefined
      ? losses.subarray(0, 0)
      : losses.filter((loss) => loss > threshold).map((loss) => loss - threshold);
  if (threshold === undefined || !(excesses.length >= FEWEST_EXCEEDANCES)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `at least ${FEWEST_EXCEEDANCES} losses must lie beyond the threshold, were ${excesses.length} of ${pnl.length}`,
      { exceedances: excesses.length, scenarios: pnl.length },
    );
  }
  const { xi, beta, logLikelihood } = fitPareto(excesses);
  if (!(xi < 1)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `the shape of the tail must be below 1 for an expected shortfall, was "${xi}"`,
      { xi },
    );
  }
  const fit = { threshold, count: pnl.length, exceedanceCount: excesses.length };
  return { ...fit, xi, beta, logLikelihood };
}

/**
 * @throws AppError DEGENERATE_INPUT unless the confidence lies in (0, 1) and beyond the share of scenarios up to the
 *   threshold: the fit knows nothing of smaller losses
 */
export function extremeTail(fit: ExtremeFit, confidence: number): ExtremeTail {
  demandConfidence(confidence);
  const { threshold, count, exceedanceCount, xi, beta } = fit;
  const share = (count * (1 - confidence)) / exceedanceCount;
  if (!(share <= 1 + EXPONENTIAL)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `confidence must be at least ${1 - exceedanceCount / count}, where the fitted tail begins, was "${confidence}"`,
      { confidence, from: 1 - exceedanceCount / count },
    );
  }
  const beyond =
    Math.abs(xi) < EXPONENTIAL ? -Math.log(share) : Math.expm1(-xi * Math.log(share)) / xi;
  const valueAtRisk = threshold + beta * beyond;
  return {
    valueAtRisk,
    expectedShortfall: (valueAtRisk + beta - xi * threshold) / (1 - xi),
  };
}

type Pareto = Readonly<{ xi: number; beta: number; logLikelihood: number }>;

/**
 * Maximum likelihood. With theta = xi / beta, xi = mean(ln(1 + theta y)), which leaves a likelihood of theta alone. Its
 * slope is looked at on a grid, and every change from rising to falling is narrowed down.
 */
function fitPareto(excesses: Float64Array): Pareto {
  let [sum, largest] = [0, 0];
  for (const excess of excesses) {
    sum += excess;
    largest = Math.max(largest, excess);
  }
  const mean = sum / excesses.length;
  const grid = candidates(mean, largest);
  const exponential: Pareto = {
    xi: 0,
    beta: mean,
    logLikelihood: -excesses.length * (Math.log(mean) + 1),
  };
  let best: Pareto | undefined;
  for (let at = 1; at < grid.length; at++) {
    const [low, high] = [grid[at - 1]!, grid[at]!];
    if (!(slope(excesses, low) > 0 && slope(excesses, high) <= 0)) continue;
    const found = paretoAt(excesses, maximumBetween(excesses, low, high), exponential);
    if (found.xi > LOWEST_XI && !(found.logLikelihood <= (best?.logLikelihood ?? -Infinity))) {
      best = found;
    }
  }
  if (best !== undefined) return best;
  throw new AppError(
    "DEGENERATE_INPUT",
    "the likelihood of the losses beyond the threshold has no maximum: they are no tail of a distribution",
    { exceedances: excesses.length },
  );
}

/**
 * Values of theta in ascending order: above -1 / largest, where the density ends, and up to tails without moments. A maximum
 * and a minimum may lie close together where tails are short, so the grid is fine there.
 */
function candidates(mean: number, largest: number): number[] {
  const grid: number[] = [];
  for (let power = 240; power >= 8; power--) grid.push(-(1 - 2 ** (-power / 8)) / largest);
  for (let power = -2; power >= -28; power--) grid.push(-(2 ** (power / 2)) / largest);
  for (let power = -28; power <= 40; power++) grid.push(2 ** (power / 2) / mean);
  return grid.sort((a, b) => a - b);
}

/** Slope of the likelihood over n at theta; at 0 its limit, by the series of the logarithm. */
function slope(excesses: Float64Array, theta: number): number {
  let [xi, change, first, second] = [0, 0, 0, 0];
  for (const excess of excesses) {
    xi += Math.log1p(theta * excess);
    change += excess / (1 + theta * excess);
    first += excess;
    second += excess * excess;
  }
  const count = excesses.length;
  const mean = first / count;
  if (theta === 0) return second / (2 * count * mean) - mean;
  return 1 / theta - (change / count) * (1 + count / xi);
}

function paretoAt(excesses: Float64Array, theta: number, exponential: Pareto): Pareto {
  let sum = 0;
  for (const excess of excesses) sum += Math.log1p(theta * excess);
  const count = excesses.length;
  const xi = sum / count;
  if (Math.abs(xi) < EXPONENTIAL) return exponential;
  const beta = xi / theta;
  return { xi, beta, logLikelihood: -count * (Math.log(beta) + 1 + xi) };
}

/** Where the slope passes 0 between a rising and a falling point: bisection with secants (regula falsi, Illinois). */
function maximumBetween(excesses: Float64Array, from: number, to: number): number {
  let [low, high] = [from, to];
  let [slopeLow, slopeHigh] = [slope(excesses, low), slope(excesses, high)];
  for (let step = 0; step < 200 && slopeHigh !== 0; step++) {
    const secant = (low * slopeHigh - high * slopeLow) / (slopeHigh - slopeLow);
    const isInside = secant > low && secant < high;
    const theta = isInside && step % 8 !== 7 ? secant : (low + high) / 2;
    if (!(theta > low && theta < high)) break;
    const here = slope(excesses, theta);
    if (here > 0) {
      [low, slopeLow] = [theta, here];
      slopeHigh /= 2;
    } else {
      [high, slopeHigh] = [theta, here];
      slopeLow /= 2;
    }
    if (high - low <= 4 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high))) break;
  }
  return slopeHigh === 0 ? high : (low + high) / 2;
}
