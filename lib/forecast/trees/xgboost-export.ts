/**
 * A model as XGBoost's JSON model file, which `xgboost.Booster.load_model` reads.
 *
 * Source: the JSON schema of XGBoost's documentation, "Introduction to Model IO". Fields of categorical features and
 * several targets are written empty.
 */
import type { BoostedTrees, Tree } from "./model.ts";

/** The version whose layout this is. */
const VERSION = [2, 1, 0] as const;
/** Stands for "no parent". */
const NO_PARENT = 2147483647;

export type XgboostModel = Readonly<{ learner: unknown; version: readonly number[] }>;

/** The model as an object for JSON.stringify. Importing it again gives an equal model. */
export function exportXgboost(model: BoostedTrees): XgboostModel {
  const { trees, featureCount, baseScore } = model;
  return {
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length) },
          iteration_indptr: Array.from({ length: trees.length + 1 }, (_, at) => at),
          tree_info: trees.map(() => 0),
          trees: trees.map((tree, at) => treeOf(tree, at, featureCount)),
        },
        name: "gbtree",
      },
      learner_model_param: {
        base_score: String(short(baseScore)),
        boost_from_average: "0",
        num_class: "0",
        num_feature: String(featureCount),
        num_target: "1",
      },
      objective: { name: "reg:squarederror", reg_loss_param: { scale_pos_weight: "1" } },
    },
    version: VERSION,
  };
}

function treeOf(tree: Tree, id: number, featureCount: number) {
  return {
    base_weights: Array.from(tree.weight, short),
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: Array.from(tree.missingLeft),
    id,
    left_children: Array.from(tree.left),
    loss_changes: Array.from(tree.gain, short),
    parents: parentsOf(tree),
    right_children: Array.from(tree.right),
    split_conditions: Array.from(tree.condition, short),
    split_indices: Array.from(tree.feature),
    split_type: Array.from(tree.feature, () => 0),
    sum_hessian: Array.from(tree.hessian, short),
    tree_param: {
      num_deleted: "0",
      num_feature: String(featureCount),
      num_nodes: String(tree.left.length),
      size_leaf_vector: "1",
    },
  };
}

function parentsOf({ left, right }: Tree): number[] {
  const parents = Array.from(left, () => NO_PARENT);
  for (let node = 0; node < left.length; node++) {
    if (left[node]! < 0) continue;
    parents[left[node]!] = node;
    parents[right[node]!] = node;
  }
  return parents;
}

/** Nine digits name every float32; the other eight of a double only make the file longer. */
const short = (value: number): number => Number(value.toPrecision(9));
