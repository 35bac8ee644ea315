/**
 * A sum of regression trees and what it predicts.
 *
 * Numbers are float32 where XGBoost's are (features, thresholds, leaves, the running sum), so a model predicts the same
 * here and there. NaN is a missing value: at each split it goes the way the training learned.
 */
import { AppError } from "../../errors.ts";

/** Nodes by number, 0 is the root, breadth first. A leaf has no children (-1). */
export type Tree = Readonly<{
  left: Int32Array;
  right: Int32Array;
  /** Number of the feature a split asks for; 0 in a leaf. */
  feature: Int32Array;
  /** Smaller values go left. In a leaf: what the tree adds to the prediction. */
  condition: Float32Array;
  /** 1 where a missing value goes left. */
  missingLeft: Uint8Array;
  /** Best constant for the rows of the node, before the learning rate. */
  weight: Float32Array;
  /** Sum of second derivatives; with squared errors the number of training rows. */
  hessian: Float32Array;
  /** What the split gained; 0 in a leaf. */
  gain: Float32Array;
}>;

export type BoostedTrees = Readonly<{
  featureCount: number;
  /** What is predicted before the first tree. */
  baseScore: number;
  trees: readonly Tree[];
}>;

/** One row of features by number; NaN is missing. */
export type Row = Readonly<ArrayLike<number>>;

/**
 * The model's prediction for one row.
 *
 * @throws AppError DEGENERATE_INPUT when the row has another number of features than the model
 */
export function predict({ trees, featureCount, baseScore }: BoostedTrees, row: Row): number {
  if (row.length !== featureCount) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a row must have ${featureCount} features as the model has, was ${row.length}`,
      { features: row.length, wanted: featureCount },
    );
  }
  const values = Float32Array.from(row);
  let sum = Math.fround(baseScore);
  for (const tree of trees) sum = Math.fround(sum + tree.condition[leafOf(tree, values)]!);
  return sum;
}

/** Number of the leaf a row comes to. */
export function leafOf({ left, right, feature, condition, missingLeft }: Tree, row: Float32Array) {
  let node = 0;
  while (left[node]! >= 0) {
    const value = row[feature[node]!]!;
    // A comparison with a missing value is false, so what is missing is asked for second.
    const goesLeft = value < condition[node]! || (missingLeft[node] === 1 && Number.isNaN(value));
    node = goesLeft ? left[node]! : right[node]!;
  }
  return node;
}

/**
 * The nodes that can be reached from the root, numbered breadth first. `children` names the two of a node, or
 * `undefined` for a leaf.
 */
export function compacted(
  nodes: Tree,
  children: (node: number) => readonly [number, number] | undefined,
): Tree {
  const kept = [0];
  const links: number[] = [];
  for (let at = 0; at < kept.length; at++) {
    const pair = children(kept[at]!);
    links.push(pair === undefined ? -1 : kept.length);
    if (pair !== undefined) kept.push(...pair);
  }
  const isLeaf = (at: number) => links[at] === -1;
  return {
    left: Int32Array.from(links),
    right: Int32Array.from(links, (link) => (link < 0 ? -1 : link + 1)),
    feature: Int32Array.from(kept, (node, at) => (isLeaf(at) ? 0 : nodes.feature[node]!)),
    condition: Float32Array.from(kept, (node) => nodes.condition[node]!),
    missingLeft: Uint8Array.from(kept, (node, at) => (isLeaf(at) ? 0 : nodes.missingLeft[node]!)),
    weight: Float32Array.from(kept, (node) => nodes.weight[node]!),
    hessian: Float32Array.from(kept, (node) => nodes.hessian[node]!),
    gain: Float32Array.from(kept, (node, at) => (isLeaf(at) ? 0 : nodes.gain[node]!)),
  };
}
