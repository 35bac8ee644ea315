// American options against published values, a binomial tree, differences, and what holds for every one.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { americanGreeks, americanValue } from "../../lib/options/american.ts";
import { europeanGreeks, europeanValue, type OptionTerms } from "../../lib/options/european.ts";
import { table } from "../table.ts";
import { optionTerms, slope } from "./terms.ts";

const PUT: OptionTerms = {
  kind: "put",
  spot: 100,
  strike: 100,
  tauYears: 1,
  sigma: 0.25,
  rate: 0.05,
  dividendYield: 0.05,
};

const intrinsic = ({ kind, spot, strike }: OptionTerms) =>
  Math.max(0, kind === "call" ? spot - strike : strike - spot);

/** Cox, Ross and Rubinstein's tree, the mean of an even and an odd one. */
function tree(terms: OptionTerms, steps: number): number {
  const of = (count: number) => {
    const { kind, spot, strike, tauYears, sigma, rate, dividendYield } = terms;
    const dt = tauYears / count;
    const up = Math.exp(sigma * Math.sqrt(dt));
    const rise = (Math.exp((rate - dividendYield) * dt) - 1 / up) / (up - 1 / up);
    const discount = Math.exp(-rate * dt);
    const payoff = (at: number) => intrinsic({ ...terms, kind, strike, spot: spot * up ** at });
    const values = Array.from({ length: count + 1 }, (_, k) => payoff(2 * k - count));
    for (let step = count - 1; step >= 0; step--) {
      for (let k = 0; k <= step; k++) {
        const held = discount * (rise * values[k + 1]! + (1 - rise) * values[k]!);
        values[k] = Math.max(held, payoff(2 * k - step));
      }
    }
    return values[0]!;
  };
  return 0.5 * (of(steps) + of(steps + 1));
}

describe("published values", () => {
  it("are met: the standard case of Andersen, Lake and Offengenden", () => {
    const premium = (scheme: "fast" | "accurate") =>
      americanValue(PUT, scheme) - europeanValue(PUT);
    expect(Math.abs(premium("accurate") - 0.106952702747)).toBeLessThan(1e-9);
    expect(Math.abs(premium("fast") - 0.106952702747)).toBeLessThan(1e-5);
  });

  // Longstaff and Schwartz, Valuing American options by simulation, Review of Financial Studies 14 (2001), table 1, finite
  // differences with fifty dates a year: a little less than all dates are worth.
  const TABLE = table(`
    spot  sigma  tauYears  value
      36   0.20         1  4.478
      36   0.20         2  4.840
      36   0.40         1  7.101
      36   0.40         2  8.508
      40   0.20         1  2.314
      40   0.40         2  6.920
      44   0.20         1  1.110
      44   0.40         2  5.647
  `);
  it.each(TABLE)("are met: a put at $spot, $sigma, $tauYears years is $value", (row) => {
    const { value, ...rest } = row;
    const terms = { ...PUT, strike: 40, rate: 0.06, dividendYield: 0, ...rest } as OptionTerms;
    const more = americanValue(terms) - Number(value);
    expect(more).toBeGreaterThan(-1e-3);
    expect(more).toBeLessThan(0.015);
  });
});

describe("american options", () => {
  it.each([
    ["an ordinary put", {}],
    ["a call on what yields", { kind: "call", dividendYield: 0.08 }],
    ["a deep put", { spot: 85, sigma: 0.2 }],
    ["a yield above the rate", { rate: 0.02, dividendYield: 0.1, sigma: 0.4 }],
    ["a long life", { tauYears: 5 }],
    ["a negative yield", { dividendYield: -0.03 }],
    ["no rate and a negative yield", { rate: 0, dividendYield: -0.03 }],
    ["a call under a negative rate", { kind: "call", rate: -0.02, dividendYield: 0 }],
    ["a calm market", { sigma: 0.03, rate: 0.04, dividendYield: 0 }],
  ] as const)("agree with a tree: %s", (_, changed) => {
    const terms: OptionTerms = { ...PUT, ...changed };
    const wanted = tree(terms, 500);
    expect(Math.abs(americanValue(terms, "accurate") - wanted)).toBeLessThan(8e-3);
    expect(Math.abs(americanValue(terms, "fast") - wanted)).toBeLessThan(8e-3);
  });

  it("are worth at least the European and the intrinsic value, and the schemes agree", () => {
    fc.assert(
      fc.property(optionTerms, (drawn) => {
        const terms = { ...drawn, rate: Math.abs(drawn.rate) };
        const value = americanValue(terms);
        expect(value).toBeGreaterThanOrEqual(intrinsic(terms));
        const { strike, spot } = terms;
        expect(value).toBeGreaterThanOrEqual(europeanValue(terms));
        expect(value).toBeLessThanOrEqual(terms.kind === "put" ? strike : spot * 1.1);
        const accurate = americanValue(terms, "accurate");
        expect(Math.abs(value - accurate) / (strike + spot)).toBeLessThan(5e-6);
      }),
      { numRuns: 60 },
    );
  });

  it("are the same seen from the other side: spot and strike, rate and yield exchanged", () => {
    const { kind: _, ...terms } = { ...PUT, spot: 90, rate: 0.03 };
    const call = americanValue({ ...terms, kind: "call" });
    const put = americanValue({
      ...{ ...terms, kind: "put", spot: 100, strike: 90, rate: 0.05, dividendYield: 0.03 },
    });
    expect(call).toBeCloseTo(put, 12);
  });

  it("are European where waiting costs nothing", () => {
    for (const terms of [
      { ...PUT, kind: "call", dividendYield: 0 },
      { ...PUT, rate: 0 },
      { ...PUT, rate: -0.01, dividendYield: 0 },
    ] as OptionTerms[]) {
      expect(americanValue(terms)).toBe(europeanValue(terms));
      const { value, delta, gamma, vega, theta, rho } = europeanGreeks(terms);
      expect(americanGreeks(terms)).toEqual({ value, delta, gamma, vega, theta, rho });
    }
  });

  it("are held to expiry where that is worth more than what the boundary says", () => {
    const terms: OptionTerms = {
      ...{ kind: "put", spot: 20, strike: 47.6, tauYears: 0.0786, sigma: 0.8256 },
      ...{ rate: 0, dividendYield: -5e-324 },
    };
    const { value, delta, gamma, vega, theta, rho } = europeanGreeks(terms);
    expect(value).toBeGreaterThan(27.6);
    expect(americanValue(terms)).toBe(value);
    expect(americanGreeks(terms)).toEqual({ value, delta, gamma, vega, theta, rho });
  });

  it("are their intrinsic value, and move as it does, where exercising is best", () => {
    const flat = { gamma: 0, vega: 0, theta: 0, rho: 0 };
    expect(americanGreeks({ ...PUT, spot: 50 })).toEqual({ ...flat, value: 50, delta: -1 });
    const call: OptionTerms = { ...PUT, kind: "call", spot: 200, dividendYield: 0.1 };
    expect(americanGreeks(call)).toEqual({ ...flat, value: 100, delta: 1 });
  });

  it("lose nothing by more time and join their intrinsic value without a step", () => {
    let [before, last] = [0, 0];
    for (const tauYears of [0, 1e-6, 0.001, 0.1, 0.5, 1, 3, 10]) {
      const value = americanValue({ ...PUT, tauYears, spot: 95 });
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
    for (let spot = 60; spot < 70; spot += 0.05) {
      const value = americanValue({ ...PUT, spot });
      if (last > 0) {
        expect(last - value).toBeLessThan(0.05 + 1e-5);
        expect(last - value).toBeGreaterThan(0.04);
      }
      last = value;
    }
  });
});

describe("greeks", () => {
  it("are those of differences of accurate values", () => {
    const value = (terms: OptionTerms) => americanValue(terms, "accurate");
    for (const terms of [
      PUT,
      { ...PUT, spot: 80 },
      { ...PUT, kind: "call", spot: 110, dividendYield: 0.08 },
      { ...PUT, rate: 0.02, dividendYield: 0.1, sigma: 0.5, tauYears: 2 },
    ] as OptionTerms[]) {
      const delta = (of: OptionTerms) => americanGreeks(of, "accurate").delta;
      for (const [scheme, digits] of [
        ["accurate", 6],
        ["fast", 3],
      ] as const) {
        const greeks = americanGreeks(terms, scheme);
        expect(greeks.value).toBe(americanValue(terms, scheme));
        expect(greeks.delta).toBeCloseTo(slope(value, terms, "spot", 0.5), digits);
        expect(greeks.gamma).toBeCloseTo(slope(delta, terms, "spot", 0.5), digits);
        expect(greeks.vega / 100).toBeCloseTo(slope(value, terms, "sigma", 2e-3) / 100, digits);
        expect(greeks.theta / 100).toBeCloseTo(
          -slope(value, terms, "tauYears", 2e-3) / 100,
          digits,
        );
        expect(greeks.rho / 100).toBeCloseTo(slope(value, terms, "rate", 2e-4) / 100, digits);
      }
    }
  });
});

describe("limits", () => {
  it("at expiry are the intrinsic value", () => {
    const expired = { ...PUT, tauYears: 0, spot: 90 };
    expect(americanValue(expired)).toBe(10);
    expect(americanGreeks(expired)).toMatchObject({ value: 10, delta: -1, gamma: 0, theta: 0 });
  });

  it("without volatility are what exercising is worth at the best of times", () => {
    for (const changed of [
      { spot: 90, dividendYield: 0 },
      { spot: 90, rate: 0, dividendYield: 0.05 },
      { spot: 99, rate: 0.02, dividendYield: 0.1 },
      { spot: 101 },
      { kind: "call", spot: 120, dividendYield: 0.01, rate: 0.1, tauYears: 40 },
    ] as const) {
      const calm: OptionTerms = { ...PUT, ...changed, sigma: 0 };
      const { spot, strike, tauYears, rate, dividendYield } = calm;
      const sign = calm.kind === "call" ? 1 : -1;
      let best = 0;
      for (let time = 0; time <= tauYears; time += tauYears / 4000) {
        const spotLeg = spot * Math.exp(-dividendYield * time);
        best = Math.max(best, sign * (spotLeg - strike * Math.exp(-rate * time)));
      }
      const { value, delta, vega, theta } = americanGreeks(calm);
      expect(Math.abs(value - best)).toBeLessThan(1e-5);
      expect(americanValue(calm)).toBe(value);
      expect(vega).toBe(0);
      expect(delta).toBeCloseTo(slope(americanValue, calm, "spot", 1e-3), 6);
      if (tauYears === 1) {
        expect(theta).toBeCloseTo(-slope(americanValue, calm, "tauYears", 1e-4), 6);
      }
    }
  });

  it("are reached without a figure that is none", () => {
    for (const spot of [1e-3, 60, 100, 1e5]) {
      for (const tauYears of [1e-9, 1e-4, 1, 50]) {
        for (const sigma of [1e-6, 1e-3, 0.2, 5]) {
          for (const [rate, dividendYield] of [
            [1e-8, 0.1],
            [0.15, 0],
            [0.05, 0.05],
            [0, -0.1],
          ] as const) {
            const terms = { ...PUT, spot, tauYears, sigma, rate, dividendYield };
            const value = americanValue(terms);
            expect(value).toBeGreaterThanOrEqual(intrinsic(terms));
            expect(value, JSON.stringify(terms)).toBeLessThanOrEqual(
              terms.strike * Math.exp(1e-3) + 1e-6,
            );
          }
        }
      }
    }
  });

  it("are refused where there are two boundaries, with both rates named", () => {
    const terms = { ...PUT, rate: -0.01, dividendYield: -0.03 };
    const error = { code: "DEGENERATE_INPUT", details: { rate: "-0.01", dividendYield: "-0.03" } };
    expect(() => americanValue(terms)).toThrow(expect.objectContaining(error));
    expect(() => americanGreeks(terms)).toThrow("dividendYield below a negative rate");
    expect(() =>
      americanValue({ ...PUT, kind: "call", rate: -0.03, dividendYield: -0.01 }),
    ).toThrow('rate must be at least dividendYield, was "-0.03"');
    expect(() => americanValue({ ...PUT, spot: 0 })).toThrow("spot must be positive");
  });
});
