import { describe, expect, it } from "vitest";
import type { OptionPosition } from "../../lib/risk/positions.ts";
import { optionGreeks, optionTerms, optionValue, optionValuer } from "../../lib/risk/pricing.ts";
import { MARKET, NOW_MS, option } from "./book.ts";

const worth = (position: OptionPosition, spot = 100) =>
  optionValue(position.style, optionTerms(position, MARKET, spot));

it("counts the time to expiry to the ms, over years of 365 days", () => {
  const terms = optionTerms(option({ expiry: NOW_MS + 43_200_000 }), MARKET, 100);
  expect(terms.tauYears).toBeCloseTo(0.5 / 365, 15);
  expect(terms).toMatchObject({ kind: "call", spot: 100, rate: 0.04, dividendYield: 0.01 });
  expect(optionTerms(option({ underlying: "BETA" }), MARKET, 40).dividendYield).toBe(0);
});

describe("an American option", () => {
  const american = (change: Partial<OptionPosition> = {}) =>
    option({ style: "american", ...change });

  it("is worth as much as a European one where waiting costs nothing", () => {
    const call = { underlying: "BETA", strike: 40 };
    expect(worth(american(call), 40)).toBe(worth(option(call), 40));
  });

  it("is worth more where interest on the strike is waited for", () => {
    const put = { option: "put", strike: 110 } as const;
    expect(worth(american(put))).toBeGreaterThan(worth(option(put)) + 0.1);
  });

  it("is worth its exercise where that is best, and moves one for one", () => {
    const deep = american({ option: "put", strike: 250 });
    expect(worth(deep)).toBe(150);
    const greeks = optionGreeks("american", optionTerms(deep, MARKET, 100));
    expect(greeks).toMatchObject({ value: 150, delta: -1, gamma: 0, vega: 0 });
  });

  it("is never worth less than exercise, nor than a European one", () => {
    for (const strike of [60, 80, 95, 100, 105, 120, 160]) {
      for (const kind of ["call", "put"] as const) {
        const given = { option: kind, strike };
        const intrinsic = Math.max(0, kind === "call" ? 100 - strike : strike - 100);
        expect(worth(american(given))).toBeGreaterThanOrEqual(intrinsic);
        expect(worth(american(given))).toBeGreaterThanOrEqual(worth(option(given)));
      }
    }
  });
});

it("has the same values where one option is valued at many spots and volatilities", () => {
  for (const style of ["european", "american"] as const) {
    for (const kind of ["call", "put"] as const) {
      const terms = { ...optionTerms(option({ option: kind }), MARKET, 100), dividendYield: 0.05 };
      const valueAt = optionValuer(style, terms);
      for (const spot of [60, 85, 99, 104, 130, 170]) {
        for (const sigma of [0.1, 0.25, 0.1, 0.6]) {
          const expected = optionValue(style, { ...terms, spot, sigma });
          expect(Math.abs(valueAt(spot, sigma) - expected)).toBeLessThan(1e-11);
        }
      }
    }
  }
});
