/**
 * Gradient-boosted regression trees for squared errors, exact greedy, as XGBoost's `tree_method=exact` grows them.
 *
 * The same rows and parameters give the same model everywhere: nothing is drawn by chance.
 */
import { AppError } from "../../errors.ts";
import { type Columns, columnsOf } from "./columns.ts";
import { grow } from "./grow.ts";
import type { BoostedTrees, Row, Tree } from "./model.ts";
import { type Parameters, parameters } from "./parameters.ts";
import { workspace } from "./workspace.ts";

/**
 * @param rows features by number, one row per label; NaN is missing
 * @param labels what is to be predicted; taken as float32
 * @throws AppError DEGENERATE_INPUT when a parameter is outside its range, the rows are no table of numbers, or the labels
 * are not as many finite numbers as there are rows
 */
export function train(
  rows: readonly Row[],
  labels: Readonly<ArrayLike<number>>,
  given: Partial<Parameters> = {},
): BoostedTrees {
  const chosen = parameters(given);
  const columns = columnsOf(rows);
  const wanted = labelsOf(labels, columns);
  const space = workspace(columns, chosen);
  const baseScore = Math.fround(chosen.baseScore);
  const prediction = new Float32Array(rows.length).fill(baseScore);
  const trees: Tree[] = [];
  for (let round = 0; round < chosen.rounds; round++) {
    for (let row = 0; row < prediction.length; row++) {
      space.gradient[row] = prediction[row]! - wanted[row]!;
    }
    trees.push(grow(space, prediction));
  }
  return { featureCount: columns.values.length, baseScore, trees };
}

function labelsOf(labels: Readonly<ArrayLike<number>>, { rowCount }: Columns): Float32Array {
  if (labels.length !== rowCount) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `there must be one label for each of the ${rowCount} rows, was ${labels.length}`,
      { labels: labels.length, rows: rowCount },
    );
  }
  const wanted = Float32Array.from(labels);
  const at = wanted.findIndex((label) => !Number.isFinite(label));
  if (at < 0) return wanted;
  throw new AppError(
    "DEGENERATE_INPUT",
    `label ${at} must be a finite number within float32, was "${labels[at]}"`,
    { label: at, value: String(labels[at]) },
  );
}
