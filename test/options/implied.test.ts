// Implied volatilities of published prices, of our own values, and of prices that have none.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { europeanGreeks, europeanValue } from "../../lib/options/european.ts";
import { impliedVolatility, type PricedOption } from "../../lib/options/implied.ts";
import { optionTerms } from "./terms.ts";

// Hull, Options, Futures, and Other Derivatives, the chapter on Black-Scholes-Merton, section on implied volatilities.
const HULL: PricedOption = {
  kind: "call",
  spot: 21,
  strike: 20,
  tauYears: 0.25,
  rate: 0.1,
  dividendYield: 0,
  price: 1.875,
};

const sigmaOf = (option: PricedOption): number => {
  const found = impliedVolatility(option);
  return "sigma" in found ? found.sigma : Number.NaN;
};

it("finds the 23.5 % a year of Hull's example", () => {
  expect(sigmaOf(HULL)).toBeCloseTo(0.235, 3);
});

it("gives back the volatility a value was worked out with", () => {
  fc.assert(
    fc.property(optionTerms, (terms) => {
      const { value, vega } = europeanGreeks(terms);
      const { spotLeg, strikeLeg } = {
        spotLeg: terms.spot * Math.exp(-terms.dividendYield * terms.tauYears),
        strikeLeg: terms.strike * Math.exp(-terms.rate * terms.tauYears),
      };
      // A rounding of the price, over the slope, is what no solver can tell apart.
      const told = (4e-16 * (spotLeg + strikeLeg)) / vega;
      if (!(told < 1e-4 * terms.sigma)) return;
      const found = sigmaOf({ ...terms, price: value });
      expect(Math.abs(found - terms.sigma)).toBeLessThan(4e-14 * terms.sigma + 4 * told);
    }),
    { numRuns: 1000 },
  );
});

it("finds a volatility that gives the price, for any price between the bounds", () => {
  const share = fc.double({ min: 1e-9, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(optionTerms, share, (terms, between) => {
      const least = europeanValue({ ...terms, sigma: 0 });
      const most =
        terms.kind === "call"
          ? terms.spot * Math.exp(-terms.dividendYield * terms.tauYears)
          : terms.strike * Math.exp(-terms.rate * terms.tauYears);
      const price = least + (most - least) * between;
      const sigma = sigmaOf({ ...terms, price });
      const value = europeanValue({ ...terms, sigma });
      expect(Math.abs(value - price)).toBeLessThan(1e-13 * (terms.spot + terms.strike));
    }),
  );
});

describe("a price without a volatility", () => {
  const option: PricedOption = { ...HULL, rate: 0, spot: 110, strike: 100 };

  it.each([
    ["below_intrinsic", { price: 9.99 }],
    ["below_intrinsic", { price: -1 }],
    ["above_maximum", { price: 110 }],
    ["above_maximum", { kind: "put", price: 100 }],
    ["expired", { tauYears: 0 }],
    ["expired", { tauYears: -0.1 }],
    ["invalid", { price: Number.NaN }],
    ["invalid", { price: Infinity }],
    ["invalid", { spot: 0 }],
    ["invalid", { strike: -5 }],
    ["invalid", { tauYears: Number.NaN }],
    ["invalid", { rate: Infinity }],
    ["invalid", { dividendYield: Number.NaN }],
    ["invalid", { rate: 1e6 }],
  ] as const)("is called %s: %o", (reason, changed) => {
    expect(impliedVolatility({ ...option, ...changed })).toEqual({ reason });
  });

  it("is not the intrinsic value: that has volatility 0", () => {
    expect(impliedVolatility({ ...option, price: 10 })).toEqual({ sigma: 0 });
    expect(impliedVolatility({ ...option, kind: "put", price: 0 })).toEqual({ sigma: 0 });
  });
});
