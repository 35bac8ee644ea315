import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawdowns, performanceSummary } from "../../lib/index/statistics.ts";

const NO_BENCHMARK = {
  beta: null,
  alpha_daily: null,
  alpha_annual_arithmetic: null,
  alpha_annual_geometric: null,
  tracking_error_annual: null,
  information_ratio_annual: null,
  correlation: null,
  r_squared: null,
};

describe("performanceSummary", () => {
  // By hand: mean 0.02/4, sum of squared deviations 0.0018 - 4 * 0.005^2 = 0.0017.
  it("equals the figures worked out by hand", () => {
    const summary = performanceSummary([0.02, -0.01, 0.03, -0.02]);
    const deviation = Math.sqrt(0.0017 / 3);
    const close = (name: keyof typeof summary, value: number) =>
      expect(summary[name], name).toBeCloseTo(value, 13);
    close("mean_daily", 0.005);
    close("total_return", 1.02 * 0.99 * 1.03 * 0.98 - 1);
    close("annual_return_cagr", (1.02 * 0.99 * 1.03 * 0.98) ** 63 - 1);
    close("annual_volatility", deviation * Math.sqrt(252));
    close("sharpe", (0.005 / deviation) * Math.sqrt(252));
    close("downside_deviation_annual", Math.sqrt((0.0001 + 0.0004) / 4) * Math.sqrt(252));
    close("sortino", (0.005 / Math.sqrt(0.000125)) * Math.sqrt(252));
    close("max_drawdown", -0.02);
    expect(summary).toMatchObject({
      n: 4,
      max_drawdown_peak_index: 3,
      max_drawdown_trough_index: 4,
      max_drawdown_recovery_index: null,
      win_rate_nonzero: 0.5,
      best_day: 0.03,
      worst_day: -0.02,
      ...NO_BENCHMARK,
    });
  });

  // Anscombe (1973), "Graphs in Statistical Analysis", American Statistician 27: each of the four sets has
  // slope 0.500, correlation 0.816 and r squared 0.667. Set I, in hundredths.
  it("finds the published slope and correlation of Anscombe's first set", () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5].map((v) => v / 100);
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68].map(
      (v) => v / 100,
    );
    const { beta, correlation, r_squared, alpha_daily } = performanceSummary(y, { benchmark: x });
    expect(beta).toBeCloseTo(0.500090909, 8);
    expect(alpha_daily).toBeCloseTo(0.0300009091, 9);
    expect(correlation).toBeCloseTo(0.81642, 5);
    expect(r_squared).toBeCloseTo(0.66654, 5);
  });

  it("measures an index against itself as beta 1, alpha 0, no tracking error", () => {
    const returns = [0.011, -0.007, 0.003, 0.0004];
    expect(performanceSummary(returns, { benchmark: returns, riskFreeAnnual: 0.05 })).toMatchObject(
      {
        beta: 1,
        alpha_daily: 0,
        alpha_annual_geometric: 0,
        tracking_error_annual: 0,
        information_ratio_annual: null,
        correlation: 1,
      },
    );
  });

  it("leaves everything undefined for no returns", () => {
    const { n, ...figures } = performanceSummary([], { benchmark: [] });
    expect(n).toBe(0);
    expect(new Set(Object.values(figures))).toEqual(new Set([null]));
  });

  it("gives one return a level but no spread", () => {
    expect(performanceSummary([-0.5], { benchmark: [0.1] })).toMatchObject({
      n: 1,
      total_return: expect.closeTo(-0.5, 15),
      annual_volatility: null,
      sharpe: null,
      max_drawdown: expect.closeTo(-0.5, 15),
      max_drawdown_peak_index: 0,
      max_drawdown_trough_index: 1,
      skewness_population: null,
      excess_kurtosis_population: null,
      ...NO_BENCHMARK,
    });
  });

  it("has no ratio to a spread of zero, whatever the rounding of the mean", () => {
    const constant = new Array(7).fill(0.1);
    expect(performanceSummary(constant, { benchmark: constant.map(() => 0.3) })).toMatchObject({
      annual_volatility: 0,
      sharpe: null,
      sortino: null,
      calmar: null,
      skewness_population: null,
      beta: null,
      tracking_error_annual: 0,
      information_ratio_annual: null,
      correlation: null,
    });
  });

  it("has no win rate when nothing moved", () => {
    expect(performanceSummary([0, 0, 0])).toMatchObject({ win_rate_nonzero: null, calmar: null });
  });

  it("sees a fall of 20 % and a rise of 25 % as recovered", () => {
    expect(performanceSummary([0.1, -0.2, 0.25, -0.05])).toMatchObject({
      max_drawdown: expect.closeTo(-0.2, 14),
      max_drawdown_peak_index: 1,
      max_drawdown_trough_index: 2,
      max_drawdown_recovery_index: 3,
    });
  });

  it("ends at a total loss", () => {
    expect(performanceSummary([0.1, -1, 0.5])).toMatchObject({
      total_return: -1,
      annual_return_cagr: -1,
      max_drawdown: -1,
      max_drawdown_peak_index: 1,
      max_drawdown_trough_index: 2,
      max_drawdown_recovery_index: null,
      calmar: -1,
    });
  });

  it.each([
    [[0.1, Number.NaN], {}, "returns[1]"],
    [[-1.5], {}, "returns[0]"],
    [[0.1], { benchmark: [0.1, 0.2] }, "one return per day (1)"],
    [[0.1, 0.2], { benchmark: [0.1, Infinity] }, "benchmark[1]"],
    [[0.1], { riskFreeAnnual: -1 }, "risk-free"],
  ])("refuses %j with %j", (returns, options, message) => {
    expect(() => performanceSummary(returns, options)).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });

  it("is finite or null for every input it accepts", () => {
    const series = fc.array(
      fc.tuple(
        fc.oneof(fc.double({ min: -1, noNaN: true, noDefaultInfinity: true }), fc.constant(0)),
        fc.double({ min: -1, max: 3, noNaN: true }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        series,
        fc.double({ min: -0.9, max: 2, noNaN: true }),
        (pairs, riskFreeAnnual) => {
          const summary = performanceSummary(
            pairs.map(([r]) => r),
            { benchmark: pairs.map(([, b]) => b), riskFreeAnnual },
          );
          for (const [name, value] of Object.entries(summary)) {
            expect(value === null || Number.isFinite(value), `${name} was ${value}`).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("agrees with its drawdown series", () => {
    const returns = fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(returns, (given) => {
        const levels = [1];
        for (const r of given) levels.push(levels.at(-1)! * (1 + r));
        const summary = performanceSummary(given);
        expect(Math.min(...drawdowns(levels))).toBeCloseTo(summary.max_drawdown!, 12);
        const { max_drawdown_peak_index: peak, max_drawdown_trough_index: trough } = summary;
        expect(levels[trough!]! / levels[peak!]! - 1).toBeCloseTo(summary.max_drawdown!, 12);
      }),
    );
  });
});
