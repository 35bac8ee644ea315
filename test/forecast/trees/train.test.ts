// Trees that can be checked by hand. With base score 0 the first gradients are minus the labels; with squared errors
// the second derivative of each row is 1, so sums of them are numbers of rows.
import { describe, expect, it } from "vitest";
import { predict, type Tree } from "../../../lib/forecast/trees/model.ts";
import type { Parameters } from "../../../lib/forecast/trees/parameters.ts";
import { train } from "../../../lib/forecast/trees/train.ts";

const ONE: Partial<Parameters> = { rounds: 1, maxDepth: 1, eta: 1, lambda: 1 };
const column = (...values: number[]) => values.map((value) => [value]);
const only = (rows: number[][], labels: number[], over: Partial<Parameters> = {}): Tree =>
  train(rows, labels, { ...ONE, ...over }).trees[0]!;

describe("a tree of one split", () => {
  // Root: G = -20, H = 4, 400 / 5 = 80. After 1: 0 + 400 / 4 = 100, gains 20. After 2: 0 + 400 / 3 = 133.3, gains 53.3.
  // After 3: 100 / 4 + 100 / 2 = 75, gains -5.
  const [rows, labels] = [column(1, 2, 3, 4), [0, 0, 10, 10]];

  it("splits where the gain is largest, half way between the values", () => {
    const tree = only(rows, labels);
    expect({ ...tree }).toEqual({
      left: Int32Array.of(1, -1, -1),
      right: Int32Array.of(2, -1, -1),
      feature: Int32Array.of(0, 0, 0),
      // Leaves: 0 / 3 and 20 / 3.
      condition: Float32Array.of(2.5, 0, 20 / 3),
      // None was missing, so missing values go left.
      missingLeft: Uint8Array.of(1, 0, 0),
      weight: Float32Array.of(4, 0, 20 / 3),
      hessian: Float32Array.of(4, 2, 2),
      gain: Float32Array.of(Math.fround(Math.fround(400 / 3) - 80), 0, 0),
    });
  });

  it("sends a value at the threshold right", () => {
    const model = train(rows, labels, ONE);
    expect([2.4999, 2.5].map((x) => predict(model, [x]))).toEqual([0, Math.fround(20 / 3)]);
  });

  it("counts as much as eta says, and the next tree fits what is left", () => {
    const half = train(rows, labels, { ...ONE, eta: 0.5, rounds: 2 });
    expect(half.trees[0]!.condition[2]).toBe(Math.fround(10 / 3));
    // Left of each right row is 10 - 10 / 3 = 20 / 3; two of them over 3 give 40 / 9, half of it counts.
    expect(half.trees[1]!.condition[2]).toBeCloseTo(20 / 9, 5);
    expect(predict(half, [4])).toBeCloseTo(10 / 3 + 20 / 9, 5);
  });

  it("begins at the base score", () => {
    const model = train(rows, labels, { ...ONE, baseScore: 5 });
    // Gradients 5, 5, -5, -5: leaves -10 / 3 and 10 / 3.
    expect([1, 4].map((x) => predict(model, [x]))).toEqual([
      Math.fround(5 + Math.fround(-10 / 3)),
      Math.fround(5 + Math.fround(10 / 3)),
    ]);
  });

  it("is a single leaf where no split gains anything", () => {
    const tree = only(column(1, 2, 3, 4), [3, 3, 3, 3], { lambda: 0 });
    expect([...tree.condition]).toEqual([3]);
    expect([...only(column(7, 7, 7, 7), labels).condition]).toEqual([4]);
  });

  it("takes the earlier of two features that gain the same", () => {
    expect(
      only(
        [1, 2, 3, 4].map((x) => [9, x, -x, x]),
        labels,
      ).feature[0],
    ).toBe(1);
  });

  it("divides two neighbouring float32, which have no middle, at the larger", () => {
    const next = Math.fround(1 + 2 ** -23);
    const tree = only(column(1, 1, next, next), labels);
    expect(tree.condition[0]).toBe(next);
    expect([...tree.hessian]).toEqual([4, 2, 2]);
  });
});

describe("missing values", () => {
  const NONE = Number.NaN;

  it("go where they gain more: with the left", () => {
    // G = -30, H = 4, root 900 / 5 = 180. Between 2 and 3, missing left: 900 / 4 + 0 gains 45;
    // missing right: 400 / 3 + 100 / 3 gains less than nothing.
    const model = train(column(1, 2, 3, NONE), [10, 10, 0, 10], ONE);
    expect([model.trees[0]!.condition[0], model.trees[0]!.missingLeft[0]]).toEqual([2.5, 1]);
    expect([1, 3, NONE].map((x) => predict(model, [x]))).toEqual([7.5, 0, 7.5]);
  });

  it("go where they gain more: with the right", () => {
    const model = train(column(1, 2, 3, NONE), [0, 0, 10, 10], ONE);
    expect([model.trees[0]!.condition[0], model.trees[0]!.missingLeft[0]]).toEqual([2.5, 0]);
    expect(predict(model, [NONE])).toBe(Math.fround(20 / 3));
  });

  it("may stand alone against all that is there: then right of the largest value, by a little", () => {
    // All present values left, 0 / 3, the missing ones right, 400 / 3: the same 53.3 with sides changed,
    // and the first of the two that is tried stays.
    const tree = only(column(1, 2, NONE, NONE), [0, 0, 10, 10]);
    expect([tree.condition[0], tree.missingLeft[0]]).toEqual([Math.fround(4.000001), 0]);
  });

  it("go left where the column is constant, below its value", () => {
    const tree = only(column(5, 5, NONE, NONE), [0, 0, 10, 10]);
    expect([tree.condition[0], tree.missingLeft[0]]).toEqual([
      Math.fround(5 - Math.fround(5.000001)),
      1,
    ]);
    expect([tree.hessian[1], tree.condition[1]]).toEqual([2, Math.fround(20 / 3)]);
  });

  it("alone in a column leave it unused", () => {
    const rows = [1, 2, 3, 4].map((x) => [NONE, x]);
    expect(only(rows, [0, 0, 10, 10]).feature[0]).toBe(1);
  });
});

describe("pruning", () => {
  // Nearly "one or the other": without lambda the root is 441 / 4 = 110.25 and its split leaves 50 + 60.5, so it gains
  // 0.25; below it the left split gains 100 - 50 = 50, the right one 101 - 60.5 = 40.5.
  const rows = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  const sizes = (gamma: number) =>
    only(rows, [0, 10, 10, 1], { maxDepth: 2, lambda: 0, gamma }).left.length;

  it("keeps a weak split above strong ones", () => expect(sizes(1)).toBe(7));
  it("takes back from the leaves up", () => expect([45, 50, 50.5].map(sizes)).toEqual([5, 5, 1]));

  it("gives the rows of what was taken back the value of the leaf that is left", () => {
    const [two, labels] = [column(1, 2, 3, 4), [0, 0, 10, 10]];
    const model = train(two, labels, { ...ONE, gamma: 1000, rounds: 2 });
    // 20 / 5 first; then -4, -4, 6, 6 are left: 4 / 5.
    expect(model.trees.map(({ condition }) => [...condition])).toEqual([[4], [Math.fround(0.8)]]);
  });
});

describe("the least weight of a child", () => {
  // Without it the last row alone is the best right side.
  const [rows, labels] = [column(1, 2, 3, 4), [0, 0, 0, 10]];

  it.each([
    [1, 3.5],
    [1.5, 2.5],
    [2, 2.5],
  ])("of %d rows splits at %d", (minChildWeight, threshold) => {
    expect(only(rows, labels, { minChildWeight }).condition[0]).toBe(threshold);
  });

  it("that no two children reach leaves one leaf, and a leaf that does not reach it says 0", () => {
    expect([...only(rows, labels, { minChildWeight: 3 }).condition]).toEqual([2]);
    expect([...only(rows, labels, { minChildWeight: 5 }).condition]).toEqual([0]);
  });
});

describe("training", () => {
  it("does not touch what it is given and comes to the same each time", () => {
    const rows = Object.freeze([1, 5, 2, 4].map((x) => Object.freeze([x, x % 2])));
    const labels = Object.freeze([3, 1, 4, 1]);
    expect(train(rows, labels)).toEqual(train(rows, labels));
  });

  it.each([
    ["no rows", [], [], {}, "1 to 2000000 rows, was 0"],
    ["no features", [[]], [1], {}, "1 to 10000 features, was 0"],
    ["rows of different lengths", [[1], [1, 2]], [1, 2], {}, "row 1 must have 1 features"],
    ["an infinite value", [[1], [-Infinity]], [1, 2], {}, "feature 0 of row 1"],
    ["a value beyond float32", [[1e39]], [1], {}, 'was "1e+39"'],
    ["too few labels", [[1], [2]], [1], {}, "one label for each of the 2 rows, was 1"],
    [
      "a label that is none",
      [[1]],
      [Number.NaN],
      {},
      'label 0 must be a finite number within float32, was "NaN"',
    ],
    [
      "half a round",
      [[1]],
      [1],
      { rounds: 0.5 },
      'rounds must be a whole number from 1 to 5000, was "0.5"',
    ],
    ["an eta of 0", [[1]], [1], { eta: 0 }, "eta must be a number from"],
    ["a lambda that is none", [[1]], [1], { lambda: Number.NaN }, 'was "NaN"'],
  ])("refuses %s", (_, rows, labels, parameters, message) => {
    expect(() => train(rows, labels, parameters)).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });

  it("refuses to predict from a row of another width", () => {
    const model = train(column(1, 2), [1, 2]);
    expect(() => predict(model, [1, 2])).toThrow(
      "a row must have 1 features as the model has, was 2",
    );
  });
});
