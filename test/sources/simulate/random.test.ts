import { expect, it } from "vitest";
import { RandomStream } from "../../../lib/sources/simulate/random.ts";

const draws = (count: number, draw: (random: RandomStream) => number, seed = 1, stream = 1) => {
  const random = new RandomStream(seed, stream);
  return Array.from({ length: count }, () => draw(random));
};
const moment = (list: number[], power: number) =>
  list.reduce((sum, value) => sum + value ** power, 0) / list.length;

it("is uniform and normal to within sampling error", () => {
  const uniform = draws(100_000, (random) => random.uniform());
  expect(moment(uniform, 1)).toBeCloseTo(1 / 2, 2);
  expect(moment(uniform, 2)).toBeCloseTo(1 / 3, 2);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
  const normal = draws(100_000, (random) => random.normal());
  expect(Math.abs(moment(normal, 1))).toBeLessThan(0.015);
  expect(moment(normal, 2)).toBeCloseTo(1, 1);
  expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(0.15);
});

it("gives unrelated numbers to neighbouring seeds and streams", () => {
  const correlation = (a: number[], b: number[]) =>
    a.reduce((sum, value, at) => sum + (value - 0.5) * (b[at]! - 0.5), 0) / a.length / (1 / 12);
  const base = draws(20_000, (random) => random.uniform(), 1, 1000);
  for (const [seed, stream] of [
    [2, 1000],
    [1, 1001],
    [1 + 2 ** 32, 1000],
  ] as const) {
    const other = draws(20_000, (random) => random.uniform(), seed, stream);
    expect(Math.abs(correlation(base, other))).toBeLessThan(0.03);
  }
});
