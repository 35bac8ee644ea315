/** The performance figures in the order people read them, with their definitions (docs/methods.md). */
import type { Format } from "../workbook.ts";
import type { PerformanceSummary } from "./statistics.ts";

export type StatisticLabel = Readonly<{
  field: keyof PerformanceSummary;
  label: string;
  format: Format;
  definition: string;
}>;

const figure =
  (format: Format) =>
  (field: keyof PerformanceSummary, label: string, definition: string): StatisticLabel => ({
    field,
    label,
    format,
    definition,
  });
const percent = figure("percent");
const ratio = figure("decimal4");
const count = figure("integer");

export const STATISTICS: readonly StatisticLabel[] = [
  count("n", "Daily returns", "number of sessions with a return"),
  percent("total_return", "Total return", "product of (1 + daily return) - 1"),
  percent("annual_return_cagr", "Annual return (CAGR)", "total return to the power 252 / n"),
  percent("annual_volatility", "Annual volatility", "standard deviation (n - 1) times sqrt(252)"),
  ratio("sharpe", "Sharpe ratio", "mean excess return over its standard deviation, annual"),
  percent(
    "downside_deviation_annual",
    "Downside deviation",
    "root mean square of negative returns, annual",
  ),
  ratio("sortino", "Sortino ratio", "mean excess return over downside deviation, annual"),
  percent(
    "max_drawdown",
    "Maximum drawdown",
    "deepest fall below an earlier peak; the start counts as one",
  ),
  ratio("calmar", "Calmar ratio", "CAGR over the depth of the maximum drawdown"),
  percent("best_day", "Best day", "largest daily return"),
  percent("worst_day", "Worst day", "smallest daily return"),
  percent("win_rate_nonzero", "Win rate", "share of days with a gain among days that moved"),
  ratio("skewness_population", "Skewness", "third standardised moment, population"),
  ratio(
    "excess_kurtosis_population",
    "Excess kurtosis",
    "fourth standardised moment - 3, population",
  ),
  ratio("beta", "Beta", "against the cap-weighted index of the same members"),
  percent("alpha_annual_arithmetic", "Alpha, arithmetic", "252 times the mean daily alpha"),
  percent(
    "alpha_annual_geometric",
    "Alpha, geometric",
    "(1 + mean daily alpha) to the power 252, - 1",
  ),
  percent(
    "tracking_error_annual",
    "Tracking error",
    "standard deviation of the return difference, annual",
  ),
  ratio(
    "information_ratio_annual",
    "Information ratio",
    "mean return difference over tracking error, annual",
  ),
  ratio("correlation", "Correlation", "with the cap-weighted index"),
];
