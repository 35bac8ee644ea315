// Backtests of the shared vectors: 1e-10, relative or, where the expected value is 0, absolute.
import { expect, it } from "vitest";
import {
  acerbiSzekely,
  baselZone,
  christoffersen,
  exceptionsOf,
  kupiec,
} from "../../lib/risk/backtests.ts";
import { relativeError, vectors } from "./shared.ts";

type Vectors = {
  kupiec: {
    rows: [number, number, string, string, string][];
    published_non_rejection_95: [number, string, number | null, number | null][];
  };
  christoffersen: {
    indicator: string;
    p: string;
    expected: Record<"lr_uc" | "p_uc" | "lr_ind" | "p_ind" | "lr_cc" | "p_cc", string> & {
      T: number;
      exceptions: number;
      transitions: number[][];
    };
  }[];
  acerbi_szekely: {
    cases: (Record<"id" | "VaR" | "ES" | "p", string> & {
      returns: string[];
      expected: { T: number; exceptions: number; Z1: string; Z2: string };
    })[];
  };
  basel_traffic_light: { T: number; p: string; cumulative: [number, string][] };
};

const near = (actual: number, expected: string, what: string) =>
  expect(relativeError(actual, expected), `${what}: ${actual}, not ${expected}`).toBeLessThan(
    1e-10,
  );

const found = vectors<Vectors>("risk_backtests.json");

if (found === undefined) {
  it.skip("meets the shared vectors of backtests", () => {});
} else {
  it.each(found.kupiec.rows)("kupiec: %d days, %d exceptions at %s", (...row) => {
    const [observations, exceptions, p, ratio, pValue] = row;
    const result = kupiec({ observations, exceptions, probability: Number(p) });
    near(result.likelihoodRatio, ratio, "ratio");
    near(result.pValue, pValue, "p-value");
  });

  it.each(found.kupiec.published_non_rejection_95)(
    "kupiec's table: of %d days at %s, between %d and %d are not rejected",
    (observations, p, low, high) => {
      const isRejected = (exceptions: number) =>
        kupiec({ observations, exceptions, probability: Number(p) }).pValue < 0.05;
      // The table leaves none out below where it names no lower bound; the ratio itself rejects 0.
      const from = low === null ? 1 : low + 1;
      for (let exceptions = from; exceptions < (high ?? observations); exceptions++) {
        expect(isRejected(exceptions), `${exceptions}`).toBe(false);
      }
      if (low !== null) expect(isRejected(low)).toBe(true);
      if (high !== null) expect(isRejected(high)).toBe(true);
    },
  );

  it.each(found.christoffersen)("christoffersen: $expected.exceptions of $expected.T", (row) => {
    const { expected } = row;
    const result = christoffersen(
      [...row.indicator].map((digit) => digit === "1"),
      Number(row.p),
    );
    expect([result.observations, result.exceptions, result.transitions]).toEqual([
      expected.T,
      expected.exceptions,
      expected.transitions,
    ]);
    near(result.unconditional.likelihoodRatio, expected.lr_uc, "unconditional");
    near(result.unconditional.pValue, expected.p_uc, "its p-value");
    near(result.independence.likelihoodRatio, expected.lr_ind, "independence");
    near(result.independence.pValue, expected.p_ind, "its p-value");
    near(result.conditional.likelihoodRatio, expected.lr_cc, "conditional");
    near(result.conditional.pValue, expected.p_cc, "its p-value");
  });

  it.each(found.acerbi_szekely.cases)("acerbi and szekely: $id", (row) => {
    const returns = row.returns.map(Number);
    const result = acerbiSzekely({
      pnl: returns,
      valueAtRisk: Number(row.VaR),
      expectedShortfall: Number(row.ES),
      probability: Number(row.p),
    });
    expect([result.observations, result.exceptions]).toEqual([
      row.expected.T,
      row.expected.exceptions,
    ]);
    expect(exceptionsOf(returns, Number(row.VaR)).filter(Boolean)).toHaveLength(
      row.expected.exceptions,
    );
    near(result.z1!, row.expected.Z1, "Z1");
    near(result.z2, row.expected.Z2, "Z2");
  });

  it.each(found.basel_traffic_light.cumulative)(
    "basel: %d exceptions",
    (exceptions, cumulative) => {
      const { T: observations, p } = found.basel_traffic_light;
      const result = baselZone({ observations, exceptions, probability: Number(p) });
      near(result.cumulativeProbability, cumulative, "cumulative probability");
      const zone = exceptions <= 4 ? "green" : exceptions <= 9 ? "yellow" : "red";
      expect(result.zone).toBe(zone);
    },
  );
}
