// Implied volatilities of exact double prices: within 4 rounding errors times what the input amplifies.
import { expect, it } from "vitest";
import { type ImpliedVolatility, impliedVolatility } from "../../lib/options/implied.ts";
import { named, onVectors, type Row, type Vectors, worst } from "./vectors.ts";

const EPSILON = 2.220446049250313e-16;

const solve = (row: Row): ImpliedVolatility =>
  impliedVolatility({
    kind: row.type === "C" ? "call" : "put",
    spot: Number(row.S),
    strike: Number(row.K),
    tauYears: Number(row.T),
    rate: Number(row.r),
    dividendYield: Number(row.q),
    price: Number(row.price),
  });

type Edge = Row & Readonly<{ expect: string; note?: string }>;

onVectors<Vectors & { edge_cases: Edge[] }>("implied_vol", (file) => {
  const rows = named(file);
  const regimes = [...new Set(rows.map((row) => row.regime))];

  it("has 2,400 of them", () => {
    expect(rows).toHaveLength(2400);
  });

  it.each(regimes)("finds every one of the regime %s", (regime) => {
    const { ratio, what } = worst(
      rows
        .filter((row) => row.regime === regime)
        .map((row) => {
          const found = solve(row);
          const sigma = "sigma" in found ? found.sigma : Number.NaN;
          const allowed = 4 * EPSILON * Math.max(1, Number(row.cond_total));
          return { ratio: Math.abs(sigma / Number(row.iv) - 1) / allowed, what: { row, found } };
        }),
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });

  it.each(file.edge_cases)("answers $expect at spot $S, strike $K, price $price", (edge) => {
    const wanted = edge.expect === "zero_vol" ? { sigma: 0 } : { reason: edge.expect };
    expect(solve(edge)).toEqual(wanted);
  });
});
