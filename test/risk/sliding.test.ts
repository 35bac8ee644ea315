import fc from "fast-check";
import { expect, it } from "vitest";
import { SlidingTail } from "../../lib/risk/sliding.ts";
import { historicalTail } from "../../lib/risk/tail.ts";

it("is the tail of the window after every profit, for any profits", () => {
  const profit = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc.array(profit, { maxLength: 80 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0.5, 0.9, 0.975),
      (pnl, window, confidence) => {
        const sliding = new SlidingTail(window, confidence);
        for (const [at, value] of pnl.entries()) {
          sliding.push(value);
          expect(sliding.count).toBe(Math.min(at + 1, window));
          expect(sliding.tail()).toEqual(
            at + 1 < window
              ? undefined
              : historicalTail(pnl.slice(at + 1 - window, at + 1), confidence),
          );
        }
      },
    ),
  );
});

it("refuses what is no number and stays as it was", () => {
  const sliding = new SlidingTail(2, 0.5);
  for (const value of [-4, -2]) sliding.push(value);
  const before = sliding.tail();
  expect(() => sliding.push(Number.NaN)).toThrow("finite number");
  expect([sliding.tail(), sliding.count]).toEqual([before, 2]);
});

it.each([
  [0, 0.9, "from 1"],
  [2.5, 0.9, "whole number"],
  [10, 1, "between 0 and 1"],
])("refuses a window of %d at %d", (window, confidence, message) => {
  expect(() => new SlidingTail(window, confidence)).toThrow(message);
});
