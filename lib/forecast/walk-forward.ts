/** Trees of returns, and what they would have forecast for each block of rows had they known only the rows before it. */
import { AppError } from "../errors.ts";
import { walkForwardSplits } from "./evaluation.ts";
import { FEATURES } from "./features.ts";
import type { Table } from "./table.ts";
import { type BoostedTrees, predict, type Row } from "./trees/model.ts";
import type { Parameters } from "./trees/parameters.ts";
import { train } from "./trees/train.ts";

const BLOCKS = 10;
/** Each block is a training of its own. */
const MOST_BLOCKS = 100;

/** Trees and what turns their answer into a log return: fitted returns were divided by `scale`. */
export type ReturnModel = Readonly<{
  trees: BoostedTrees;
  scale: number;
  /** Names of the trees' features, in their order; each one of FEATURES. */
  features: readonly string[];
}>;

export type WalkOptions = Readonly<{
  horizon: number;
  /** First row that is tested. Default: half of the rows. */
  initial?: number | undefined;
  /** Rows per test block. Default: ten blocks. */
  step?: number | undefined;
}>;

/** What was forecast of rows that were not trained on, side by side. */
export type Tested = Readonly<{
  last: readonly number[];
  actual: readonly number[];
  predicted: readonly number[];
  blocks: number;
}>;

/** @throws AppError DEGENERATE_INPUT when an option is outside its range */
export function walk(
  table: Table,
  { horizon, initial, step }: WalkOptions,
  parameters: Partial<Parameters>,
): Tested {
  const { rows, outcomes } = table;
  const first = initial ?? Math.max(rows.length >> 1, horizon + 1);
  const length = step ?? Math.max(1, Math.ceil((rows.length - first) / BLOCKS));
  const splits = walkForwardSplits({ rows: rows.length, initial: first, step: length, horizon });
  if (splits.length > MOST_BLOCKS) {
    const wanted = `step must make at most ${MOST_BLOCKS} test blocks`;
    const made = `was ${length}, which makes ${splits.length}`;
    throw new AppError("DEGENERATE_INPUT", `${wanted}, ${made}`, { step: length });
  }
  // Rows of other sessions may lie between, so leaving out as many rows as the horizon has bars leaves out enough.
  const parts = splits.map(({ train: known, test }) =>
    judged(table, test, fitted(rows.slice(...known), outcomes.slice(...known), parameters)),
  );
  return {
    last: parts.flatMap(({ last }) => last),
    actual: parts.flatMap(({ actual }) => actual),
    predicted: parts.flatMap(({ predicted }) => predicted),
    blocks: splits.length,
  };
}

/** What a model forecasts for the rows of a half-open range. */
export function judged(
  { rows, last, actual }: Table,
  [from, to]: readonly [number, number],
  model: ReturnModel,
): Tested {
  return {
    last: last.slice(from, to),
    actual: actual.slice(from, to),
    predicted: rows
      .slice(from, to)
      .map((row, at) => last[from + at]! * Math.exp(returnOf(model, row))),
    blocks: 1,
  };
}

/**
 * Trees of returns in units of their own size. A split must gain a fixed amount to be made at all, and returns of one
 * minute squared are smaller than that.
 */
export function fitted(
  rows: readonly Row[],
  outcomes: readonly number[],
  parameters: Partial<Parameters>,
): ReturnModel {
  const squares = outcomes.reduce((sum, outcome) => sum + outcome * outcome, 0);
  const scale = Math.sqrt(squares / outcomes.length) || 1;
  const labels = outcomes.map((outcome) => outcome / scale);
  return { trees: train(rows, labels, parameters), scale, features: FEATURES };
}

/** @throws AppError DEGENERATE_INPUT unless each column of the trees is one of FEATURES */
export function demandFeatures({ trees, features }: ReturnModel): void {
  const stranger = features.find((name) => !PLACES.has(name));
  if (stranger === undefined && features.length === trees.featureCount) return;
  const wanted = `features must name ${trees.featureCount} of ${FEATURES.join(", ")}`;
  const was = stranger === undefined ? `${features.length} names` : `"${stranger}"`;
  throw new AppError("DEGENERATE_INPUT", `${wanted}, was ${was}`, { features });
}

const PLACES: ReadonlyMap<string, number> = new Map(FEATURES.map((name, at) => [name, at]));

/** The log return that a model answers to a row of all FEATURES. */
export function returnOf({ trees, scale, features }: ReturnModel, row: Row): number {
  const own = features === FEATURES ? row : features.map((name) => row[PLACES.get(name)!]!);
  return scale * predict(trees, own);
}
