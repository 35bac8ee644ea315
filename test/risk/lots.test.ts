import { expect, it } from "vitest";
import { toLots } from "../../lib/risk/lots.ts";

it.each([
  [37.03, 1, 37],
  [-37.03, 1, -37],
  [2.5, 1, 3],
  [-2.5, 1, -3],
  [149, 100, 100],
  [-0.2, 1, 0],
  [0.37, 0, 0.37],
])("rounds %d in lots of %d to %d", (amount, lot, expected) => {
  expect(toLots(amount, lot)).toBe(expected);
});
