/**
 * Filtered historical simulation: past returns as if they happened at tomorrow's volatility. Every return is divided by
 * the volatility of its own day, as a model saw it the day before, and multiplied by that of the day to come.
 * Sources: G. Barone-Adesi, K. Giannopoulos and L. Vosper, VaR without correlations for portfolios of derivative
 * securities (1999); J.P. Morgan, RiskMetrics technical document (4th ed., 1996), section 5.2, for the decay of 0.94;
 * T. Bollerslev, Generalized autoregressive conditional heteroskedasticity (1986).
 */
import { AppError } from "../errors.ts";
import { meanOf } from "./moments.ts";
import { demandNumbers } from "./tail.ts";

export type FilteredScenarios = Readonly<{
  /** One return per past return, in the same order. */
  scenarios: Float64Array;
  /** Volatility of the next return, per step. */
  sigmaNext: number;
}>;

export type Garch = Readonly<{
  /** Mean return per step. */
  mean: number;
  /** Variance per step that does not depend on the past. */
  omega: number;
  /** Weight of the last squared shock. */
  alpha: number;
  /** Weight of the last variance. */
  beta: number;
}>;

/**
 * Exponentially weighted variances: h(1) is the mean square of all returns, h(t+1) = decay h(t) + (1 - decay) r(t)^2.
 *
 * @param returns oldest first
 * @throws AppError DEGENERATE_INPUT without returns, when all are 0, or unless decay lies between 0 and 1
 */
export function ewmaScenarios(
  returns: readonly number[] | Float64Array,
  decay = 0.94,
): FilteredScenarios {
  demandNumbers("returns", returns);
  if (!(decay > 0 && decay < 1)) {
    throw new AppError("DEGENERATE_INPUT", `decay must lie between 0 and 1, was "${decay}"`, {
      decay: String(decay),
    });
  }
  const residuals = new Float64Array(returns.length);
  let variance = meanSquare(returns);
  for (const [at, value] of returns.entries()) {
    residuals[at] = value / Math.sqrt(variance);
    variance = decay * variance + (1 - decay) * value * value;
  }
  const sigmaNext = Math.sqrt(variance);
  return { scenarios: residuals.map((residual) => residual * sigmaNext), sigmaNext };
}

/**
 * GARCH(1,1) with given parameters: h(t+1) = omega + alpha e(t)^2 + beta h(t), e = r - mean; the square and the
 * variance before the first return are the mean square of e.
 *
 * @param returns oldest first
 * @returns with the log likelihood of the returns under normal residuals, by which parameters may be compared
 * @throws AppError DEGENERATE_INPUT without returns, when none differs from the mean, unless omega > 0, alpha and
 *   beta >= 0, or when alpha + beta reaches 1: such a variance has no long-run level
 */
export function garchScenarios(
  returns: readonly number[] | Float64Array,
  { mean, omega, alpha, beta }: Garch,
): FilteredScenarios & Readonly<{ logLikelihood: number }> {
  demandNumbers("returns", returns);
  if (!(Number.isFinite(mean) && omega > 0 && alpha >= 0 && beta >= 0 && alpha + beta < 1)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `omega must be positive, alpha and beta at least 0 with a sum below 1, were "${omega}", "${alpha}" and "${beta}" with a mean of "${mean}"`,
      { mean: String(mean), omega: String(omega), alpha: String(alpha), beta: String(beta) },
    );
  }
  const shocks = Float64Array.from(returns, (value) => value - mean);
  let variance = meanSquare(shocks);
  let square = variance;
  let logLikelihood = 0;
  const residuals = shocks.map((shock) => {
    variance = omega + alpha * square + beta * variance;
    square = shock * shock;
    logLikelihood -= 0.5 * (Math.log(2 * Math.PI) + Math.log(variance) + square / variance);
    return shock / Math.sqrt(variance);
  });
  const sigmaNext = Math.sqrt(omega + alpha * square + beta * variance);
  const scenarios = residuals.map((residual) => mean + residual * sigmaNext);
  return { scenarios, sigmaNext, logLikelihood };
}

function meanSquare(values: readonly number[] | Float64Array): number {
  const mean = meanOf(Float64Array.from(values, (value) => value * value));
  if (mean > 0) return mean;
  throw new AppError("DEGENERATE_INPUT", "returns must not all be the mean: they have no variance");
}
