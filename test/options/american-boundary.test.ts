// The exercise boundary against its limits: at expiry, without end, and in its shape between.
import { expect, it } from "vitest";
import { type AmericanPut, exerciseBoundary } from "../../lib/options/american-boundary.ts";
import { schemeOf } from "../../lib/options/american-scheme.ts";

const PUT: AmericanPut = {
  spot: 100,
  strike: 100,
  tauYears: 1,
  sigma: 0.25,
  rate: 0.05,
  dividendYield: 0.05,
};

/** From the whole time to expiry down. */
const boundaryOf = (put: AmericanPut, name: "fast" | "accurate" = "accurate") => {
  const { atExpiry, squares } = exerciseBoundary(put, schemeOf(name));
  return { atExpiry, at: [...squares].map((square) => atExpiry * Math.exp(-Math.sqrt(square))) };
};

/** Merton, Theory of rational option pricing, Bell Journal of Economics 4 (1973), pages 141-183: no end to it. */
function perpetual({ strike, sigma, rate, dividendYield }: AmericanPut): number {
  const shift = (rate - dividendYield) / sigma ** 2 - 0.5;
  const power = -shift - Math.sqrt(shift ** 2 + (2 * rate) / sigma ** 2);
  return (strike * power) / (power - 1);
}

it("ends at the strike, or where the yield earns what the strike's interest does", () => {
  expect(boundaryOf(PUT).atExpiry).toBe(100);
  expect(boundaryOf({ ...PUT, dividendYield: 0 }).atExpiry).toBe(100);
  expect(boundaryOf({ ...PUT, dividendYield: 0.1 }).atExpiry).toBe(50);
});

it.each([
  ["equal rates", {}],
  ["a yield above the rate", { rate: 0.02, dividendYield: 0.1 }],
  ["carry that is strong beside the volatility", { sigma: 0.03, dividendYield: 0 }],
  ["a wild market", { sigma: 1.5 }],
] as const)("falls with time to expiry and stays above that without end: %s", (_, changed) => {
  const put = { ...PUT, ...changed };
  const { at, atExpiry } = boundaryOf(put);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(at[0]).toBeGreaterThan(perpetual(put));
  expect(at.at(-1)).toBeLessThanOrEqual(atExpiry);
});

it("comes to that without end after a hundred years, whose strike is worth little", () => {
  const put = { ...PUT, tauYears: 150, dividendYield: 0.01 };
  expect(boundaryOf(put).at[0]! / perpetual(put)).toBeCloseTo(1, 3);
});

it("is the same by both schemes to what the fast one promises, and by both forms where they meet", () => {
  const [fast, accurate] = [boundaryOf(PUT, "fast"), boundaryOf(PUT, "accurate")];
  expect(Math.abs(fast.at[0]! - accurate.at[0]!)).toBeLessThan(0.5);
  // The form changes where carry sqrt(tau) is 0.65 deviations.
  const beside = (share: number) =>
    boundaryOf({ ...PUT, dividendYield: 0, sigma: (0.05 / 0.65) * share }).at[0]!;
  expect(Math.abs(beside(1 - 1e-9) - beside(1 + 1e-9))).toBeLessThan(1e-4);
});

it("is proportional to the strike, and the spot does not move it", () => {
  const base = boundaryOf(PUT).at;
  const scaled = boundaryOf({ ...PUT, strike: 200, spot: 7 }).at;
  expect(scaled.map((spot) => spot / 2)).toEqual(base);
});
