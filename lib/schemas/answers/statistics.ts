/** The figures of a series of returns (docs/methods.md, "Performance statistics"). */
import * as z from "zod";
import type { PerformanceSummary } from "../../index/statistics.ts";
import { STATISTICS } from "../../index/statistics-labels.ts";
import { count, named } from "./common.ts";

const DEFINITIONS = new Map(STATISTICS.map(({ field, definition }) => [field, definition]));

/** What the labels of the workbook do not define. */
const MORE: Partial<Record<keyof PerformanceSummary, string>> = {
  mean_daily: "mean of the daily returns",
  max_drawdown_peak_index:
    "close before the deepest fall; 0 is the start, 1 the first return's close",
  max_drawdown_trough_index: "close at the bottom of it",
  max_drawdown_recovery_index: "first close back at the peak; null while there is none",
  alpha_daily: "mean excess return less beta times that of the benchmark",
  r_squared: "square of the correlation",
};

const told = (field: keyof PerformanceSummary): string =>
  `${DEFINITIONS.get(field) ?? MORE[field] ?? field}; null where it is not defined`;

const figure = (field: keyof PerformanceSummary) => z.number().nullable().describe(told(field));
const place = (field: keyof PerformanceSummary) => count.nullable().describe(told(field));

export const summary = named(
  "PerformanceSummary",
  z
    .strictObject({
      n: count.describe("number of sessions with a return"),
      total_return: figure("total_return"),
      mean_daily: figure("mean_daily"),
      annual_return_cagr: figure("annual_return_cagr"),
      annual_volatility: figure("annual_volatility"),
      sharpe: figure("sharpe"),
      downside_deviation_annual: figure("downside_deviation_annual"),
      sortino: figure("sortino"),
      max_drawdown: figure("max_drawdown"),
      max_drawdown_peak_index: place("max_drawdown_peak_index"),
      max_drawdown_trough_index: place("max_drawdown_trough_index"),
      max_drawdown_recovery_index: place("max_drawdown_recovery_index"),
      calmar: figure("calmar"),
      win_rate_nonzero: figure("win_rate_nonzero"),
      best_day: figure("best_day"),
      worst_day: figure("worst_day"),
      skewness_population: figure("skewness_population"),
      excess_kurtosis_population: figure("excess_kurtosis_population"),
      beta: figure("beta"),
      alpha_daily: figure("alpha_daily"),
      alpha_annual_arithmetic: figure("alpha_annual_arithmetic"),
      alpha_annual_geometric: figure("alpha_annual_geometric"),
      tracking_error_annual: figure("tracking_error_annual"),
      information_ratio_annual: figure("information_ratio_annual"),
      correlation: figure("correlation"),
      r_squared: figure("r_squared"),
    } satisfies Record<keyof PerformanceSummary, z.ZodType>)
    .describe("Rates are fractions, a year has 252 sessions; the benchmark's figures need one."),
);
