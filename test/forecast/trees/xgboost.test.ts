// XGBoost's JSON models: what is written can be read again, what was saved by Python predicts here, what is damaged or
// would be predicted differently is refused.
import { describe, expect, it } from "vitest";
import { uniform } from "../../../bench/uniform.ts";
import { type BoostedTrees, predict } from "../../../lib/forecast/trees/model.ts";
import { train } from "../../../lib/forecast/trees/train.ts";
import { exportXgboost } from "../../../lib/forecast/trees/xgboost-export.ts";
import { importXgboost } from "../../../lib/forecast/trees/xgboost-import.ts";
import { normal } from "../markets.ts";

const DELETED = 2147483647;

/** As Python writes it: texts for parameters, deleted nodes still there, more fields than are needed. */
const saved = () => ({
  learner: {
    attributes: {},
    feature_names: ["a", "b"],
    gradient_booster: {
      model: {
        cats: { enc: [] },
        gbtree_model_param: { num_parallel_tree: "1", num_trees: "1" },
        trees: [
          {
            base_weights: [0.1, -0.5, 0.5, 9, 9],
            categories: [],
            default_left: [1, 0, 0, 0, 0],
            id: 0,
            left_children: [1, -1, -1, -1, -1],
            loss_changes: [4, 0, 0, 0, 0],
            parents: [DELETED, 0, 0, 1, 1],
            right_children: [2, -1, -1, -1, -1],
            split_conditions: [0.25, -0.15, 0.15, 9, 9],
            split_indices: [1, 0, 0, DELETED, DELETED],
            split_type: [0, 0, 0, 0, 0],
            sum_hessian: [5, 3, 2, 9, 9],
            tree_param: {
              num_deleted: "2",
              num_feature: "2",
              num_nodes: "5",
              size_leaf_vector: "1",
            },
          },
        ],
      },
      name: "gbtree",
    },
    learner_model_param: {
      base_score: "[5E-1]",
      boost_from_average: "1",
      num_class: "0",
      num_feature: "2",
      num_target: "1",
    },
    objective: { name: "reg:squarederror", reg_loss_param: { scale_pos_weight: "1" } },
  },
  version: [3, 2, 0],
});

type Saved = ReturnType<typeof saved>;
const tree = (model: Saved) => model.learner.gradient_booster.model.trees[0]!;

describe("a model saved by XGBoost", () => {
  it("predicts here: below the condition left, missing by its default, base score first", () => {
    const model = importXgboost(saved());
    const [low, high] = [
      Math.fround(0.5 + Math.fround(-0.15)),
      Math.fround(0.5 + Math.fround(0.15)),
    ];
    const rows = [
      [9, 0.2],
      [9, 0.25],
      [9, Number.NaN],
    ];
    expect(rows.map((row) => predict(model, row))).toEqual([low, high, low]);
    expect([...model.trees[0]!.left], "without what was deleted").toEqual([1, -1, -1]);
  });

  it("may be of an older version: booleans, a plain base score, no number of targets", () => {
    const old = saved() as unknown as { learner: { learner_model_param: Record<string, string> } };
    old.learner.learner_model_param = { base_score: "5E-1", num_class: "0", num_feature: "2" };
    const nodes = tree(old as unknown as Saved) as unknown as Record<string, unknown>;
    nodes.default_left = [true, false, false, false, false];
    nodes.tree_param = { ...(nodes.tree_param as object), size_leaf_vector: "0" };
    expect(importXgboost(old)).toEqual(importXgboost(saved()));
  });

  const damaged: readonly (readonly [string, (model: Saved) => unknown, string])[] = [
    [
      "another booster",
      (m) => (m.learner.gradient_booster.name = "dart"),
      'model.learner.gradient_booster.name must be "gbtree", was "dart"',
    ],
    [
      "another objective",
      (m) => (m.learner.objective.name = "binary:logistic"),
      'must be "reg:squarederror", was "binary:logistic"',
    ],
    [
      "several classes",
      (m) => (m.learner.learner_model_param.num_class = "3"),
      'num_class must be a whole number from 0 to 1, was "3"',
    ],
    [
      "several targets",
      (m) => (m.learner.learner_model_param.num_target = "2"),
      "num_target must be",
    ],
    [
      "no features",
      (m) => (m.learner.learner_model_param.num_feature = "0"),
      "num_feature must be a whole number from 1 to 10000",
    ],
    [
      "a base score that is no number",
      (m) => (m.learner.learner_model_param.base_score = "0x10"),
      "base_score must be a number from",
    ],
    [
      "two base scores",
      (m) => (m.learner.learner_model_param.base_score = "[1E0,2E0]"),
      "base_score must be",
    ],
    [
      "more nodes than it lists",
      (m) => (tree(m).tree_param.num_nodes = "6"),
      "trees[0].split_type.length must be 6, was 5",
    ],
    [
      "more nodes than are taken",
      (m) => (tree(m).tree_param.num_nodes = "1000000000"),
      "num_nodes must be a whole number from 1 to 100000",
    ],
    [
      "a short list",
      (m) => tree(m).default_left.pop(),
      "trees[0].default_left.length must be 5, was 4",
    ],
    [
      "a text for a number",
      (m) => (tree(m).split_conditions[1] = "1" as never),
      "trees[0].split_conditions[1] must be a number from",
    ],
    [
      "a number beyond float32",
      (m) => (tree(m).split_conditions[1] = 1e39),
      "trees[0].split_conditions[1] must be",
    ],
    [
      "a child that does not exist",
      (m) => (tree(m).left_children[0] = 5),
      "trees[0].left_children[0] must be a whole number from -1 to 4, was 5",
    ],
    [
      "one child",
      (m) => (tree(m).right_children[0] = -1),
      "the children of 0 must be two or none (-1), was [1,-1]",
    ],
    [
      "a cycle",
      (m) => {
        tree(m).left_children[1] = 0;
        tree(m).right_children[1] = 2;
      },
      "a child must be the child of one node only",
    ],
    [
      "a child of two",
      (m) => {
        tree(m).left_children[1] = 3;
        tree(m).right_children[1] = 3;
      },
      "the child of one node only, was 3",
    ],
    [
      "nodes that hang nowhere",
      (m) => (tree(m).tree_param.num_deleted = "0"),
      "must be the 5 that are not deleted, was 3",
    ],
    [
      "a feature that does not exist",
      (m) => (tree(m).split_indices[0] = 2),
      "trees[0].split_indices[0] must be a whole number from 0 to 1, was 2",
    ],
    [
      "a split by category",
      (m) => (tree(m).split_type[0] = 1),
      "trees[0].split_type[0] must be a whole number from 0 to 0, was 1",
    ],
    [
      "a leaf of several values",
      (m) => (tree(m).tree_param.size_leaf_vector = "3"),
      "size_leaf_vector must be",
    ],
  ];

  const refused = (json: unknown, message: string) =>
    expect(() => importXgboost(json)).toThrow(
      expect.objectContaining({
        code: "BAD_FILE",
        message: expect.stringContaining(message),
        details: expect.objectContaining({
          field: expect.stringMatching(/^model/),
          wanted: expect.anything(),
        }),
      }),
    );

  it.each(damaged)("is refused with %s", (_, damage, message) => {
    const model = saved();
    damage(model);
    refused(model, message);
  });

  it("is refused when it is no model at all", () => {
    refused("text", 'model must be an object, was "text"');
    refused({}, "model.learner must be an object, was undefined");
    refused([saved()], "model must be an object");
  });
});

describe("a model of ours", () => {
  const draw = normal(4);
  const miss = uniform(4);
  const rows = Array.from({ length: 200 }, () =>
    Array.from({ length: 4 }, () => (miss() < 0.2 ? Number.NaN : draw())),
  );
  const model: BoostedTrees = train(
    rows,
    rows.map(([a = 0, b = 0]) => (Number.isNaN(a * b) ? 1 : a * b)),
    { rounds: 8, gamma: 0.5, baseScore: 0.1 },
  );

  it("is the same after it was written and read, to the last bit", () => {
    expect(importXgboost(JSON.parse(exportXgboost(model)))).toEqual(model);
    expect(model.trees.some(({ left }) => left.length > 3)).toBe(true);
  });

  it("is written as XGBoost reads it: floats with a point or an exponent, parameters as texts", () => {
    const text = exportXgboost({ ...model, baseScore: 2, trees: model.trees.slice(0, 1) });
    const { length } = model.trees[0]!.left;
    expect(text).toContain('"base_score":"2.0"');
    expect(text).toContain('"sum_hessian":[200.0,');
    expect(text).toMatch(/"loss_changes":\[[^\]]*\b0\.0[,\]]/);
    expect(text).toContain('"parents":[2147483647,0,0,');
    expect(text).toContain(`"num_nodes":"${length}"`);
    const { learner, version } = JSON.parse(text);
    expect(Object.keys(learner.gradient_booster.model)).toEqual([
      "gbtree_model_param",
      "iteration_indptr",
      "tree_info",
      "trees",
    ]);
    expect([learner.gradient_booster.model.iteration_indptr, version]).toEqual([
      [0, 1],
      [2, 1, 0],
    ]);
  });
});
