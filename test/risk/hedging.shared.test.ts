// Hedges, option books and components of the shared vectors: relative 1e-10.
import { describe, expect, it } from "vitest";
import { componentShortfall, totalPnl } from "../../lib/risk/components.ts";
import { greekNeutralHedge } from "../../lib/risk/greek-neutral.ts";
import {
  hedgeContracts,
  minimumVarianceHedge,
  minimumVarianceHoldings,
} from "../../lib/risk/hedging.ts";
import {
  type Market,
  type Position,
  portfolioGreeks,
  positionGreeks,
} from "../../lib/risk/positions.ts";
import { deltaGammaVega, revalue } from "../../lib/risk/revaluation.ts";
import { historicalTail } from "../../lib/risk/tail.ts";
import { relativeError, vectors } from "./shared.ts";

type Risk = { var: string; es: string; var_type7: string };
type Greeks = { delta: string; gamma?: string; vega?: string };
type Neutral = {
  source: string;
  portfolio: Greeks;
  target: string[];
  instruments: (string | (Greeks & { id: string }))[];
  expected: Record<string, string>;
} & Partial<Record<"S" | "K" | "r" | "q" | "sigma" | "T", string>>;
type Vectors = {
  min_variance_single: Record<
    "h" | "rho" | "sigma_f" | "sigma_s" | "contracts_unrounded",
    string
  > & {
    hedge_changes: string[];
    exposure_changes: string[];
    contracts: number;
  };
  min_variance_multi: Record<"unhedged_variance" | "hedged_variance" | "effectiveness", string> & {
    portfolio_returns: string[];
    hedge_returns: string[][];
    hedge_ratios: string[];
  };
  greek_neutral: Neutral[];
  option_book: Record<"S" | "r" | "q" | "stock" | "value", string> & {
    multiplier: number;
    options: Record<"type" | "K" | "T" | "iv" | "qty", string>[];
    scenarios: [string, string][];
    greeks: Record<"delta" | "gamma" | "vega" | "theta", string>;
    pnl: string[];
    delta_gamma_vega_pnl: string[];
    full_reval: Record<string, Risk>;
    delta_gamma_vega: Record<string, Risk>;
  };
  component_es: {
    alpha: string;
    position_values: number[];
    returns: string[][];
    portfolio: Risk;
    component_es: string[];
  };
};

const RELATIVE = 1e-10;
const YEAR_MS = 365 * 86_400_000;
const near = (actual: number, expected: string | number, what: string) =>
  expect(relativeError(actual, expected), `${what}: ${actual}, not ${expected}`).toBeLessThan(
    RELATIVE,
  );

const found = vectors<Vectors>("risk_hedging.json");

if (found === undefined) {
  it.skip("meets the shared vectors of hedging", () => {});
} else {
  it("has the textbook's cross hedge", () => {
    const { hedge_changes, exposure_changes, ...expected } = found.min_variance_single;
    const hedge = minimumVarianceHedge(exposure_changes.map(Number), hedge_changes.map(Number));
    near(hedge.hedgeRatio, expected.h, "ratio");
    near(hedge.correlation, expected.rho, "correlation");
    near(hedge.hedgeSigma, expected.sigma_f, "sigma of the hedge");
    near(hedge.exposureSigma, expected.sigma_s, "sigma of the exposure");
    const contracts = hedgeContracts({ ...hedge, exposureUnits: 2_000_000, contractUnits: 42_000 });
    near(contracts.unrounded, expected.contracts_unrounded, "contracts");
    expect(contracts.rounded).toBe(expected.contracts);
  });

  it("hedges with several instruments", () => {
    const { portfolio_returns, hedge_returns, hedge_ratios, ...expected } =
      found.min_variance_multi;
    const instruments = hedge_ratios.map((_, column) =>
      Float64Array.from(hedge_returns, (row) => Number(row[column])),
    );
    const hedge = minimumVarianceHoldings(portfolio_returns.map(Number), instruments);
    for (const [at, ratio] of hedge_ratios.entries()) near(hedge.holdings[at]!, ratio, `${at}`);
    near(hedge.unhedgedVariance, expected.unhedged_variance, "unhedged");
    near(hedge.hedgedVariance, expected.hedged_variance, "hedged");
    near(hedge.effectiveness, expected.effectiveness, "effectiveness");
    expect(hedge.ridge).toBe(0);
  });

  it.each(found.greek_neutral)("neutral: $source", (row) => {
    const { portfolio, target, expected } = row;
    const own = (greeks: Greeks) => ({
      delta: Number(greeks.delta),
      gamma: Number(greeks.gamma ?? 0),
      vega: Number(greeks.vega ?? 0),
    });
    const instruments = row.instruments.map((instrument) =>
      typeof instrument === "string"
        ? { id: instrument, ...optionGreeks(row, instrument as "call" | "put") }
        : { id: instrument.id, ...own(instrument) },
    );
    const underlying = instruments.some(({ id }) => id === "stock");
    const options = instruments.filter(({ id }) => id !== "stock");
    const hedge = greekNeutralHedge({
      portfolio: own(portfolio),
      instruments: options,
      target: target.includes("vega") ? "delta_gamma_vega" : "delta_gamma",
      ...(underlying ? { underlyingLot: 0 } : {}),
    });
    for (const [at, { id }] of options.entries()) near(hedge.holdings[at]!, expected[id]!, id);
    if (underlying) near(hedge.underlying, expected.stock!, "stock");
    for (const name of target as ("delta" | "gamma" | "vega")[]) {
      expect(Math.abs(hedge.residual[name]), `residual ${name}`).toBeLessThan(1e-8);
    }
  });

  describe("the option book", () => {
    const { option_book: book } = found;
    const nowMs = 1_700_000_000_000;
    const market: Market = {
      spots: new Map([["S", Number(book.S)]]),
      rate: Number(book.r),
      dividendYields: new Map([["S", Number(book.q)]]),
      nowMs,
    };
    const positions: Position[] = [
      { kind: "stock", symbol: "S", quantity: Number(book.stock) },
      ...book.options.map(
        ({ type, K, T, iv, qty }): Position => ({
          kind: "option",
          underlying: "S",
          option: type === "C" ? "call" : "put",
          style: "european",
          strike: Number(K),
          expiry: nowMs + Number(T) * YEAR_MS,
          quantity: Number(qty),
          multiplier: book.multiplier,
          impliedVolatility: Number(iv),
        }),
      ),
    ];
    const scenarios = {
      returns: new Map([["S", Float64Array.from(book.scenarios, ([a]) => Number(a))]]),
      volatilityShifts: Float64Array.from(book.scenarios, ([, b]) => Number(b)),
    };

    it("has the expected value and greeks", () => {
      const greeks = portfolioGreeks(positions, market);
      near(greeks.valueUsd, book.value, "value");
      near(greeks.deltaUsdPerPercent, Number(book.greeks.delta), "delta"); // At a spot of 100.
      const each = positions.map((position) => positionGreeks(position, market));
      const sum = (name: keyof (typeof each)[number]) =>
        each.reduce((total, greek) => total + greek[name], 0);
      near(sum("deltaShares"), book.greeks.delta, "delta");
      near(sum("gammaSharesPerUsd"), book.greeks.gamma, "gamma");
      near(sum("vegaUsdPerPoint") * 100, book.greeks.vega, "vega");
      near(sum("thetaUsdPerDay") * 365, book.greeks.theta, "theta");
    });

    it.each([
      ["full revaluation", revalue, book.pnl, book.full_reval],
      ["delta-gamma-vega", deltaGammaVega, book.delta_gamma_vega_pnl, book.delta_gamma_vega],
    ] as const)("has every scenario by %s", (_, method, expected, risks) => {
      const pnl = totalPnl(method(positions, market, scenarios));
      expect(pnl).toHaveLength(expected.length);
      const scale = Number(book.value);
      for (const [at, value] of expected.entries()) {
        // A profit is the difference of two values, so its error is measured by them.
        expect(Math.abs(pnl[at]! - Number(value)), `scenario ${at}`).toBeLessThan(1e-12 * scale);
      }
      for (const [alpha, risk] of Object.entries(risks)) {
        const tail = historicalTail(pnl, Number(alpha));
        near(tail.valueAtRisk, risk.var, "value at risk");
        near(tail.expectedShortfall, risk.es, "shortfall");
        near(tail.valueAtRiskType7, risk.var_type7, "type 7");
      }
    });
  });

  it("shares the shortfall out among positions", () => {
    const { alpha, position_values, returns, portfolio, component_es } = found.component_es;
    const positions = position_values.map((value, column) =>
      Float64Array.from(returns, (row) => value * Number(row[column])),
    );
    const tail = historicalTail(totalPnl(positions), Number(alpha));
    near(tail.valueAtRisk, portfolio.var, "value at risk");
    near(tail.expectedShortfall, portfolio.es, "shortfall");
    near(tail.valueAtRiskType7, portfolio.var_type7, "type 7");
    const components = componentShortfall(positions, Number(alpha));
    for (const [at, expected] of component_es.entries()) near(components[at]!, expected, `${at}`);
  });

  /** Greeks of the call and the put of a vector's own market, per share. */
  function optionGreeks(row: Neutral, option: "call" | "put") {
    const market: Market = {
      spots: new Map([["S", Number(row.S)]]),
      rate: Number(row.r),
      dividendYields: new Map([["S", Number(row.q)]]),
      nowMs: 0,
    };
    const { deltaShares, gammaSharesPerUsd } = positionGreeks(
      {
        kind: "option",
        underlying: "S",
        option,
        style: "european",
        strike: Number(row.K),
        expiry: Number(row.T) * YEAR_MS,
        quantity: 1,
        multiplier: 1,
        impliedVolatility: Number(row.sigma),
      },
      market,
    );
    return { delta: deltaShares, gamma: gammaSharesPerUsd, vega: 0 };
  }
}
