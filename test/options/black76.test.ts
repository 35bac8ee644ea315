// Published values of options on futures, and what an option on a future shares with one on its underlying.
import fc from "fast-check";
import { expect, it } from "vitest";
import { black76Greeks, black76Value, type FutureOptionTerms } from "../../lib/options/black76.ts";
import { europeanGreeks } from "../../lib/options/european.ts";
import { table } from "../table.ts";
import { optionTerms } from "./terms.ts";

// Haug, Option Pricing Formulas (1998), page 6; Hull, Options, Futures, and Other Derivatives, the example of a put on
// crude oil futures in the chapter on futures options.
const PUBLISHED = table(`
  kind  forward  strike  tauYears  sigma  rate   value   unit
  call       19      19      0.75   0.28  0.10  1.7011   1e-4
  put        19      19      0.75   0.28  0.10  1.7011   1e-4
  put        20      20    0.3333   0.25  0.09    1.12   1e-2
`);

it.each(PUBLISHED)("$kind on $forward of strike $strike is worth $value", (row) => {
  const { value, unit, ...terms } = row;
  const actual = black76Value(terms as FutureOptionTerms);
  expect(Math.abs(actual - Number(value))).toBeLessThan(Number(unit));
});

it("is worth what an option on the spot is, and moves with the forward", () => {
  fc.assert(
    fc.property(optionTerms, (terms) => {
      const { spot, rate, dividendYield, tauYears } = terms;
      const growth = Math.exp((rate - dividendYield) * tauYears);
      const onFuture = black76Greeks({ ...terms, forward: spot * growth });
      const onSpot = europeanGreeks(terms);
      const close = (actual: number, wanted: number, scale: number) =>
        expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(1e-11 * scale);
      close(onFuture.value, onSpot.value, spot + terms.strike);
      close(onFuture.delta * growth, onSpot.delta, growth);
      close(onFuture.vega, onSpot.vega, spot + terms.strike);
      // With the forward held, the rate only discounts.
      expect(onFuture.rho).toBe(-tauYears * onFuture.value);
    }),
  );
});

it("keeps put-call parity with the discounted forward", () => {
  fc.assert(
    fc.property(optionTerms, ({ spot: forward, ...terms }) => {
      const [call, put] = (["call", "put"] as const).map((kind) =>
        black76Value({ ...terms, kind, forward }),
      ) as [number, number];
      const parity = Math.exp(-terms.rate * terms.tauYears) * (forward - terms.strike);
      expect(Math.abs(call - put - parity)).toBeLessThan(1e-13 * (forward + terms.strike));
    }),
  );
});

it("refuses a forward that is not positive and names it", () => {
  const terms = { kind: "call", strike: 20, tauYears: 1, sigma: 0.2, rate: 0 } as const;
  for (const forward of [0, -37.63, Number.NaN]) {
    for (const figure of [black76Value, black76Greeks]) {
      expect(() => figure({ ...terms, forward })).toThrow(
        `forward must be positive and finite, was "${forward}"`,
      );
    }
  }
});
