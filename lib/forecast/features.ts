/**
 * What the model is told about a bar: figures without scale (fractions, ratios, standard scores), all known at its end.
 * The same market at ten times the price, or with ten times the volume, has the same features. NaN is missing.
 */
import { indicatorSeries } from "../stream/indicators/series.ts";
import { type Bar, demandBars } from "./bar.ts";
import { logReturns, rolling } from "./series.ts";

/** In the order of the columns. */
export const FEATURES = [
  "return_1",
  "return_2",
  "return_3",
  "return_5",
  "return_10",
  "sma_20_distance",
  "volatility_5",
  "volatility_10",
  "volatility_20",
  "rsi_14",
  "macd_histogram",
  "percent_b_20",
  "volume_z_20",
  "vwap_distance",
  "spread",
  "imbalance",
  "time_sin",
  "time_cos",
] as const;

export type Feature = (typeof FEATURES)[number];

/** Bars before the first one whose features are all there, optional ones aside: MACD's slow average and signal. */
export const WARM_UP_BARS = 33;

const DAY_MS = 86_400_000;

/**
 * One row of features per bar, columns as FEATURES names them. Row t is a function of bars 0 to t.
 *
 * @throws AppError DEGENERATE_INPUT when a bar is not one
 */
export function featureRows(bars: readonly Bar[]): Float64Array[] {
  demandBars(bars);
  const columns = columnsOf(bars);
  return bars.map((_, t) => Float64Array.from(FEATURES, (name) => finite(columns[name][t]!)));
}

const finite = (value: number): number => (Number.isFinite(value) ? value : Number.NaN);

function columnsOf(bars: readonly Bar[]): Readonly<Record<Feature, number[]>> {
  const closes = bars.map(({ close }) => close);
  const returns = logReturns(closes, 1);
  const { sma20, rsi14, macd, bollinger } = indicatorSeries(closes, [
    "sma20",
    "rsi14",
    "macd",
    "bollinger",
  ]);
  const [average, upper, lower] = [
    known(sma20.lines.value),
    known(bollinger.lines.upper),
    known(bollinger.lines.lower),
  ];
  const angle = bars.map(({ endMs }) => (2 * Math.PI * (endMs % DAY_MS)) / DAY_MS);
  const each = (figure: (bar: Bar, t: number) => number) => bars.map(figure);
  return {
    return_1: returns,
    return_2: logReturns(closes, 2),
    return_3: logReturns(closes, 3),
    return_5: logReturns(closes, 5),
    return_10: logReturns(closes, 10),
    sma_20_distance: each(({ close }, t) => close / average[t]! - 1),
    volatility_5: rootMeanSquare(returns, 5),
    volatility_10: rootMeanSquare(returns, 10),
    volatility_20: rootMeanSquare(returns, 20),
    rsi_14: known(rsi14.lines.value).map((strength) => strength / 100),
    macd_histogram: known(macd.lines.histogram).map((gap, t) => gap / closes[t]!),
    percent_b_20: each(({ close }, t) => ratio(close - lower[t]!, upper[t]! - lower[t]!, close)),
    volume_z_20: volumeScores(bars),
    vwap_distance: each(({ close, vwap }) => close / (vwap ?? Number.NaN) - 1),
    spread: each(({ close, spread }) => (spread ?? Number.NaN) / close),
    imbalance: each(({ imbalance }) => imbalance ?? Number.NaN),
    time_sin: angle.map(Math.sin),
    time_cos: angle.map(Math.cos),
  };
}

/** NaN stands for what an indicator does not say yet. */
const known = (line: readonly (number | null)[] = []): number[] =>
  line.map((value) => value ?? Number.NaN);

/** Realised volatility per bar, about a mean of zero. */
const rootMeanSquare = (returns: readonly number[], period: number): number[] =>
  rolling(
    returns.map((value) => value * value),
    period,
  ).mean.map(Math.sqrt);

/** Standard score against the 20 bars before: a spike must not be part of what it is compared with. */
function volumeScores(bars: readonly Bar[]): number[] {
  const volumes = bars.map(({ volume }) => volume);
  const { mean, deviation } = rolling(volumes, 20);
  return volumes.map((volume, t) =>
    t === 0 ? Number.NaN : ratio(volume - mean[t - 1]!, deviation[t - 1]!, volume),
  );
}

/** NaN where the divisor is nothing but rounding of numbers as large as `scale`. */
const ratio = (dividend: number, divisor: number, scale: number): number =>
  divisor > 1e-12 * scale ? dividend / divisor : Number.NaN;

/** ln of the close `horizon` bars later over the close, one for each bar that has such a later one. */
export function targets(bars: readonly Bar[], horizon: number): number[] {
  return bars
    .slice(0, Math.max(0, bars.length - horizon))
    .map(({ close }, t) => Math.log(bars[t + horizon]!.close / close));
}
