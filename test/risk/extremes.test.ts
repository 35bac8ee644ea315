import { describe, expect, it } from "vitest";
import { extremeTail, fitExtremes } from "../../lib/risk/extremes.ts";
import { historicalTail } from "../../lib/risk/tail.ts";

/** Quantiles of a generalised Pareto distribution, as profits: evenly spread probabilities, no chance in them. */
const pareto = (xi: number, beta: number, count: number) =>
  Array.from({ length: count }, (_, at) => {
    const beyond = 1 - (at + 0.5) / count;
    return -(xi === 0 ? -beta * Math.log(beyond) : (beta / xi) * (beyond ** -xi - 1));
  });

const logLikelihood = (excesses: number[], xi: number, beta: number) =>
  excesses.reduce((sum, y) => sum - Math.log(beta) - (1 + 1 / xi) * Math.log1p((xi * y) / beta), 0);

describe("the fit", () => {
  it.each([
    [0.4, 2],
    [0.15, 0.01],
    [-0.2, 100],
  ])("finds xi %d and beta %d again", (xi, beta) => {
    const fit = fitExtremes(pareto(xi, beta, 20_000), 4000);
    expect(Math.abs(fit.xi - xi)).toBeLessThan(0.02);
    // Beyond a threshold u the scale of the excesses is beta + xi u.
    expect(fit.beta / (beta + xi * fit.threshold)).toBeCloseTo(1, 1);
    expect([fit.count, fit.exceedanceCount]).toEqual([20_000, 4000]);
  });

  it("is exponential where the tail is", () => {
    const fit = fitExtremes(pareto(0, 3, 20_000), 4000);
    expect(Math.abs(fit.xi)).toBeLessThan(0.01);
    expect(fit.beta).toBeCloseTo(3, 1);
  });

  it("is likelier than what lies around it", () => {
    const pnl = pareto(0.3, 1, 1000).map((profit, at) => profit * (1 + 0.2 * Math.sin(at)));
    const fit = fitExtremes(pnl);
    const excesses = pnl.map((profit) => -profit - fit.threshold).filter((excess) => excess > 0);
    expect(logLikelihood(excesses, fit.xi, fit.beta)).toBeCloseTo(fit.logLikelihood, 9);
    for (const [xi, beta] of [
      [1.001, 1],
      [0.999, 1],
      [1, 1.001],
      [1, 0.999],
      [1.5, 0.8],
    ] as const) {
      expect(logLikelihood(excesses, fit.xi * xi, fit.beta * beta)).toBeLessThan(fit.logLikelihood);
    }
  });

  it("takes a twentieth of the losses unless told, and never one that equals the threshold", () => {
    expect(fitExtremes(pareto(0.2, 1, 2000)).exceedanceCount).toBe(100);
    expect(fitExtremes(pareto(0.2, 1, 400)).exceedanceCount).toBe(50);
    const rounded = pareto(0.2, 1, 2000).map((profit) => Math.round(profit * 10) / 10);
    const fit = fitExtremes(rounded, 100);
    expect(fit.exceedanceCount).toBe(rounded.filter((profit) => -profit > fit.threshold).length);
    expect(fit.exceedanceCount).toBeLessThan(100);
  });

  it("scales with the losses and moves with them", () => {
    const pnl = pareto(0.25, 1, 1500);
    const [plain, other] = [fitExtremes(pnl), fitExtremes(pnl.map((profit) => 40 * profit - 7))];
    expect(other.xi).toBeCloseTo(plain.xi, 9);
    expect(other.beta / plain.beta).toBeCloseTo(40, 7);
    const [a, b] = [extremeTail(plain, 0.99), extremeTail(other, 0.99)];
    expect(b.expectedShortfall).toBeCloseTo(40 * a.expectedShortfall + 7, 6);
  });

  it.each([
    ["49 losses beyond the threshold", pareto(0.2, 1, 2000), 49, "at least 50 losses"],
    ["fewer scenarios than excesses", pareto(0.2, 1, 50), 60, "at least 50 losses"],
    ["losses that are all the same", new Array(500).fill(-1), 100, "at least 50 losses"],
    ["a tail without a mean", pareto(1.4, 1, 4000), 2000, "below 1"],
    ["losses that are spread evenly", pareto(-1, 1, 2000), 1000, "no maximum"],
    ["what is no number", [Number.NaN], 50, "finite numbers"],
  ])("refuses %s", (_, pnl, exceedances, message) => {
    expect(() => fitExtremes(pnl, exceedances)).toThrow(message);
  });
});

describe("the tail", () => {
  const pnl = pareto(0.3, 1, 4000);
  const fit = fitExtremes(pnl, 400);

  it("begins at the threshold and goes on near history", () => {
    expect(extremeTail(fit, 0.9).valueAtRisk).toBeCloseTo(fit.threshold, 9);
    for (const confidence of [0.95, 0.975, 0.99]) {
      const [extreme, historical] = [extremeTail(fit, confidence), historicalTail(pnl, confidence)];
      expect(extreme.valueAtRisk / historical.valueAtRisk).toBeCloseTo(1, 1);
      expect(extreme.expectedShortfall / historical.expectedShortfall).toBeCloseTo(1, 1);
      expect(extreme.expectedShortfall).toBeGreaterThan(extreme.valueAtRisk);
    }
  });

  it("has the shortfall of an exponential tail one beta beyond the value at risk", () => {
    const exponential = { threshold: 2, count: 1000, exceedanceCount: 100, xi: 0, beta: 3 };
    const tail = extremeTail({ ...exponential, logLikelihood: 0 }, 0.99);
    expect(tail.valueAtRisk).toBeCloseTo(2 + 3 * Math.LN10, 12);
    expect(tail.expectedShortfall).toBeCloseTo(5 + 3 * Math.LN10, 12);
  });

  it("knows nothing of losses below the threshold", () => {
    expect(() => extremeTail(fit, 0.8)).toThrow("at least 0.9");
  });
});
