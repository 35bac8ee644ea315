// What a scheme promises of its tables: polynomials are met, integrals with roots and logarithms at the ends too.
import { expect, it } from "vitest";
import { schemeOf } from "../../lib/options/american-scheme.ts";

it.each(["fast", "accurate"] as const)("meets polynomials in the root of time: %s", (name) => {
  const { nodes, back, backWeights, value, valueWeights } = schemeOf(name);
  const count = nodes.length;
  // 0 at expiry, as the squares of the boundary are.
  const curve = (root: number) => root * (2 - 3 * root + 5 * root ** 4);
  const met = (weights: Float64Array, at: number) =>
    nodes.reduce((sum, node, k) => sum + weights[at * count + k]! * curve(node), 0);
  expect(backWeights).toHaveLength(count * back.roots.length * count);
  for (const [at, rest] of value.rests.entries()) {
    expect(met(valueWeights, at)).toBeCloseTo(curve(Math.sqrt(rest)), 12);
  }
  for (const [node, root] of nodes.entries()) {
    for (const [point, rest] of back.rests.entries()) {
      const at = node * back.rests.length + point;
      expect(met(backWeights, at)).toBeCloseTo(curve(root * Math.sqrt(rest)), 12);
    }
  }
});

it("sums what has a root with a logarithm where the boundary has", () => {
  const { roots, rests, weights } = schemeOf("accurate").value;
  const sum = (of: (root: number, rest: number) => number) =>
    weights.reduce((total, weight, at) => total + weight * of(roots[at]!, rests[at]!), 0);
  expect(sum(() => 1)).toBeCloseTo(1, 14);
  expect(sum((root) => root)).toBeCloseTo(0.5, 14);
  expect(sum((_, rest) => Math.sqrt(rest))).toBeCloseTo(Math.PI / 4, 13);
  // Of sqrt(1 - s^2) ln(1 - s^2) between 0 and 1: the derivative of a beta function.
  const wanted = (Math.PI / 4) * (1 - 2 * Math.LN2);
  expect(sum((_, rest) => Math.sqrt(rest) * Math.log(rest))).toBeCloseTo(wanted, 7);
});

it("is made once", () => {
  expect(schemeOf("fast")).toBe(schemeOf("fast"));
});
