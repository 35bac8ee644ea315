// Options for properties: three years around the money, volatilities from calm to wild, rates of either sign.
import fc from "fast-check";
import type { OptionTerms } from "../../lib/options/european.ts";

const within = (min: number, max: number) => fc.double({ min, max, noNaN: true });

export const optionTerms: fc.Arbitrary<OptionTerms> = fc.record({
  kind: fc.constantFrom("call", "put"),
  spot: within(20, 500),
  strike: within(20, 500),
  tauYears: within(0.02, 3),
  sigma: within(0.05, 1.5),
  rate: within(-0.03, 0.12),
  dividendYield: within(-0.02, 0.12),
});

/** The derivative of a value by one of its terms, from two values beside it on either side (fourth order). */
export function slope(
  figure: (terms: OptionTerms) => number,
  terms: OptionTerms,
  by: "spot" | "tauYears" | "sigma" | "rate" | "dividendYield",
  step: number,
): number {
  const at = (steps: number) => figure({ ...terms, [by]: terms[by] + steps * step });
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
}
