/**
 * The price some bars ahead: trained, judged against persistence by walking forward, and believed only when it is
 * better. Where it is not, the answer is the last price and says so.
 *
 * Units: prices in the currency of the bars, returns as natural logarithms, horizon in bars. The same bars and options
 * give the same answer.
 */
import type { Bar } from "./bar.ts";
import type { Evaluation } from "./evaluation.ts";
import { DEFAULT_LEVEL, forecastFrom, trainForecast } from "./trained.ts";
import type { Parameters } from "./trees/parameters.ts";
import type { ReturnModel, WalkOptions } from "./walk-forward.ts";

export { CAUTIOUS, SIGNIFICANCE } from "./trained.ts";

export type ForecastOptions = WalkOptions &
  Readonly<{
    /** How often the interval should hold, in (0, 1). Default 0.9. */
    level?: number | undefined;
    parameters?: Partial<Parameters> | undefined;
  }>;

export type Forecast = Readonly<{
  verdict: "skill" | "no skill over last price";
  /** Where the price below comes from. */
  model: "boosted-trees" | "persistence";
  horizon: number;
  /** End of the last bar, ms since 1970 UTC: what was known. */
  asOfMs: number;
  last: number;
  price: number;
  logReturn: number;
  /** null when too few forecasts were tested to reach so far out. */
  interval: Readonly<{ level: number; low: number; high: number }> | null;
  /** What the trees answered, also when it is not believed. */
  candidate: Readonly<{ price: number; logReturn: number; model: ReturnModel }>;
  /** The trees against persistence, over all test blocks. */
  evaluation: Evaluation;
  /** Number of test blocks. */
  blocks: number;
  rows: number;
}>;

/**
 * Trained and asked about the same bars at once.
 *
 * @throws AppError DEGENERATE_INPUT when a bar is not one, an option is outside its range, or the bars are too few
 */
export function forecast(bars: readonly Bar[], options: ForecastOptions): Forecast {
  const { level = DEFAULT_LEVEL } = options;
  return forecastFrom(trainForecast(bars, { ...options, levels: [level] }), bars, { level });
}
