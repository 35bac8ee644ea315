import { describe, expect, it } from "vitest";
import { americanValue } from "../../lib/options/american.ts";
import { americanValuer } from "../../lib/options/american-valuer.ts";
import type { OptionTerms } from "../../lib/options/european.ts";

const SPOTS = [40, 60, 75, 85, 92, 97, 100, 103, 110, 130, 180];
const terms = (change: Partial<OptionTerms>): OptionTerms => ({
  kind: "put",
  spot: 100,
  strike: 100,
  tauYears: 0.5,
  sigma: 0.3,
  rate: 0.05,
  dividendYield: 0.02,
  ...change,
});

const CASES = [
  terms({}),
  terms({ kind: "call", dividendYield: 0.08 }),
  terms({ tauYears: 5 / 365, rate: 0.1 }),
  terms({ tauYears: 3, rate: 0.03, dividendYield: 0.06 }),
  terms({ kind: "call", tauYears: 2, rate: 0.01, dividendYield: 0.03 }),
  terms({ kind: "call", dividendYield: 0 }),
  // Strong carry: low volatilities are solved by the other form.
  terms({ tauYears: 5, rate: 0.1, dividendYield: 0 }),
];

describe.each(CASES)(
  "a $kind of $tauYears years at rate $rate and yield $dividendYield",
  (given) => {
    it("has the values it has one by one", () => {
      const valueAt = americanValuer(given);
      for (const spot of SPOTS) {
        for (const sigma of [0.12, 0.3, 0.12, 0.8]) {
          const expected = americanValue({ ...given, spot, sigma });
          expect(Math.abs(valueAt(spot, sigma) - expected)).toBeLessThan(1e-10);
        }
      }
    });

    it("keeps to them over a range of volatilities, at its ends, and outside", () => {
      const valueAt = americanValuer(given, { lowest: 0.1, highest: 0.6 });
      let worst = 0;
      for (const spot of SPOTS) {
        for (let sigma = 0.08; sigma < 0.65; sigma += 0.0125) {
          const expected = americanValue({ ...given, spot, sigma });
          worst = Math.max(worst, Math.abs(valueAt(spot, sigma) - expected));
        }
        expect(valueAt(spot, 0.6)).toBeCloseTo(americanValue({ ...given, spot, sigma: 0.6 }), 10);
      }
      // The scheme itself is within 2e-4.
      expect(worst).toBeLessThan(1e-4);
    });
  },
);
