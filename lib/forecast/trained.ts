/**
 * A model with its evidence, trained once and asked often: trees, how they did against persistence by walking forward,
 * and by how much both erred. It answers only where the evidence lets it; elsewhere the last price does.
 */
import { AppError } from "../errors.ts";
import type { Bar } from "./bar.ts";
import { type Evaluation, evaluate, residualInterval } from "./evaluation.ts";
import type { Forecast } from "./forecast.ts";
import { versionOf } from "./stored.ts";
import { demandHorizon, LEAST_ROWS, latestRow, tableOf } from "./table.ts";
import type { Parameters } from "./trees/parameters.ts";
import { importXgboost } from "./trees/xgboost-import.ts";
import {
  demandFeatures,
  fitted,
  judged,
  type ReturnModel,
  returnOf,
  type Tested,
  type WalkOptions,
  walk,
} from "./walk-forward.ts";

/** Above this probability a better past counts as luck. */
export const SIGNIFICANCE = 0.05;
export const DEFAULT_LEVEL = 0.9;

/** Returns are mostly noise: shallow trees, many rows to a leaf, small steps. */
export const CAUTIOUS: Partial<Parameters> = {
  rounds: 40,
  maxDepth: 2,
  eta: 0.08,
  lambda: 10,
  minChildWeight: 20,
};

export type TrainOptions = WalkOptions &
  Readonly<{
    /** How often each interval should hold, in (0, 1). Default: 0.9 alone. */
    levels?: readonly number[] | undefined;
    parameters?: Partial<Parameters> | undefined;
  }>;

type Range = Readonly<{ low: number; high: number }>;

/** Quantiles of tested errors as log returns, ln(actual / forecast); null where too few were tested to reach so far out. */
export type ResidualRange = Readonly<{
  level: number;
  model: Range | null;
  persistence: Range | null;
}>;

export type TrainedContent = Readonly<{
  /** Bars ahead. */
  horizon: number;
  /** Length of a bar it was trained on and is asked about. */
  barMs: number;
  model: ReturnModel;
  /** The trees against persistence, over all test blocks. */
  evaluation: Evaluation;
  blocks: number;
  /** Rows it was trained on or, of a model from elsewhere, that were at hand. */
  rows: number;
  residuals: readonly ResidualRange[];
  trainedOn: Readonly<{ fromMs: number; toMs: number; bars: number }>;
}>;

/** `version` is a hash of all else: equal text, equal answers. */
export type TrainedForecast = TrainedContent & Readonly<{ version: string }>;

/** Whether a past is good enough to be believed. */
export const isSkilled = ({ skill, pValue }: Evaluation): boolean =>
  (skill ?? 0) > 0 && (pValue ?? 1) <= SIGNIFICANCE;

/**
 * @param bars final ones of one length, in order; windows without trades may be missing
 * @throws AppError DEGENERATE_INPUT when a bar is not one, an option is outside its range, or the bars are too few
 */
export function trainForecast(bars: readonly Bar[], options: TrainOptions): TrainedForecast {
  const { horizon, levels = [DEFAULT_LEVEL], parameters = CAUTIOUS } = options;
  demandLevels(levels);
  const table = tableOf(bars, horizon);
  const tested = walk(table, options, parameters);
  return versioned({
    ...evidence(tested, horizon, levels),
    horizon,
    barMs: table.sizeMs,
    model: fitted(table.rows, table.outcomes, parameters),
    rows: table.rows.length,
    trainedOn: spanOf(bars),
  });
}

export type AdoptOptions = Readonly<{
  horizon: number;
  /** What the model's columns are, in their order; each one of FEATURES. */
  features: readonly string[];
  /** What its answer is multiplied by to be a log return; 1 when it was trained on log returns themselves. */
  scale?: number | undefined;
  /** The last instant its training knew of, outcomes included: only bars that ended later are evidence. */
  trainedUntilMs: number;
  levels?: readonly number[] | undefined;
}>;

/**
 * A model that XGBoost saved as JSON elsewhere, judged here on bars that it cannot have known.
 *
 * @param json the parsed file
 * @throws AppError BAD_FILE when it is no such model, DEGENERATE_INPUT as {@link trainForecast} and when fewer than 100
 * bars came after its training
 */
export function adoptForecast(
  json: unknown,
  bars: readonly Bar[],
  { horizon, features, scale = 1, trainedUntilMs, levels = [DEFAULT_LEVEL] }: AdoptOptions,
): TrainedForecast {
  demandLevels(levels);
  const table = tableOf(bars, horizon);
  const model = { trees: importXgboost(json), scale, features };
  demandFeatures(model);
  const from = table.knownMs.filter((knownMs) => knownMs <= trainedUntilMs).length;
  const left = table.rows.length - from;
  if (left < LEAST_ROWS) {
    const wanted = `at least ${LEAST_ROWS} bars must come after the training of the model`;
    throw new AppError("DEGENERATE_INPUT", `${wanted}, was ${left}`, { rows: left });
  }
  const tested = judged(table, [from, table.rows.length], model);
  return versioned({
    ...evidence(tested, horizon, levels),
    horizon,
    barMs: table.sizeMs,
    model,
    rows: table.rows.length,
    trainedOn: spanOf(bars),
  });
}

const versioned = (content: TrainedContent): TrainedForecast => ({
  ...content,
  version: versionOf(content),
});

const spanOf = (bars: readonly Bar[]) => ({
  fromMs: bars[0]!.startMs,
  toMs: bars.at(-1)!.endMs,
  bars: bars.length,
});

function evidence(tested: Tested, horizon: number, levels: readonly number[]) {
  const { last, actual, predicted, blocks } = tested;
  const errors = (forecast: readonly number[]) =>
    actual.map((price, i) => Math.log(price / forecast[i]!));
  const [model, persistence] = [errors(predicted), errors(last)];
  return {
    evaluation: evaluate({ last, actual, predicted, horizon }),
    blocks,
    residuals: levels.map((level) => ({
      level,
      model: residualInterval(model, level),
      persistence: residualInterval(persistence, level),
    })),
  };
}

/**
 * What a trained model says of the newest bar.
 *
 * @param recent final bars, the newest last; averages of the distant past fade, 300 of them are plenty
 * @param level one the model was trained with
 * @throws AppError DEGENERATE_INPUT when a bar is not one or of another length than the model's, the bars are too few, or
 * the level is not one of the model's
 */
export function forecastFrom(
  trained: TrainedForecast,
  recent: readonly Bar[],
  { level = DEFAULT_LEVEL }: Readonly<{ level?: number | undefined }> = {},
): Forecast {
  const { horizon, evaluation, blocks, rows, model, barMs } = trained;
  demandHorizon(horizon);
  const { row, grid } = latestRow(recent);
  demandLength(grid.sizeMs, barMs);
  const errors = residualsAt(trained, level);
  const skilled = isSkilled(evaluation);
  const { close: last, endMs: asOfMs } = grid.bars.at(-1)!;
  const candidate = returnOf(model, row);
  const logReturn = skilled ? candidate : 0;
  const around = skilled ? errors.model : errors.persistence;
  const price = (change: number) => last * Math.exp(change);
  return {
    verdict: skilled ? "skill" : "no skill over last price",
    model: skilled ? "boosted-trees" : "persistence",
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
    blocks,
    rows,
  };
}

function residualsAt({ residuals }: TrainedForecast, level: number): ResidualRange {
  const found = residuals.find((range) => range.level === level);
  if (found) return found;
  const known = residuals.map((range) => range.level);
  const message = `level must be one the model was trained with (${known.join(", ")}), was "${level}"`;
  throw new AppError("DEGENERATE_INPUT", message, { level, levels: known });
}

function demandLength(sizeMs: number, barMs: number): void {
  if (sizeMs === barMs) return;
  const message = `bars must be ${barMs} ms long as those of the training, was ${sizeMs} ms`;
  throw new AppError("DEGENERATE_INPUT", message, { bar_ms: sizeMs, wanted_ms: barMs });
}

/** Before anything is trained, because a training takes its time. */
function demandLevels(levels: readonly number[]): void {
  for (const level of levels) {
    if (level > 0 && level < 1) continue;
    throw new AppError("DEGENERATE_INPUT", `level must be between 0 and 1, was "${level}"`, {
      level,
    });
  }
}
