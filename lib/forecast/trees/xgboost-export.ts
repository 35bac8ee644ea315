/**
 * A model as the text of XGBoost's JSON model file, which `xgboost.Booster.load_model` reads.
 *
 * Source: the JSON schema of XGBoost's documentation, "Introduction to Model IO". XGBoost tells integers from floats by
 * how they are written (5 and 5.0) and refuses one for the other, so the lists of numbers are written here and not by
 * JSON.stringify. Fields of categorical features are written empty.
 */
import type { BoostedTrees, Tree } from "./model.ts";

/** The version whose layout this is. */
const VERSION = [2, 1, 0] as const;
/** Stands for "no parent". */
const NO_PARENT = 2147483647;

/** The model as JSON text. Importing it again gives an equal model. */
export function exportXgboost(model: BoostedTrees): string {
  const { trees, featureCount, baseScore } = model;
  const forest = object({
    gbtree_model_param: json({ num_parallel_tree: "1", num_trees: String(trees.length) }),
    iteration_indptr: json(Array.from({ length: trees.length + 1 }, (_, at) => at)),
    tree_info: json(trees.map(() => 0)),
    trees: `[${trees.map((tree, at) => treeText(tree, at, featureCount)).join(",")}]`,
  });
  const learner = object({
    attributes: "{}",
    feature_names: "[]",
    feature_types: "[]",
    gradient_booster: object({ model: forest, name: json("gbtree") }),
    learner_model_param: json({
      base_score: float(baseScore),
      boost_from_average: "0",
      num_class: "0",
      num_feature: String(featureCount),
      num_target: "1",
    }),
    objective: json({ name: "reg:squarederror", reg_loss_param: { scale_pos_weight: "1" } }),
  });
  return object({ learner, version: json(VERSION) });
}

function treeText(tree: Tree, id: number, featureCount: number): string {
  return object({
    base_weights: floats(tree.weight),
    categories: "[]",
    categories_nodes: "[]",
    categories_segments: "[]",
    categories_sizes: "[]",
    default_left: integers(tree.missingLeft),
    id: json(id),
    left_children: integers(tree.left),
    loss_changes: floats(tree.gain),
    parents: integers(parentsOf(tree)),
    right_children: integers(tree.right),
    split_conditions: floats(tree.condition),
    split_indices: integers(tree.feature),
    split_type: integers(tree.feature.map(() => 0)),
    sum_hessian: floats(tree.hessian),
    tree_param: json({
      num_deleted: "0",
      num_feature: String(featureCount),
      num_nodes: String(tree.left.length),
      size_leaf_vector: "1",
    }),
  });
}

function parentsOf({ left, right }: Tree): Int32Array {
  const parents = new Int32Array(left.length).fill(NO_PARENT);
  for (let node = 0; node < left.length; node++) {
    if (left[node]! < 0) continue;
    parents[left[node]!] = node;
    parents[right[node]!] = node;
  }
  return parents;
}

const json = (value: unknown): string => JSON.stringify(value);

/** Members whose values are JSON text already. */
const object = (members: Readonly<Record<string, string>>): string =>
  `{${Object.entries(members)
    .map(([name, text]) => `${json(name)}:${text}`)
    .join(",")}}`;

const integers = (values: Int32Array | Uint8Array): string => `[${values.join(",")}]`;

const floats = (values: Float32Array): string => `[${Array.from(values, float).join(",")}]`;

/** Nine digits name every float32; the other eight of a double only make the file longer. */
function float(value: number): string {
  const text = Object.is(value, -0) ? "-0" : String(Number(value.toPrecision(9)));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
