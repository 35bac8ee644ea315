import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placesOf, ratioText } from "../../lib/orders/ratio.ts";

describe("a ratio of steps as text", () => {
  it.each([
    [3n, 2n, "0.01", 3, "0.015"],
    // (30 x 100.00 + 5 x 100.03) / 35 = 100.00428571428...
    [30n * 10_000n + 5n * 10_003n, 35n, "0.01", 8, "100.00428571"],
    [2n, 3n, "1", 4, "0.6667"],
    [1n, 2n, "1", 0, "1"],
    [-1n, 2n, "0.01", 3, "-0.005"],
    [-1n, 1000n, "0.01", 2, "0.00"],
    [20_260n, 2n, "0.01", 8, "101.30"],
    [100n, 1n, "5", 2, "500"],
    [9_007_199_254_740_991n * 3n, 3n, "0.000000001", 9, "9007199.254740991"],
  ] as const)("%s / %s of %s to %i places is %5$s", (over, under, step, places, text) => {
    expect(ratioText(over, under, step, places)).toBe(text);
  });

  it("is never further from the ratio than half of its last place", () => {
    const count = fc.bigInt(0n, 10n ** 18n);
    fc.assert(
      fc.property(
        count,
        fc.bigInt(1n, 10n ** 12n),
        fc.integer({ min: 2, max: 10 }),
        (over, under, places) => {
          const text = ratioText(over, under, "0.01", places);
          expect(placesOf(text)).toBeLessThanOrEqual(places);
          const [whole = "", fraction = ""] = text.split(".");
          const told = BigInt(whole + fraction.padEnd(places, "0"));
          // told / 10^places against over / (100 x under), times 100 x under x 10^places
          const off = told * 100n * under - over * 10n ** BigInt(places);
          expect((off < 0n ? -off : off) * 2n).toBeLessThanOrEqual(100n * under);
        },
      ),
    );
  });
});
