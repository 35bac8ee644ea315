/**
 * Everything a tree is grown in: allocated once per training, overwritten by every round, so that the inner loops
 * allocate nothing.
 */
import type { Columns } from "./columns.ts";
import type { Tree } from "./model.ts";
import type { Parameters } from "./parameters.ts";

export type Workspace = Readonly<{
  columns: Columns;
  /** Most nodes a tree may have; the stride of `begin` and `end`. */
  capacity: number;
  /** Least number of rows in a child. */
  leastRows: number;
  lambda: number;
  eta: number;
  gamma: number;
  maxDepth: number;
  /** By row: first derivative of half the squared error, prediction - label, as float32. */
  gradient: Float32Array;
  /** By row: the node it has come to. */
  nodeOf: Int32Array;
  /** By row: 1 when the last split sent it left. */
  wentLeft: Uint8Array;
  /** By feature: the rows of its column, those of one node side by side, ascending within. */
  order: readonly Int32Array[];
  /** By feature and node: where in `order` the rows of the node begin and end. */
  begin: Int32Array;
  end: Int32Array;
  /** Rows that go right while a column is divided. */
  aside: Int32Array;
  /** 1 / (k + lambda) for k rows. */
  inverse: Float64Array;
  /** By node: sum of gradients, and its part of the loss as float32. */
  sum: Float64Array;
  score: Float32Array;
  /** By node: where it hangs, and the leaf its rows are in after pruning. */
  parent: Int32Array;
  standsIn: Int32Array;
  /** The nodes of the tree in work; in `condition` and `gain` stands the best split found so far. */
  nodes: Tree;
}>;

export function workspace(columns: Columns, parameters: Parameters): Workspace {
  const { rowCount, values } = columns;
  const { maxDepth } = parameters;
  const capacity = Math.min(2 ** (maxDepth + 1), 2 * rowCount);
  const lambda = Math.fround(parameters.lambda);
  return {
    columns,
    capacity,
    leastRows: Math.max(1, Math.ceil(parameters.minChildWeight)),
    lambda,
    eta: Math.fround(parameters.eta),
    gamma: Math.fround(parameters.gamma),
    maxDepth,
    gradient: new Float32Array(rowCount),
    nodeOf: new Int32Array(rowCount),
    wentLeft: new Uint8Array(rowCount),
    order: columns.order.map((sorted) => sorted.slice()),
    begin: new Int32Array(values.length * capacity),
    end: new Int32Array(values.length * capacity),
    aside: new Int32Array(rowCount),
    inverse: Float64Array.from({ length: rowCount + 1 }, (_, k) => 1 / (k + lambda)),
    sum: new Float64Array(capacity),
    score: new Float32Array(capacity),
    parent: new Int32Array(capacity),
    standsIn: new Int32Array(capacity),
    nodes: {
      left: new Int32Array(capacity),
      right: new Int32Array(capacity),
      feature: new Int32Array(capacity),
      condition: new Float32Array(capacity),
      missingLeft: new Uint8Array(capacity),
      weight: new Float32Array(capacity),
      hessian: new Float32Array(capacity),
      gain: new Float32Array(capacity),
    },
  };
}
