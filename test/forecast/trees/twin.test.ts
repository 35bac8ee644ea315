// The quick trees against slow ones, which try every threshold of every feature on every row of a node. Labels are
// small whole numbers and eta is 1, so that sums are exact in whatever order they are made: the trees must be equal.
import { expect, it } from "vitest";
import { uniform } from "../../../bench/uniform.ts";
import { type Parameters, parameters } from "../../../lib/forecast/trees/parameters.ts";
import { train } from "../../../lib/forecast/trees/train.ts";

type Slow = { leaf: number; split?: Split; left?: Slow; right?: Slow };
type Split = { feature: number; threshold: number; missingLeft: boolean; gain: number };

const float = Math.fround;
const goesLeft = (row: number[], { feature, threshold, missingLeft }: Split) =>
  Number.isNaN(row[feature]!) ? missingLeft : row[feature]! < threshold;

type Table = Readonly<{ rows: readonly number[][]; labels: readonly number[]; given: Parameters }>;

const sum = ({ labels }: Table, of: readonly number[]) =>
  of.reduce((total, row) => total + labels[row]!, 0);
const score = (table: Table, of: readonly number[]) =>
  float(sum(table, of) ** 2 / (of.length + table.given.lambda));

/** Whether missing values are tried on the right at all: not in a column without any, nor in one of equal values. */
function triesRight({ rows }: Table, feature: number): boolean {
  const present = rows.map((row) => row[feature]!).filter((value) => !Number.isNaN(value));
  return present.length < rows.length && new Set(present).size > 1;
}

/** The first of the best. */
function best(table: Table, of: readonly number[]): Split | undefined {
  const { rows, given } = table;
  let found: Split | undefined;
  for (const feature of rows[0]!.keys()) {
    const values = of.map((row) => rows[row]![feature]!);
    for (const missingLeft of triesRight(table, feature) ? [false, true] : [true]) {
      for (const threshold of candidates(values, missingLeft)) {
        const split = { feature, threshold, missingLeft, gain: 0 };
        const [left, right] = divided(table, of, split);
        if (Math.min(left.length, right.length) < Math.max(1, given.minChildWeight)) continue;
        split.gain = float(float(score(table, left) + score(table, right)) - score(table, of));
        if (split.gain > Math.max(1e-6, found?.gain ?? 0)) found = split;
      }
    }
  }
  return found;
}

const divided = ({ rows }: Table, of: readonly number[], split: Split) =>
  [true, false].map((side) => of.filter((row) => goesLeft(rows[row]!, split) === side)) as [
    number[],
    number[],
  ];

function grow(table: Table, of: readonly number[], depth: number): Slow {
  const { given } = table;
  const node: Slow = { leaf: float(sum(table, of) / (of.length + given.lambda)) };
  const split = depth < given.maxDepth ? best(table, of) : undefined;
  if (split === undefined) return node;
  const [left, right] = divided(table, of, split).map((rows) => grow(table, rows, depth + 1));
  const isPruned = !left!.split && !right!.split && split.gain < float(given.gamma);
  return isPruned ? node : { ...node, split, left: left!, right: right! };
}

/** Thresholds in the order of the walk: ascending with missing values on the right, descending with them on the left. */
function candidates(values: number[], missingLeft: boolean): number[] {
  const sorted = [...new Set(values.filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const middles = sorted.slice(1).map((value, i) => float((value + sorted[i]!) / 2));
  const reach = (value: number) => float(Math.abs(value) + float(1e-6));
  return missingLeft
    ? [...middles.reverse(), float(sorted[0]! - reach(sorted[0]!))]
    : [...middles, float(sorted.at(-1)! + reach(sorted.at(-1)!))];
}

const GIVEN: readonly Partial<Parameters>[] = [
  { maxDepth: 1 },
  { maxDepth: 3 },
  { maxDepth: 4, lambda: 0, minChildWeight: 3 },
  { maxDepth: 4, gamma: 12 },
  { maxDepth: 3, lambda: 2.5, gamma: 3, minChildWeight: 2.5 },
];

it.each(GIVEN.flatMap((given) => [1, 2, 3].map((seed) => ({ ...given, seed }))))(
  "equals the slow tree: %o",
  ({ seed, ...given }) => {
    const draw = uniform(seed);
    const rows = Array.from({ length: 80 }, () =>
      // A quarter missing, many equal, one column whole, one constant.
      [
        draw() < 0.25 ? Number.NaN : Math.floor(draw() * 6),
        Math.floor(draw() * 20),
        1,
        draw() < 0.6 ? Number.NaN : draw(),
      ].map(float),
    );
    const labels = rows.map(
      ([a = 0, b = 0]) => (Number.isNaN(a) ? 4 : a) - (b > 9 ? 3 : 0) + Math.floor(draw() * 5),
    );
    const all = parameters({ rounds: 1, eta: 1, ...given });
    const table = { rows, labels, given: all };
    const slow = grow(table, [...rows.keys()], 0);
    const tree = train(rows, labels, all).trees[0]!;
    const shape = (node: number): Slow =>
      tree.left[node]! < 0
        ? { leaf: tree.weight[node]! }
        : {
            leaf: tree.weight[node]!,
            split: {
              feature: tree.feature[node]!,
              threshold: tree.condition[node]!,
              missingLeft: tree.missingLeft[node] === 1,
              gain: tree.gain[node]!,
            },
            left: shape(tree.left[node]!),
            right: shape(tree.right[node]!),
          };
    expect(shape(0)).toEqual(slow);
  },
);
