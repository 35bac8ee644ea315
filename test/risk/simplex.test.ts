// Programs small enough to solve on paper.
import { expect, it } from "vitest";
import { maximise } from "../../lib/risk/simplex.ts";

it("fills the most valuable columns first, the last one in part", () => {
  const program = {
    rows: [Float64Array.of(1, 1, 1)],
    right: [1],
    worth: Float64Array.of(3, 5, 4),
    upper: Float64Array.of(0.4, 0.4, 0.4),
  };
  const basis = { columns: Int32Array.of(2), isFull: Uint8Array.of(1, 0, 0) };
  // The first column alone does not fill the row: the third takes 0.6, above its bound, from which it has to come down.
  program.upper[2] = 1;
  const { worth, prices, isOptimal } = maximise(program, basis, 100);
  expect([worth, isOptimal]).toEqual([5 * 0.4 + 4 * 0.6, true]);
  expect(prices).toEqual([4]);
});

it("solves the textbook's two products on three machines", () => {
  // 3 x + 5 y with x <= 4, 2 y <= 12 and 3 x + 2 y <= 18: x = 2, y = 6 (Hillier and Lieberman, Wyndor Glass).
  const program = {
    rows: [
      Float64Array.of(1, 0, 1, 0, 0),
      Float64Array.of(0, 2, 0, 1, 0),
      Float64Array.of(3, 2, 0, 0, 1),
    ],
    right: [4, 12, 18],
    worth: Float64Array.of(3, 5, 0, 0, 0),
    upper: new Float64Array(5).fill(Infinity),
  };
  const basis = { columns: Int32Array.of(2, 3, 4), isFull: new Uint8Array(5) };
  const { worth, prices } = maximise(program, basis, 100);
  expect(worth).toBeCloseTo(36, 12);
  expect(prices.map((price) => Number(price.toFixed(12)))).toEqual([0, 1.5, 1]);
  expect([...basis.columns].sort()).toEqual([0, 1, 2]);
});

it("says when it gave up", () => {
  const program = {
    rows: [Float64Array.of(1, 1)],
    right: [1],
    worth: Float64Array.of(1, 2),
    upper: Float64Array.of(1, 1),
  };
  const start = () => ({ columns: Int32Array.of(0), isFull: new Uint8Array(2) });
  expect(maximise(program, start(), 0)).toMatchObject({ worth: 1, isOptimal: false });
  expect(maximise(program, start(), 5)).toMatchObject({ worth: 2, isOptimal: true });
});

it("comes to an end where Dantzig's rule goes round in circles", () => {
  // E. M. L. Beale's example: every basis on the way is worth 0.
  const program = {
    rows: [
      Float64Array.of(0.25, -60, -1 / 25, 9, 1, 0, 0),
      Float64Array.of(0.5, -90, -1 / 50, 3, 0, 1, 0),
      Float64Array.of(0, 0, 1, 0, 0, 0, 1),
    ],
    right: [0, 0, 1],
    worth: Float64Array.of(0.75, -150, 0.02, -6, 0, 0, 0),
    upper: new Float64Array(7).fill(Infinity),
  };
  const basis = { columns: Int32Array.of(4, 5, 6), isFull: new Uint8Array(7) };
  const { worth, isOptimal } = maximise(program, basis, 500);
  expect(isOptimal).toBe(true);
  expect(worth).toBeCloseTo(0.05, 12);
});
