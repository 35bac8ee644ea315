/**
 * Performance figures of a series of daily returns, alone and against a benchmark.
 *
 * Units: returns, rates and drawdowns are fractions (0.01 = 1 %, a drawdown is <= 0); a year has 252 periods;
 * standard deviations divide by n - 1, skewness and kurtosis use population moments (kurtosis minus 3).
 * Definitions are those of empyrical (docs/methods.md, "Performance statistics"). A figure that is not defined
 * for the series (one return, no variance, no downside, no benchmark) is null, never NaN, Infinity or 0.
 */
import { AppError } from "../errors.ts";
import { covariance, isFlat, largest, moments } from "./moments.ts";
import { growth } from "./wealth.ts";

export { drawdowns, monthlyReturns, type YearOfReturns } from "./wealth.ts";

export const PERIODS_PER_YEAR = 252;

/** The `summary` of an index over a range, with the names it has on the wire. */
export type PerformanceSummary = Readonly<{
  /** Number of daily returns. */
  n: number;
  total_return: number | null;
  mean_daily: number | null;
  annual_return_cagr: number | null;
  annual_volatility: number | null;
  sharpe: number | null;
  downside_deviation_annual: number | null;
  sortino: number | null;
  /** The deepest fall below an earlier peak, <= 0; the start counts as a peak. */
  max_drawdown: number | null;
  /** Positions count closes: 0 is the start before the first return, 1 the close that earned it. */
  max_drawdown_peak_index: number | null;
  max_drawdown_trough_index: number | null;
  /** First close back at the peak; null while it has not been reached again. */
  max_drawdown_recovery_index: number | null;
  calmar: number | null;
  /** Share of the days that moved at all which moved up. */
  win_rate_nonzero: number | null;
  best_day: number | null;
  worst_day: number | null;
  skewness_population: number | null;
  excess_kurtosis_population: number | null;
  beta: number | null;
  alpha_daily: number | null;
  alpha_annual_arithmetic: number | null;
  alpha_annual_geometric: number | null;
  tracking_error_annual: number | null;
  information_ratio_annual: number | null;
  correlation: number | null;
  r_squared: number | null;
}>;

export type SummaryOptions = Readonly<{
  /** The benchmark's returns on the same days, in the same order. */
  benchmark?: readonly number[] | undefined;
  /** Annual risk-free rate, 0.04 = 4 %. Default 0. */
  riskFreeAnnual?: number | undefined;
}>;

/**
 * Every performance figure of the returns.
 *
 * @throws AppError DEGENERATE_INPUT when a return is not a finite number >= -1, when the benchmark has another
 * length, or when the risk-free rate is not above -1
 */
export function performanceSummary(
  returns: readonly number[],
  { benchmark, riskFreeAnnual = 0 }: SummaryOptions = {},
): PerformanceSummary {
  checkReturns(returns, "returns");
  if (!(riskFreeAnnual > -1 && riskFreeAnnual < Infinity)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `the annual risk-free rate must be a fraction above -1, was "${riskFreeAnnual}"`,
      { risk_free: riskFreeAnnual },
    );
  }
  const riskFreeDaily = Math.expm1(Math.log1p(riskFreeAnnual) / PERIODS_PER_YEAR);
  const against =
    benchmark === undefined
      ? NO_BENCHMARK
      : relative(returns, checkBenchmark(benchmark, returns.length), riskFreeDaily);
  return definedOnly({ ...absolute(returns, riskFreeDaily), ...against });
}

/** Absurd inputs (a return of 1e200) overflow in the squares: such a figure is not known, hence null. */
const definedOnly = (summary: PerformanceSummary): PerformanceSummary =>
  Object.fromEntries(
    // Adding 0 turns -0, which JSON would hide and a reader would wonder at, into 0.
    Object.entries(summary).map(([name, value]) => [
      name,
      value !== null && Number.isFinite(value) ? value + 0 : null,
    ]),
  ) as PerformanceSummary;

const ANNUAL = Math.sqrt(PERIODS_PER_YEAR);

const NO_BENCHMARK = {
  beta: null,
  alpha_daily: null,
  alpha_annual_arithmetic: null,
  alpha_annual_geometric: null,
  tracking_error_annual: null,
  information_ratio_annual: null,
  correlation: null,
  r_squared: null,
};

/** The figures that need no benchmark. */
function absolute(returns: readonly number[], riskFreeDaily: number) {
  const n = returns.length;
  const { mean: average, second, third, fourth } = moments(returns);
  // One return has a level but no spread; a constant one has a spread of exactly 0.
  const deviation = n > 1 ? Math.sqrt((second * n) / (n - 1)) : null;
  const excess = average - riskFreeDaily;
  const { shortfall, best, worst, up, moved } = outcomes(returns, riskFreeDaily);
  const path = growth(returns);
  const cagr = n === 0 ? null : Math.expm1((path.logTotal * PERIODS_PER_YEAR) / n);
  return {
    n,
    total_return: n === 0 ? null : Math.expm1(path.logTotal),
    mean_daily: n === 0 ? null : average,
    annual_return_cagr: cagr,
    annual_volatility: deviation === null ? null : deviation * ANNUAL,
    sharpe: ratio(excess * ANNUAL, deviation),
    downside_deviation_annual: n === 0 ? null : shortfall * ANNUAL,
    sortino: ratio(excess * ANNUAL, shortfall),
    max_drawdown: n === 0 ? null : path.maxDrawdown,
    max_drawdown_peak_index: n === 0 ? null : path.peakIndex,
    max_drawdown_trough_index: n === 0 ? null : path.troughIndex,
    max_drawdown_recovery_index: path.recoveryIndex,
    calmar: cagr === null ? null : ratio(cagr, -path.maxDrawdown),
    win_rate_nonzero: ratio(up, moved),
    best_day: n === 0 ? null : best,
    worst_day: n === 0 ? null : worst,
    skewness_population: ratio(third, second ** 1.5),
    excess_kurtosis_population: second === 0 ? null : fourth / second ** 2 - 3,
  };
}

/** What the days brought one by one; `shortfall` is the root mean square of what they missed the risk-free rate by. */
function outcomes(returns: readonly number[], riskFreeDaily: number) {
  let squares = 0;
  let best = -Infinity;
  let worst = Infinity;
  let up = 0;
  let moved = 0;
  for (let i = 0; i < returns.length; i++) {
    const r = returns[i]!;
    const missed = Math.min(r - riskFreeDaily, 0);
    squares += missed * missed;
    if (r > best) best = r;
    if (r < worst) worst = r;
    if (r > 0) up++;
    if (r !== 0) moved++;
  }
  return { shortfall: Math.sqrt(squares / Math.max(returns.length, 1)), best, worst, up, moved };
}

/** The figures against a benchmark of the same length. */
function relative(returns: readonly number[], benchmark: readonly number[], riskFreeDaily: number) {
  const n = returns.length;
  if (n < 2) return NO_BENCHMARK;
  const own = moments(returns);
  const other = moments(benchmark);
  const together = own.second === 0 || other.second === 0 ? 0 : covariance(returns, benchmark);
  const beta = ratio(together, other.second);
  const alpha =
    beta === null ? null : own.mean - riskFreeDaily - beta * (other.mean - riskFreeDaily);

  const active = new Array<number>(n);
  for (let i = 0; i < n; i++) active[i] = returns[i]! - benchmark[i]!;
  const flat = isFlat(active, Math.max(largest(returns), largest(benchmark)));
  const { mean: activeMean, second: activeSecond } = moments(active);
  const activeDeviation = flat ? 0 : Math.sqrt((activeSecond * n) / (n - 1));

  const correlation = ratio(together, Math.sqrt(own.second) * Math.sqrt(other.second));
  const bounded = correlation === null ? null : Math.max(-1, Math.min(1, correlation));
  return {
    beta,
    alpha_daily: alpha,
    alpha_annual_arithmetic: alpha === null ? null : alpha * PERIODS_PER_YEAR,
    // Nothing compounds below a loss of everything.
    alpha_annual_geometric:
      alpha === null || alpha < -1 ? null : Math.expm1(Math.log1p(alpha) * PERIODS_PER_YEAR),
    tracking_error_annual: activeDeviation * ANNUAL,
    information_ratio_annual: ratio(activeMean * ANNUAL, activeDeviation),
    correlation: bounded,
    r_squared: bounded === null ? null : bounded * bounded,
  };
}

/** A quotient, or null where the divisor is absent or 0. */
const ratio = (dividend: number, divisor: number | null): number | null =>
  divisor === null || divisor === 0 ? null : dividend / divisor;

function checkReturns(returns: readonly number[], name: string): void {
  const index = returns.findIndex((r) => !(r >= -1 && r < Infinity));
  if (index >= 0) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `${name}[${index}] must be a fraction of at least -1, was "${returns[index]}"`,
      { index, value: String(returns[index]) },
    );
  }
}

function checkBenchmark(benchmark: readonly number[], length: number): readonly number[] {
  if (benchmark.length !== length) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `the benchmark must have one return per day (${length}), had ${benchmark.length}`,
      { returns: length, benchmark: benchmark.length },
    );
  }
  checkReturns(benchmark, "benchmark");
  return benchmark;
}
