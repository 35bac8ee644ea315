/**
 * Hedges of least variance, with one instrument or with several.
 * Source: J. Hull, Options, Futures, and Other Derivatives (8th ed.), section 3.4 (optimal hedge ratio, optimal number of
 * contracts, hedge effectiveness).
 *
 * Sign: with one instrument the ratio is Hull's, the size of the OPPOSITE position: 0.78 is to sell 0.78 units of it per
 * unit held. With several, holdings are signed: -0.78 is to sell. Effectiveness is measured on the given changes:
 * 1 - hedged variance / unhedged variance; 0.86 takes 86 % of the variance away.
 */
import { AppError } from "../errors.ts";
import { leastSquares } from "./linear.ts";
import { toLots } from "./lots.ts";
import { covariance, isRounding, meanOf } from "./moments.ts";
import { demandNumbers } from "./tail.ts";

type Numbers = readonly number[] | Float64Array;

export type MinimumVarianceHedge = Readonly<{
  /** Units of the instrument to sell per unit held: covariance / variance of the instrument. */
  hedgeRatio: number;
  correlation: number;
  /** Standard deviation of the changes of what is held, dividing by n - 1. */
  exposureSigma: number;
  hedgeSigma: number;
  effectiveness: number;
}>;

/**
 * @param exposureChanges changes of what is held, per unit
 * @param hedgeChanges changes of the instrument over the same periods, per unit
 * @throws AppError DEGENERATE_INPUT with fewer than two changes, when their numbers differ, or when a side never moves
 */
export function minimumVarianceHedge(
  exposureChanges: Numbers,
  hedgeChanges: Numbers,
): MinimumVarianceHedge {
  const exposureVariance = varianceOf("the exposure", exposureChanges);
  const hedgeVariance = varianceOf("the instrument", hedgeChanges);
  demandSameLength(exposureChanges, hedgeChanges);
  const shared = covariance(exposureChanges, hedgeChanges);
  const hedgeRatio = shared / hedgeVariance;
  const hedged = withHoldings(exposureChanges, [hedgeChanges], [-hedgeRatio]);
  const [exposureSigma, hedgeSigma] = [Math.sqrt(exposureVariance), Math.sqrt(hedgeVariance)];
  return {
    hedgeRatio,
    correlation: shared / (exposureSigma * hedgeSigma),
    exposureSigma,
    hedgeSigma,
    effectiveness: 1 - covariance(hedged, hedged) / exposureVariance,
  };
}

export type HedgeContracts = Readonly<{
  /** Contracts to sell; below 0 to buy. */
  unrounded: number;
  rounded: number;
}>;

/**
 * Contracts for an exposure.
 *
 * @param contractUnits units one contract is for: its multiplier
 * @param carry of a future or forward: its price moves e^((rate - dividendYield) tauYears) times as much as the spot. For a
 *   ratio that was measured on changes of the spot instead of the future.
 * @throws AppError DEGENERATE_INPUT unless contractUnits are positive and everything is finite
 */
export function hedgeContracts({
  hedgeRatio,
  exposureUnits,
  contractUnits,
  carry = { rate: 0, dividendYield: 0, tauYears: 0 },
}: Readonly<{
  hedgeRatio: number;
  exposureUnits: number;
  contractUnits: number;
  carry?: Readonly<{ rate: number; dividendYield: number; tauYears: number }>;
}>): HedgeContracts {
  const growth = Math.exp((carry.rate - carry.dividendYield) * carry.tauYears);
  const unrounded = (hedgeRatio * exposureUnits) / (contractUnits * growth);
  if (!(contractUnits > 0 && Number.isFinite(unrounded))) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a contract must be for a positive number of units, was "${contractUnits}" for "${exposureUnits}" at a ratio of "${hedgeRatio}"`,
      { contractUnits: String(contractUnits), exposureUnits: String(exposureUnits) },
    );
  }
  return { unrounded, rounded: toLots(unrounded, 1) };
}

export type Hedged = Readonly<{
  /** Units to hold of each instrument; below 0 to sell. */
  holdings: number[];
  hedgedVariance: number;
  effectiveness: number;
}>;

export type MinimumVarianceHoldings = Hedged &
  Readonly<{
    unhedgedVariance: number;
    /** The holdings in whole lots, and what they measure. */
    rounded: Hedged;
    /** Largest over smallest pivot of the instruments, scaled to the same variance. */
    condition: number;
    /**
     * What was added to each instrument's variance (scaled to 1) because they are nearly the same: 0 as a rule. Above 0
     * the holdings are one of many that are about as good.
     */
    ridge: number;
  }>;

/** Beyond it two instruments differ by less than a hundredth of a thousandth of their moves. */
const ILL_CONDITIONED = 1e5;
const RIDGE = 1e-8;

/**
 * Holdings of several instruments that leave the least variance, by least squares.
 *
 * @param portfolioChanges profit and loss (or return) of the portfolio
 * @param instrumentChanges the same of one unit of each instrument, over the same periods
 * @param lots smallest amount of each instrument; any without
 * @throws AppError DEGENERATE_INPUT without instruments, when lengths differ, or when the portfolio or one of the
 *   instruments never moves
 */
export function minimumVarianceHoldings(
  portfolioChanges: Numbers,
  instrumentChanges: readonly Numbers[],
  lots: readonly number[] = [],
): MinimumVarianceHoldings {
  const unhedgedVariance = varianceOf("the portfolio", portfolioChanges);
  if (instrumentChanges.length === 0) {
    throw new AppError("DEGENERATE_INPUT", "there must be at least one instrument to hedge with");
  }
  const sigmas = instrumentChanges.map((changes, at) => {
    demandSameLength(portfolioChanges, changes);
    return Math.sqrt(varianceOf(`instrument ${at}`, changes));
  });
  const columns = instrumentChanges.map((changes, at) => {
    const scale = sigmas[at]! * Math.sqrt(changes.length - 1);
    return centred(changes).map((change) => change / scale);
  });
  const target = centred(portfolioChanges);
  let ridge = 0;
  let { solution, condition } = leastSquares(columns, target, ridge);
  if (!(condition < ILL_CONDITIONED)) {
    ridge = RIDGE;
    ({ solution } = leastSquares(columns, target, ridge));
  }
  const length = Math.sqrt(target.length - 1);
  const holdings = solution.map((part, at) => -part / (sigmas[at]! * length));
  const measured = (amounts: number[]): Hedged => {
    const hedged = withHoldings(portfolioChanges, instrumentChanges, amounts);
    const hedgedVariance = covariance(hedged, hedged);
    const effectiveness = 1 - hedgedVariance / unhedgedVariance;
    return { holdings: amounts, hedgedVariance, effectiveness };
  };
  const rounded = measured(holdings.map((amount, at) => toLots(amount, lots[at] ?? 0)));
  return { ...measured(holdings), unhedgedVariance, rounded, condition, ridge };
}

/** Profit and loss of a portfolio together with holdings of instruments, per period or scenario. */
export function withHoldings(
  portfolio: Numbers,
  instruments: readonly Numbers[],
  holdings: readonly number[],
): Float64Array {
  const together = Float64Array.from(portfolio);
  for (const [which, changes] of instruments.entries()) {
    const amount = holdings[which]!;
    for (let at = 0; at < together.length; at++) together[at]! += amount * changes[at]!;
  }
  return together;
}

function centred(values: Numbers): Float64Array {
  const mean = meanOf(values);
  return Float64Array.from(values, (value) => value - mean);
}

/** @throws AppError DEGENERATE_INPUT when there are fewer than two changes, or all are the same */
function varianceOf(what: string, changes: Numbers): number {
  demandNumbers(`changes of ${what}`, changes);
  const mean = meanOf(changes);
  const squares = covariance(changes, changes) * (changes.length - 1);
  if (changes.length > 1 && !isRounding(squares, changes.length, mean)) {
    return squares / (changes.length - 1);
  }
  throw new AppError("DEGENERATE_INPUT", `${what} must move: it has no variance`, { what });
}

function demandSameLength(a: Numbers, b: Numbers): void {
  if (a.length === b.length) return;
  throw new AppError(
    "DEGENERATE_INPUT",
    `changes must be of the same periods, were ${a.length} and ${b.length}`,
    { periods: [a.length, b.length] },
  );
}
