/**
 * The price some bars ahead: trained, judged against persistence by walking forward, and believed only when it is
 * better. Where it is not, the answer is the last price and says so.
 *
 * Units: prices in the currency of the bars, returns as natural logarithms, horizon in bars. The same bars and options
 * give the same answer.
 */
import { AppError } from "../errors.ts";
import type { Bar } from "./bar.ts";
import { type Evaluation, evaluate, residualInterval, walkForwardSplits } from "./evaluation.ts";
import { FEATURES, featureRows, targets, WARM_UP_BARS } from "./features.ts";
import { type BoostedTrees, predict, type Row } from "./trees/model.ts";
import type { Parameters } from "./trees/parameters.ts";
import { train } from "./trees/train.ts";

/** Least number of bars with features and a known outcome. */
export const LEAST_ROWS = 100;
/** Above this probability a better past counts as luck. */
export const SIGNIFICANCE = 0.05;
const BLOCKS = 10;
/** Each block is a training of its own. */
const MOST_BLOCKS = 100;

/** Returns are mostly noise: shallow trees, many rows to a leaf, small steps. */
export const CAUTIOUS: Partial<Parameters> = {
  rounds: 40,
  maxDepth: 2,
  eta: 0.08,
  lambda: 10,
  minChildWeight: 20,
};

export type ForecastOptions = Readonly<{
  /** Bars ahead, 1 to 50. */
  horizon: number;
  /** How often the interval should hold, in (0, 1). Default 0.9. */
  level?: number | undefined;
  /** Default: half of the rows. */
  initial?: number | undefined;
  /** Default: ten blocks. */
  step?: number | undefined;
  parameters?: Partial<Parameters> | undefined;
}>;

/** Trees and what turns their answer into a log return: fitted returns were divided by `scale`. */
export type ReturnModel = Readonly<{
  trees: BoostedTrees;
  scale: number;
  features: readonly string[];
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
 * @throws AppError DEGENERATE_INPUT when a bar is not one, an option is outside its range, or the bars are too few
 */
export function forecast(bars: readonly Bar[], options: ForecastOptions): Forecast {
  const { horizon, level = 0.9, parameters = CAUTIOUS } = options;
  demandLevel(level);
  const table = tableOf(bars, horizon);
  const tested = walk(table, options, parameters);
  const evaluation = evaluate({ ...tested, horizon });
  const isSkilled = (evaluation.skill ?? 0) > 0 && (evaluation.pValue ?? 1) <= SIGNIFICANCE;
  const model = fitted(table.rows, table.outcomes, parameters);
  const { close: last, endMs: asOfMs } = bars.at(-1)!;
  const candidate = returnOf(model, table.latest);
  const logReturn = isSkilled ? candidate : 0;
  const residuals = tested.actual.map((price, i) =>
    Math.log(price / (isSkilled ? tested.predicted[i]! : tested.last[i]!)),
  );
  const around = residualInterval(residuals, level);
  const price = (change: number) => last * Math.exp(change);
  return {
    verdict: isSkilled ? "skill" : "no skill over last price",
    model: isSkilled ? "boosted-trees" : "persistence",
    horizon,
    asOfMs,
    last,
    price: price(logReturn),
    logReturn,
    interval: around && {
      level,
      low: price(logReturn + around.low),
      high: price(logReturn + around.high),
    },
    candidate: { price: price(candidate), logReturn: candidate, model },
    evaluation,
    blocks: tested.blocks,
    rows: table.rows.length,
  };
}

/** Before anything is trained, because a training takes its time. */
function demandLevel(level: number): void {
  if (level > 0 && level < 1) return;
  throw new AppError("DEGENERATE_INPUT", `level must be between 0 and 1, was "${level}"`, {
    level,
  });
}

type Table = Readonly<{
  /** Features of the bars whose outcome is known, and of the last bar. */
  rows: readonly Row[];
  latest: Row;
  outcomes: readonly number[];
  closes: readonly number[];
}>;

function tableOf(bars: readonly Bar[], horizon: number): Table {
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon <= 50)) {
    const wanted = "horizon must be a whole number of bars from 1 to 50";
    throw new AppError("DEGENERATE_INPUT", `${wanted}, was "${horizon}"`, { horizon });
  }
  const least = WARM_UP_BARS + LEAST_ROWS + horizon;
  if (bars.length < least) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a forecast ${horizon} bars ahead takes at least ${least} bars, was ${bars.length}`,
      { bars: bars.length, least },
    );
  }
  const features = featureRows(bars);
  const outcomes = targets(bars, horizon);
  return {
    rows: features.slice(WARM_UP_BARS, outcomes.length),
    latest: features.at(-1)!,
    outcomes: outcomes.slice(WARM_UP_BARS),
    closes: bars.slice(WARM_UP_BARS).map(({ close }) => close),
  };
}

/** What would have been forecast for each tested row by a model of the rows known before its block. */
function walk(
  { rows, outcomes, closes }: Table,
  { horizon, initial, step }: ForecastOptions,
  parameters: Partial<Parameters>,
) {
  const first = initial ?? Math.max(rows.length >> 1, horizon + 1);
  const length = step ?? Math.max(1, Math.ceil((rows.length - first) / BLOCKS));
  const splits = walkForwardSplits({ rows: rows.length, initial: first, step: length, horizon });
  if (splits.length > MOST_BLOCKS) {
    const wanted = `step must make at most ${MOST_BLOCKS} test blocks`;
    const made = `was ${length}, which makes ${splits.length}`;
    throw new AppError("DEGENERATE_INPUT", `${wanted}, ${made}`, { step: length });
  }
  const last: number[] = [];
  const actual: number[] = [];
  const predicted: number[] = [];
  for (const { train: known, test } of splits) {
    const model = fitted(rows.slice(...known), outcomes.slice(...known), parameters);
    for (let t = test[0]; t < test[1]; t++) {
      last.push(closes[t]!);
      actual.push(closes[t + horizon]!);
      predicted.push(closes[t]! * Math.exp(returnOf(model, rows[t]!)));
    }
  }
  return { last, actual, predicted, blocks: splits.length };
}

/**
 * Trees of returns in units of their own size. A split must gain a fixed amount to be made at all, and returns of one
 * minute squared are smaller than that.
 */
function fitted(
  rows: readonly Row[],
  outcomes: readonly number[],
  parameters: Partial<Parameters>,
): ReturnModel {
  const squares = outcomes.reduce((sum, outcome) => sum + outcome * outcome, 0);
  const scale = Math.sqrt(squares / outcomes.length) || 1;
  const labels = outcomes.map((outcome) => outcome / scale);
  return { trees: train(rows, labels, parameters), scale, features: FEATURES };
}

const returnOf = ({ trees, scale }: ReturnModel, row: Row): number => scale * predict(trees, row);
