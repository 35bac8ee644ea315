// The shared tree vectors, made with xgboost 1.7.4 (exact): predictions to 2e-5, the first trees split by split.
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type BoostedTrees, predict, type Tree } from "../../../lib/forecast/trees/model.ts";
import { train } from "../../../lib/forecast/trees/train.ts";

type Dump = Readonly<{
  left: number[];
  right: number[];
  feature: number[];
  threshold: number[];
  default_left: number[];
}>;
type Case = Readonly<{
  id: string;
  params: Readonly<Record<string, number | string>>;
  rounds: number;
  X_train: (number | null)[][];
  y_train: number[];
  X_test: (number | null)[][];
  y_test: number[];
  pred_train: number[];
  pred_test: number[];
  rmse_test: number;
  trees: Dump[];
  n_trees: number;
}>;

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const file = `${shared}/vectors/gbt.json`;

if (!existsSync(file)) {
  console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("equals the shared tree vectors", () => {});
} else {
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };

  it.each(cases)("predicts and splits as $id", (given) => {
    const model = trained(given);
    expect(model.trees.length).toBe(given.n_trees);
    const difference = (rows: Case["X_test"], wanted: number[]) =>
      Math.max(...numbers(rows).map((row, at) => Math.abs(predict(model, row) - wanted[at]!)));
    expect(difference(given.X_train, given.pred_train)).toBeLessThan(2e-5);
    expect(difference(given.X_test, given.pred_test)).toBeLessThan(2e-5);
    for (const [at, dump] of given.trees.entries()) {
      const [ours, theirs] = [splitsOf(model.trees[at]!), splitsOf(asTree(dump))];
      expect(ours.map(({ threshold, ...rest }) => rest)).toEqual(
        theirs.map(({ threshold, ...rest }) => rest),
      );
      const apart = ours.map(({ threshold }, i) => Math.abs(threshold - theirs[i]!.threshold));
      expect(Math.max(...apart)).toBeLessThanOrEqual(1e-6);
    }
  });
}

const numbers = (rows: Case["X_test"]) =>
  rows.map((row) => row.map((value) => value ?? Number.NaN));

function trained({ params, rounds, X_train, y_train }: Case): BoostedTrees {
  const number = (name: string, otherwise: number) => Number(params[name] ?? otherwise);
  return train(numbers(X_train), y_train, {
    rounds,
    maxDepth: number("max_depth", 6),
    eta: number("eta", 0.3),
    lambda: number("lambda", 1),
    gamma: number("gamma", 0),
    minChildWeight: number("min_child_weight", 1),
    baseScore: number("base_score", 0.5),
  });
}

type Shape = Pick<Tree, "feature" | "condition" | "missingLeft" | "left" | "right">;

const asTree = ({ left, right, feature, threshold, default_left }: Dump): Shape => ({
  left: Int32Array.from(left),
  right: Int32Array.from(right),
  feature: Int32Array.from(feature),
  condition: Float32Array.from(threshold),
  missingLeft: Uint8Array.from(default_left),
});

/** Splits and leaves from the root down, whatever the nodes are numbered. */
function splitsOf(tree: Shape, node = 0, path = "root"): Split[] {
  const isLeaf = tree.left[node]! < 0;
  const split = {
    path,
    feature: isLeaf ? "leaf" : `feature ${tree.feature[node]}`,
    missing: isLeaf ? "" : tree.missingLeft[node] === 1 ? "left" : "right",
    threshold: tree.condition[node]!,
  };
  if (isLeaf) return [split];
  return [
    split,
    ...splitsOf(tree, tree.left[node], `${path} left`),
    ...splitsOf(tree, tree.right[node], `${path} right`),
  ];
}
type Split = Readonly<{ path: string; feature: string; missing: string; threshold: number }>;
