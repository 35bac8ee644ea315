/**
 * How good forecasts are against persistence, the forecast that the price stays where it is.
 *
 * Units: prices in one currency, errors in the same; skill, accuracy and probabilities are fractions. A figure that is
 * not defined for the given forecasts is null. Sources: Diebold and Mariano, Comparing Predictive Accuracy (1995);
 * Harvey, Leybourne and Newbold, Testing the Equality of Prediction Mean Squared Errors (1997).
 */
import { AppError } from "../errors.ts";
import { twoSidedProbability } from "../stats.ts";

/** Rows as half-open ranges. */
export type Split = Readonly<{
  train: readonly [from: number, to: number];
  test: readonly [from: number, to: number];
}>;

export type SplitOptions = Readonly<{
  /** Number of rows. */
  rows: number;
  /** First row that is tested. */
  initial: number;
  /** Rows per test block; the last one may be shorter. */
  step: number;
  /** Rows ahead that are forecast. So many rows before a test block are left out of its training, because their
   * outcomes were not known yet when the block began. */
  horizon: number;
}>;

/**
 * Blocks that are each tested by what was known before them.
 *
 * @throws AppError DEGENERATE_INPUT when an option is not a positive whole number, or nothing is left to train or to test
 */
export function walkForwardSplits({ rows, initial, step, horizon }: SplitOptions): Split[] {
  for (const [name, value] of Object.entries({ rows, initial, step, horizon })) {
    demand(Number.isInteger(value) && value >= 1, `${name} must be a positive whole number`, value);
  }
  demand(initial > horizon, `initial must be above the horizon of ${horizon} rows`, initial);
  demand(initial < rows, `initial must be below the number of rows, ${rows}`, initial);
  const splits: Split[] = [];
  for (let start = initial; start < rows; start += step) {
    splits.push({ train: [0, start - horizon], test: [start, Math.min(start + step, rows)] });
  }
  return splits;
}

export type Forecasts = Readonly<{
  /** Prices when the forecasts were made, in order of time. */
  last: readonly number[];
  /** Prices that came `horizon` rows later. */
  actual: readonly number[];
  predicted: readonly number[];
  horizon: number;
}>;

export type Evaluation = Readonly<{
  count: number;
  rmseModel: number;
  rmsePersistence: number;
  /** 1 - MSE / MSE of persistence: above 0 is better than persistence. null when the price never moved. */
  skill: number | null;
  maeModel: number;
  /** Share of right directions where both the price and its forecast moved. */
  directionalAccuracy: number | null;
  directionalCount: number;
  /** Diebold-Mariano statistic with Harvey, Leybourne and Newbold's factor; positive is better than persistence. */
  dieboldMariano: number | null;
  /** Its two-sided probability under equal accuracy, Student's t with count - 1 degrees of freedom. */
  pValue: number | null;
}>;

/**
 * @throws AppError DEGENERATE_INPUT when there is no forecast, the lists differ in length, a price is not finite or the
 * horizon is not a positive whole number
 */
export function evaluate({ last, actual, predicted, horizon }: Forecasts): Evaluation {
  const count = last.length;
  demand(count > 0, "there must be at least one forecast", count);
  demand(
    Number.isInteger(horizon) && horizon >= 1,
    "horizon must be a positive whole number",
    horizon,
  );
  for (const [name, prices] of Object.entries({ last, actual, predicted })) {
    demand(
      prices.length === count,
      `${name} must have ${count} prices as the others`,
      prices.length,
    );
    const at = prices.findIndex((price) => !Number.isFinite(price));
    demand(at < 0, `${name}[${at}] must be a finite price`, prices[at]);
  }
  const model = actual.map((price, i) => price - predicted[i]!);
  const persistence = actual.map((price, i) => price - last[i]!);
  const [mseModel, msePersistence] = [meanSquare(model), meanSquare(persistence)];
  const statistic = dieboldMariano(model, persistence, horizon);
  return {
    count,
    rmseModel: Math.sqrt(mseModel),
    rmsePersistence: Math.sqrt(msePersistence),
    skill: msePersistence > 0 ? 1 - mseModel / msePersistence : null,
    maeModel: mean(model.map(Math.abs)),
    ...direction(last, actual, predicted),
    dieboldMariano: statistic,
    pValue: statistic === null ? null : twoSidedProbability(statistic, count - 1),
  };
}

function direction(
  last: readonly number[],
  actual: readonly number[],
  predicted: readonly number[],
) {
  let right = 0;
  let moved = 0;
  for (const [i, from] of last.entries()) {
    const product = Math.sign(actual[i]! - from) * Math.sign(predicted[i]! - from);
    if (product !== 0) moved++;
    if (product > 0) right++;
  }
  return { directionalAccuracy: moved > 0 ? right / moved : null, directionalCount: moved };
}

/** null where it is not defined: one forecast, or a long-run variance of the loss differences that is not positive. */
function dieboldMariano(
  model: readonly number[],
  persistence: readonly number[],
  horizon: number,
): number | null {
  const n = model.length;
  const differences = model.map((error, i) => persistence[i]! ** 2 - error ** 2);
  const centre = mean(differences);
  let variance = 0;
  for (let lag = 0; lag < Math.min(horizon, n); lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) {
      sum += (differences[i]! - centre) * (differences[i - lag]! - centre);
    }
    variance += ((lag === 0 ? 1 : 2) * sum) / n;
  }
  // Few forecasts far ahead: the factor's square is not positive either.
  const factor = (n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n;
  if (n < 2 || !(variance > 0) || !(factor > 0)) return null;
  return Math.sqrt(factor) * (centre / Math.sqrt(variance / n));
}

/**
 * The interval that residuals of earlier forecasts leave around a new one: its empirical quantiles at rank
 * (n + 1) p, so that a new residual of the same kind falls inside with probability `level` (nearly, where the rank lies
 * between two residuals). null when there are too few residuals to reach that far out.
 *
 * @param residuals actual - predicted, in any order
 * @param level in (0, 1)
 * @throws AppError DEGENERATE_INPUT when the level is not in (0, 1) or a residual is not finite
 */
export function residualInterval(
  residuals: readonly number[],
  level: number,
): Readonly<{ low: number; high: number }> | null {
  demand(level > 0 && level < 1, "level must be between 0 and 1", level);
  const at = residuals.findIndex((residual) => !Number.isFinite(residual));
  demand(at < 0, `residual ${at} must be a finite number`, residuals[at]);
  const sorted = residuals.toSorted((a, b) => a - b);
  const tail = ((1 - level) / 2) * (sorted.length + 1);
  if (tail < 1 - 1e-9) return null;
  return { low: ranked(sorted, tail), high: ranked(sorted, sorted.length + 1 - tail) };
}

/** The value at a rank that counts from 1, between two ranks on the line between them. */
function ranked(sorted: readonly number[], rank: number): number {
  const within = Math.min(Math.max(rank, 1), sorted.length);
  const below = Math.floor(within);
  const low = sorted[below - 1]!;
  return low + (within - below) * ((sorted[below] ?? low) - low);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const meanSquare = (values: readonly number[]) => mean(values.map((value) => value * value));

function demand(isRight: boolean, wanted: string, value: unknown): void {
  if (isRight) return;
  throw new AppError("DEGENERATE_INPUT", `${wanted}, was "${value}"`, { value: String(value) });
}
