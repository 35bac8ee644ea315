// Published values and Greeks, limits, parity, bounds, and every Greek against differences of values.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  europeanGreeks,
  europeanValue,
  type Greeks,
  type OptionTerms,
} from "../../lib/options/european.ts";
import { table } from "../table.ts";
import { optionTerms, slope } from "./terms.ts";

// Haug, Option Pricing Formulas (1998), pages 2-8 and 24.
const HAUG = table(`
  kind  strike    spot  dividendYield  rate  tauYears  sigma    value
  call   65.00   60.00           0.00  0.08      0.25   0.30   2.1334
  put    95.00  100.00           0.05  0.10      0.50   0.20   2.4648
  put    19.00   19.00           0.10  0.10      0.75   0.28   1.7011
  call   19.00   19.00           0.10  0.10      0.75   0.28   1.7011
  call    1.60    1.56           0.08  0.06      0.50   0.12   0.0291
  put    70.00   75.00           0.05  0.10      0.50   0.35   4.0870
  call  100.00   90.00           0.10  0.10      0.10   0.15   0.0205
  call  100.00  100.00           0.10  0.10      0.10   0.15   1.8734
  call  100.00  110.00           0.10  0.10      0.10   0.15   9.9413
  call  100.00  110.00           0.10  0.10      0.50   0.35  15.3086  -- deep in the money
`);

// Haug, The Complete Guide to Option Pricing Formulas (2nd ed.), chapter 2; Hull, Options, Futures, and Other
// Derivatives, the chapter on Greek letters (spot 49, strike 50, 20 weeks).
const GREEKS = table(`
  figure  kind  spot  strike  tauYears  rate  dividendYield  sigma     wanted  unit
  delta   call   105     100      0.50  0.10           0.10   0.36     0.5946  1e-4
  delta   put    105     100      0.50  0.10           0.10   0.36    -0.3566  1e-4
  gamma   call    55      60      0.75  0.10           0.00   0.30     0.0278  1e-4
  vega    put     55      60      0.75  0.10           0.00   0.30    18.9358  1e-4
  theta   put    430     405    0.0833  0.07           0.05   0.20   -31.1924  1e-4
  rho     call    72      75      1.00  0.09           0.00   0.19    38.7325  1e-4
  charm   put    105      90      0.25  0.14           0.14   0.24     0.3700  1e-4
  volga   call    90     130      0.75  0.05           0.05   0.28    92.3444  1e-4
  value   call    49      50    0.3846  0.05           0.00   0.20       2.40  1e-2
  delta   call    49      50    0.3846  0.05           0.00   0.20      0.522  1e-3
  gamma   call    49      50    0.3846  0.05           0.00   0.20      0.066  1e-3
  vega    call    49      50    0.3846  0.05           0.00   0.20       12.1  1e-1
  theta   call    49      50    0.3846  0.05           0.00   0.20      -4.31  1e-2
  rho     call    49      50    0.3846  0.05           0.00   0.20       8.91  1e-2
`);

describe("published figures", () => {
  it.each(HAUG)("$kind of strike $strike at $spot is worth $value", ({ value, ...terms }) => {
    const actual = europeanValue(terms as OptionTerms);
    expect(Math.abs(actual - Number(value))).toBeLessThan(1e-4);
  });

  it.each(GREEKS)("$figure of a $kind at $spot, strike $strike, is $wanted", (row) => {
    const { figure, wanted, unit, ...terms } = row;
    const actual = europeanGreeks(terms as OptionTerms)[figure as keyof Greeks];
    expect(Math.abs(actual - Number(wanted))).toBeLessThan(Number(unit));
  });
});

const legs = ({ spot, strike, tauYears, rate, dividendYield }: OptionTerms) => ({
  spotLeg: spot * Math.exp(-dividendYield * tauYears),
  strikeLeg: strike * Math.exp(-rate * tauYears),
});

describe("european options", () => {
  it("keep put-call parity, in value and in Greeks", () => {
    fc.assert(
      fc.property(optionTerms, (terms) => {
        const call = europeanGreeks({ ...terms, kind: "call" });
        const put = europeanGreeks({ ...terms, kind: "put" });
        const { spotLeg, strikeLeg } = legs(terms);
        const allowed = 1e-13 * (spotLeg + strikeLeg);
        expect(Math.abs(call.value - put.value - (spotLeg - strikeLeg))).toBeLessThan(allowed);
        expect(Math.abs(call.delta - put.delta - spotLeg / terms.spot)).toBeLessThan(1e-13);
        expect([put.gamma, put.vega, put.vanna, put.volga]).toEqual([
          call.gamma,
          call.vega,
          call.vanna,
          call.volga,
        ]);
      }),
    );
  });

  it("are worth no less than the forward's intrinsic value and no more than what they are on", () => {
    fc.assert(
      fc.property(optionTerms, (terms) => {
        const { spotLeg, strikeLeg } = legs(terms);
        const value = europeanValue(terms);
        const ahead = terms.kind === "call" ? spotLeg - strikeLeg : strikeLeg - spotLeg;
        const most = terms.kind === "call" ? spotLeg : strikeLeg;
        expect(value).toBeGreaterThanOrEqual(Math.max(ahead, 0));
        expect(value).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("have the Greeks that differences of their values have", () => {
    const value = (terms: OptionTerms) => europeanGreeks(terms).value;
    const delta = (terms: OptionTerms) => europeanGreeks(terms).delta;
    const vega = (terms: OptionTerms) => europeanGreeks(terms).vega;
    fc.assert(
      fc.property(optionTerms, (terms) => {
        const greeks = europeanGreeks(terms);
        const { spot, tauYears, sigma } = terms;
        // Steps as wide as the value bends in, so that neither rounding nor the fifth derivative is seen.
        const width = sigma * Math.sqrt(tauYears);
        const [wide, brief] = [spot * width * 0.005, tauYears * Math.min(1, width) * 0.005];
        const near = (name: keyof Greeks, found: number, scale: number) =>
          expect(Math.abs(greeks[name] - found) / scale, name).toBeLessThan(1e-6);
        near("delta", slope(value, terms, "spot", wide), 1);
        near("gamma", slope(delta, terms, "spot", wide), 1 / (spot * width));
        near("vega", slope(value, terms, "sigma", sigma * 0.005), spot + terms.strike);
        near("theta", -slope(value, terms, "tauYears", brief), (spot * (1 + sigma)) / tauYears);
        near("rho", slope(value, terms, "rate", 1e-4), 10 * (spot + terms.strike));
        near("psi", slope(value, terms, "dividendYield", 1e-4), 10 * (spot + terms.strike));
        near("vanna", slope(delta, terms, "sigma", sigma * 0.005), 1 / sigma);
        near("charm", -slope(delta, terms, "tauYears", brief), 1 / tauYears);
        near("volga", slope(vega, terms, "sigma", sigma * 0.005), (spot + terms.strike) / sigma);
      }),
    );
  });
});

const AT_EXPIRY: OptionTerms = {
  kind: "call",
  spot: 105,
  strike: 100,
  tauYears: 0,
  sigma: 0.2,
  rate: 0.05,
  dividendYield: 0.01,
};

describe("limits", () => {
  it("are the intrinsic value at expiry, that nothing moves but the spot", () => {
    const flat = { gamma: 0, vega: 0, theta: 0, rho: 0, psi: 0, vanna: 0, charm: 0, volga: 0 };
    const plain = (terms: OptionTerms) =>
      Object.fromEntries(Object.entries(europeanGreeks(terms)).map(([k, v]) => [k, v + 0]));
    expect(plain(AT_EXPIRY)).toEqual({ ...flat, value: 5, delta: 1 });
    expect(plain({ ...AT_EXPIRY, spot: 95 })).toEqual({ ...flat, value: 0, delta: 0 });
    expect(plain({ ...AT_EXPIRY, spot: 100 })).toEqual({ ...flat, value: 0, delta: 0.5 });
    expect(plain({ ...AT_EXPIRY, spot: 95, kind: "put" })).toEqual({
      ...flat,
      value: 5,
      delta: -1,
    });
  });

  it("without volatility are those of a small one", () => {
    const calm = { ...AT_EXPIRY, tauYears: 1, sigma: 0 };
    const [limit, close] = [europeanGreeks(calm), europeanGreeks({ ...calm, sigma: 1e-4 })];
    for (const name of Object.keys(limit) as (keyof Greeks)[]) {
      expect(limit[name], name).toBeCloseTo(close[name], 10);
    }
  });

  it("are reached without a figure that is none", () => {
    for (const spot of [1e-300, 1e-5, 99.999, 100, 100.001, 1e5, 1e300]) {
      for (const tauYears of [5e-324, 1e-300, 1e-12, 1, 1e3]) {
        for (const sigma of [5e-324, 1e-160, 1e-8, 0.2, 50]) {
          const greeks = europeanGreeks({ ...AT_EXPIRY, spot, tauYears, sigma });
          expect(Object.entries(greeks).filter(([, value]) => Number.isNaN(value))).toEqual([]);
        }
      }
    }
  });
});

it.each([
  ["spot", 0],
  ["spot", Infinity],
  ["strike", -1],
  ["tauYears", -1e-9],
  ["sigma", Number.NaN],
  ["sigma", Infinity],
  ["rate", Infinity],
  ["dividendYield", Number.NaN],
])("refuses a %s of %d and names it", (name, value) => {
  for (const figure of [europeanValue, europeanGreeks]) {
    expect(() => figure({ ...AT_EXPIRY, [name]: value })).toThrow(
      expect.objectContaining({ code: "DEGENERATE_INPUT", details: { [name]: String(value) } }),
    );
  }
});
