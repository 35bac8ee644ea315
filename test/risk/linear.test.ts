import fc from "fast-check";
import { expect, it } from "vitest";
import { leastSquares, solved } from "../../lib/risk/linear.ts";

it("solves a system by hand, also where the first pivot is 0", () => {
  expect(
    solved(
      [
        [0, 2],
        [4, 0],
      ],
      [6, 8],
    ),
  ).toEqual([2, 3]);
  expect(solved([], [])).toEqual([]);
});

it("solves systems whose rows and columns have other units", () => {
  const rows = [
    [1e-9, 2e5],
    [3e-3, -1e12],
  ];
  const found = solved(rows, [1e-9 * 4 + 2e5 * 5, 3e-3 * 4 - 1e12 * 5])!;
  expect(found[1]).toBeCloseTo(5, 12);
});

it.each([
  [
    [
      [1, 2],
      [2, 4],
    ],
  ],
  [
    [
      [0, 0],
      [1, 1],
    ],
  ],
  [[[0]]],
])("has no solution of %j", (rows) => {
  expect(
    solved(
      rows,
      rows.map(() => 1),
    ),
  ).toBeUndefined();
});

const number = fc.integer({ min: -20, max: 20 });

it("leaves a rest that no column has a part of", () => {
  const systems = fc.array(fc.tuple(number, number, number, number), {
    minLength: 4,
    maxLength: 12,
  });
  fc.assert(
    fc.property(systems, (rows) => {
      const columns = [0, 1, 2].map((at) => Float64Array.from(rows, (row) => row[at]!));
      const target = Float64Array.from(rows, (row) => row[3]);
      fc.pre(columns.every((column) => column.some((value) => value !== 0)));
      const { solution, condition } = leastSquares(columns, target, 0);
      fc.pre(condition < 1e6);
      const rest = target.map((value, row) =>
        columns.reduce((left, column, at) => left - column[row]! * solution[at]!, value),
      );
      for (const column of columns) {
        const product = column.reduce((sum, value, row) => sum + value * rest[row]!, 0);
        expect(Math.abs(product)).toBeLessThan(1e-7);
      }
    }),
  );
});

it("tells columns that are the same, and shares between them with a ridge", () => {
  const column = Float64Array.of(0.6, 0.8, 0);
  const target = Float64Array.of(1.2, 1.6, 7);
  expect(leastSquares([column, column], target, 0).condition).toBeGreaterThan(1e12);
  const { solution } = leastSquares([column, column], target, 1e-8);
  for (const part of solution) expect(part).toBeCloseTo(1, 6);
  const [short] = [Float64Array.of(1)];
  expect(leastSquares([short!, short!], Float64Array.of(1), 0).condition).toBe(Infinity);
});

it("leaves its columns as they are", () => {
  const columns = [Float64Array.of(1, 2, 3), Float64Array.of(1, 0, 1)];
  leastSquares(columns, Float64Array.of(1, 1, 1), 0.5);
  expect(columns.map((column) => [...column])).toEqual([
    [1, 2, 3],
    [1, 0, 1],
  ]);
});
