/** One tree, level by level, then pruned from its leaves up. */
import { compacted, type Tree } from "./model.ts";
import { score, tryFeature } from "./split.ts";
import type { Workspace } from "./workspace.ts";

/** A split must gain more than this to be made at all. */
const LEAST_GAIN = Math.fround(1e-6);

/** The tree that fits the gradients of the workspace best; adds its answer to the `prediction` of every row. */
export function grow(space: Workspace, prediction: Float32Array): Tree {
  plant(space);
  let first = 0;
  let count = 1;
  for (let depth = 0; first < count; depth++) {
    const next = count;
    if (depth < space.maxDepth) count = splitLevel(space, first, next);
    if (count > next) {
      route(space, first);
      if (depth + 1 < space.maxDepth) divideColumns(space, first, next);
      open(space, next, count);
    }
    first = next;
  }
  settle(space, count);
  const { left, right, condition } = space.nodes;
  for (let row = 0; row < prediction.length; row++) {
    prediction[row] = prediction[row]! + condition[space.nodeOf[row]!]!;
  }
  return compacted(space.nodes, (node) =>
    left[node]! < 0 ? undefined : [left[node]!, right[node]!],
  );
}

/** All rows in the root, every column in its first order. */
function plant(space: Workspace): void {
  const { columns, order, begin, end, capacity, nodeOf } = space;
  nodeOf.fill(0);
  for (const [feature, sorted] of columns.order.entries()) {
    order[feature]!.set(sorted);
    begin[feature * capacity] = 0;
    end[feature * capacity] = sorted.length;
  }
  open(space, 0, 1);
}

/** Sums, weights and scores of new nodes from the rows that are in them. */
function open(space: Workspace, first: number, count: number): void {
  const { nodes, sum, nodeOf, gradient, lambda } = space;
  sum.fill(0, first, count);
  nodes.hessian.fill(0, first, count);
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]!;
    if (node < first) continue;
    sum[node] = sum[node]! + gradient[row]!;
    nodes.hessian[node] = nodes.hessian[node]! + 1;
  }
  for (let node = first; node < count; node++) {
    const rows = nodes.hessian[node]!;
    // Subtracted from 0, because the negative of 0 would be written to files as -0.
    nodes.weight[node] = rows < space.leastRows ? 0 : 0 - sum[node]! / (rows + lambda);
    space.score[node] = score(sum[node]!, rows, lambda);
    nodes.left[node] = nodes.right[node] = -1;
    nodes.gain[node] = 0;
    nodes.feature[node] = nodes.missingLeft[node] = 0;
  }
}

/** Splits the nodes from `first` on that are worth it; the children are numbered from `next` on. */
function splitLevel(space: Workspace, first: number, next: number): number {
  const { nodes, columns, parent } = space;
  for (let feature = 0; feature < columns.values.length; feature++) {
    for (let node = first; node < next; node++) tryFeature(space, node, feature);
  }
  let count = next;
  for (let node = first; node < next; node++) {
    if (!(nodes.gain[node]! > LEAST_GAIN)) continue;
    nodes.left[node] = count;
    nodes.right[node] = count + 1;
    parent[count] = parent[count + 1] = node;
    count += 2;
  }
  return count;
}

/** Sends every row of a node that was split, `first` or later, to one of its children. */
function route({ columns, nodes, nodeOf, wentLeft }: Workspace, first: number): void {
  for (let row = 0; row < nodeOf.length; row++) {
    const node = nodeOf[row]!;
    if (node < first || nodes.left[node]! < 0) continue;
    const value = columns.values[nodes.feature[node]!]![row]!;
    const goesLeft =
      value < nodes.condition[node]! || (nodes.missingLeft[node] === 1 && Number.isNaN(value));
    wentLeft[row] = goesLeft ? 1 : 0;
    nodeOf[row] = goesLeft ? nodes.left[node]! : nodes.right[node]!;
  }
}

/** Puts the rows of each child side by side in every column and keeps their order. */
function divideColumns(space: Workspace, first: number, next: number): void {
  const { nodes, begin, end, capacity } = space;
  for (let feature = 0; feature < space.order.length; feature++) {
    const base = feature * capacity;
    for (let node = first; node < next; node++) {
      const left = nodes.left[node]!;
      if (left < 0) continue;
      const middle = divide(space, space.order[feature]!, begin[base + node]!, end[base + node]!);
      begin[base + left] = begin[base + node]!;
      end[base + left] = begin[base + left + 1] = middle;
      end[base + left + 1] = end[base + node]!;
    }
  }
}

/** Rows that went left first, in their order, then the others in theirs; gives where the others begin. */
function divide({ wentLeft, aside }: Workspace, order: Int32Array, begin: number, end: number) {
  let left = begin;
  let right = 0;
  // Both places are written whatever the side, so that there is no branch to guess wrong.
  for (let at = begin; at < end; at++) {
    const row = order[at]!;
    const side = wentLeft[row]!;
    order[left] = row;
    aside[right] = row;
    left += side;
    right += 1 - side;
  }
  for (let at = 0; at < right; at++) order[left + at] = aside[at]!;
  return left;
}

/** Takes back what gains too little, gives leaves their values and rows the leaves they stand in. */
function settle(space: Workspace, count: number): void {
  const { nodes, nodeOf, parent, standsIn, gamma, eta } = space;
  const { left, right, condition } = nodes;
  // Children have larger numbers than their parents, so they are settled first.
  for (let node = count - 1; node >= 0; node--) {
    if (left[node]! < 0 || left[left[node]!]! >= 0 || left[right[node]!]! >= 0) continue;
    if (nodes.gain[node]! < gamma) left[node] = right[node] = -1;
  }
  for (let node = 0; node < count; node++) {
    const isGone = node > 0 && left[parent[node]!]! < 0;
    standsIn[node] = isGone ? standsIn[parent[node]!]! : node;
    if (left[node]! < 0) condition[node] = nodes.weight[node]! * eta;
  }
  for (let row = 0; row < nodeOf.length; row++) nodeOf[row] = standsIn[nodeOf[row]!]!;
}
