/**
 * Reads a model that XGBoost saved as JSON. What would be predicted differently here is refused: other boosters than
 * gbtree, other objectives than squared error, categorical splits, several classes or targets.
 */
import {
  at,
  type Bounds,
  type Field,
  list,
  numbers,
  numeric,
  refusal,
  text,
} from "./json-field.ts";
import { type BoostedTrees, compacted, type Tree } from "./model.ts";

const MOST_TREES = 10_000;
const MOST_NODES = 100_000;
/** Of all trees together. */
const MOST_NODES_TOTAL = 2_000_000;
const MOST_FEATURES = 10_000;
const FLOAT32_MAX = 3.4028234663852886e38;

const FLOAT: Bounds = { least: -FLOAT32_MAX, most: FLOAT32_MAX };

/**
 * @param json the parsed file
 * @throws AppError BAD_FILE naming the field that was wrong, what it was and what would be right
 */
export function importXgboost(json: unknown): BoostedTrees {
  const learner = at({ value: json, path: "model" }, "learner");
  const booster = at(learner, "gradient_booster");
  text(at(booster, "name"), "gbtree");
  text(at(learner, "objective", "name"), "reg:squarederror");
  const shape = at(learner, "learner_model_param");
  single(at(shape, "num_class"), 0);
  single(at(shape, "num_target"), 1);
  const featureCount = numeric(at(shape, "num_feature"), whole(1, MOST_FEATURES));
  const field = at(booster, "model", "trees");
  const trees: Tree[] = [];
  let nodes = 0;
  for (const [index, value] of list(field, MOST_TREES).entries()) {
    const tree = treeOf({ value, path: `${field.path}[${index}]` }, featureCount);
    nodes += tree.left.length;
    if (nodes > MOST_NODES_TOTAL) {
      throw refusal(
        { value: nodes, path: `${field.path} up to [${index}]: their nodes` },
        `at most ${MOST_NODES_TOTAL} together`,
      );
    }
    trees.push(tree);
  }
  return { featureCount, baseScore: baseScoreOf(at(shape, "base_score")), trees };
}

const whole = (least: number, most: number): Bounds => ({ least, most, isWhole: true });

/** Absent, as in older versions, or saying that there is only one. */
function single(field: Field, least: number): void {
  if (field.value !== undefined) numeric(field, whole(least, 1));
}

/** Newer versions write a list of one, as text. */
function baseScoreOf(field: Field): number {
  const { value, path } = field;
  const inner = typeof value === "string" ? (/^\[(.*)\]$/.exec(value)?.[1] ?? value) : value;
  return Math.fround(numeric({ value: inner, path }, FLOAT));
}

function treeOf(field: Field, featureCount: number): Tree {
  const param = at(field, "tree_param");
  const count = numeric(at(param, "num_nodes"), whole(1, MOST_NODES));
  single(at(param, "size_leaf_vector"), 0);
  const column = (name: string, bounds: Bounds) => numbers(at(field, name), count, bounds);
  if (at(field, "split_type").value !== undefined) column("split_type", whole(0, 0));
  const children = whole(-1, count - 1);
  const nodes: Tree = {
    left: Int32Array.from(column("left_children", children)),
    right: Int32Array.from(column("right_children", children)),
    // Deleted nodes carry the largest number there is; whether one is used is seen on the walk.
    feature: Int32Array.from(column("split_indices", whole(0, 2 ** 32 - 1))),
    condition: Float32Array.from(column("split_conditions", FLOAT)),
    missingLeft: Uint8Array.from(column("default_left", whole(0, 1))),
    weight: Float32Array.from(column("base_weights", FLOAT)),
    hessian: Float32Array.from(column("sum_hessian", FLOAT)),
    gain: Float32Array.from(column("loss_changes", FLOAT)),
  };
  const reached = walk(nodes, field.path, featureCount);
  const deleted = numeric(at(param, "num_deleted"), whole(0, count - 1));
  if (reached + deleted !== count) {
    const path = `${field.path}: nodes that hang in the tree`;
    throw refusal({ value: reached, path }, `the ${count - deleted} that are not deleted`);
  }
  return compacted(nodes, (node) =>
    nodes.left[node]! < 0 ? undefined : [nodes.left[node]!, nodes.right[node]!],
  );
}

/** Number of nodes under the root; each may be reached one way only, so there is no cycle. */
function walk({ left, right, feature }: Tree, path: string, featureCount: number): number {
  const isReached = new Uint8Array(left.length);
  const open = [0];
  let reached = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isReached[node] === 1) {
      throw refusal({ value: node, path: `${path}: a child` }, "the child of one node only");
    }
    isReached[node] = 1;
    reached++;
    const pair = [left[node]!, right[node]!];
    if (pair[0] === -1 && pair[1] === -1) continue;
    if (pair.includes(-1)) {
      throw refusal({ value: pair, path: `${path}: the children of ${node}` }, "two or none (-1)");
    }
    if (!(feature[node]! >= 0 && feature[node]! < featureCount)) {
      const wanted = `a whole number from 0 to ${featureCount - 1}`;
      throw refusal({ value: feature[node], path: `${path}.split_indices[${node}]` }, wanted);
    }
    open.push(...pair);
  }
  return reached;
}
