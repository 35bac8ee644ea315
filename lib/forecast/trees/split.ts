/**
 * The best split of one node over one feature, by trying every place between two different values.
 *
 * A split gains GL^2 / (HL + lambda) + GR^2 / (HR + lambda) - G^2 / (H + lambda), G sums of gradients as doubles, H
 * numbers of rows; each of the three is rounded to float32, as XGBoost does, because that decides which of two nearly
 * equal splits wins. Source: Chen and Guestrin, XGBoost: A Scalable Tree Boosting System (2016), eq. 7 and algorithms
 * 1 and 3.
 */
import type { Workspace } from "./workspace.ts";

/** Added beyond the outermost value where all present values go one way and the missing ones the other. */
const BEYOND = Math.fround(1e-6);
/** Float32 rounding of the three terms together is below this; what fails by more cannot win. */
const SLACK = 1 - 1e-6;

/**
 * Replaces the best split of `node` where `feature` has a better one. Strictly better: of two equal splits the one of
 * the earlier feature stays, and within a feature the one with missing values on the right.
 */
export function tryFeature(space: Workspace, node: number, feature: number): void {
  if (space.columns.triesMissingRight[feature]) scan(space, node, feature, 1);
  scan(space, node, feature, -1);
}

/**
 * Walks over the present values, ascending (1: passed values go left, missing ones right) or descending (-1: passed
 * values go right, missing ones left), and looks at the gain after each.
 */
function scan(space: Workspace, node: number, feature: number, direction: 1 | -1): void {
  const { gradient, inverse, leastRows, nodes } = space;
  const order = space.order[feature]!;
  const begin = space.begin[feature * space.capacity + node]!;
  const present = space.end[feature * space.capacity + node]! - begin;
  const first = direction === 1 ? begin : begin + present - 1;
  const total = space.sum[node]!;
  // As an integer: an index that comes from a float32 costs the loop a third of its time.
  const rows = nodes.hessian[node]! | 0;
  const last = Math.min(present, rows - leastRows);
  let passed = 0;
  let bound = (nodes.gain[node]! + space.score[node]!) * SLACK;
  for (let count = 1, at = first; count <= last; count++, at += direction) {
    passed += gradient[order[at]!]!;
    if (count < leastRows) continue;
    const rest = total - passed;
    // Multiplying is much quicker than dividing, and nearly every place is out of the question already.
    if (passed * passed * inverse[count]! + rest * rest * inverse[rows - count]! <= bound) continue;
    const condition = conditionAt(space, feature, at, count < present ? direction : 0, direction);
    if (Number.isNaN(condition)) continue;
    const gain = Math.fround(
      score(passed, count, space.lambda) + score(rest, rows - count, space.lambda),
    );
    if (!take(space, node, Math.fround(gain - space.score[node]!))) continue;
    nodes.feature[node] = feature;
    nodes.condition[node] = condition;
    nodes.missingLeft[node] = direction === 1 ? 0 : 1;
    bound = (nodes.gain[node]! + space.score[node]!) * SLACK;
  }
}

function take({ nodes }: Workspace, node: number, gain: number): boolean {
  if (!(gain > nodes.gain[node]!)) return false;
  nodes.gain[node] = gain;
  return true;
}

/**
 * The threshold behind the value at `at`: the float32 middle between it and the next one, `towards` 0 when there is no
 * next one. NaN when both are equal, because no threshold lies between them.
 */
function conditionAt(
  { columns, order }: Workspace,
  feature: number,
  at: number,
  towards: number,
  direction: 1 | -1,
): number {
  const values = columns.values[feature]!;
  const rows = order[feature]!;
  const here = values[rows[at]!]!;
  if (towards === 0) {
    return Math.fround(here + direction * Math.fround(Math.abs(here) + BEYOND));
  }
  const next = values[rows[at + towards]!]!;
  if (next === here) return Number.NaN;
  const middle = Math.fround((here + next) * 0.5);
  // Two neighbouring float32 have none between them; the larger one still divides them.
  return middle > Math.min(here, next) ? middle : Math.max(here, next);
}

/** What rows that share one leaf take off twice the loss, as float32. */
export const score = (sum: number, rows: number, lambda: number): number =>
  Math.fround((sum * sum) / (rows + lambda));
