import { describe, expect, it } from "vitest";
import { ewmaScenarios, garchScenarios } from "../../lib/risk/filtered.ts";

describe("exponential weights", () => {
  it("give three returns by hand", () => {
    // h: mean of 4, 0, 16 is 20/3; then half of each.
    const [h1, h2, h3, h4] = [20 / 3, 16 / 3, 8 / 3, 28 / 3];
    const { scenarios, sigmaNext } = ewmaScenarios([2, 0, -4], 0.5);
    expect(h2).toBeCloseTo(0.5 * h1 + 0.5 * 4, 14);
    expect(h4).toBeCloseTo(0.5 * h3 + 0.5 * 16, 14);
    expect(sigmaNext).toBeCloseTo(Math.sqrt(h4), 14);
    const expected = [2 * Math.sqrt(h4 / h1), 0, -4 * Math.sqrt(h4 / h3)];
    for (const [at, value] of expected.entries()) expect(scenarios[at]).toBeCloseTo(value, 14);
  });

  it("decay by 0.94 unless told, and leave steady returns as they are", () => {
    const returns = [0.01, -0.01, 0.01, -0.01];
    expect(ewmaScenarios(returns)).toEqual(ewmaScenarios(returns, 0.94));
    const { scenarios } = ewmaScenarios(returns);
    for (const [at, value] of returns.entries()) expect(scenarios[at]).toBeCloseTo(value, 15);
  });

  it("make old returns larger after a storm", () => {
    const returns = [...new Array(100).fill(0.01), ...new Array(20).fill(-0.05)];
    const { scenarios, sigmaNext } = ewmaScenarios(returns);
    expect(sigmaNext).toBeGreaterThan(0.035);
    expect(scenarios[99]).toBeGreaterThan(0.03);
  });

  it("refuse returns without variance and a decay outside", () => {
    expect(() => ewmaScenarios([0, 0])).toThrow("no variance");
    expect(() => ewmaScenarios([], 0.9)).toThrow("empty");
    expect(() => ewmaScenarios([1], 1)).toThrow("decay");
  });
});

describe("GARCH", () => {
  const model = { mean: 0, omega: 1, alpha: 0.25, beta: 0.5 };

  it("gives two returns by hand", () => {
    // Mean square 10: h1 = 1 + 2.5 + 5 = 8.5, h2 = 1 + 0.25 * 4 + 4.25, h3 = 1 + 0.25 * 16 + 3.125.
    const { scenarios, sigmaNext, logLikelihood } = garchScenarios([2, -4], model);
    expect(sigmaNext).toBeCloseTo(Math.sqrt(8.125), 14);
    expect(scenarios[0]).toBeCloseTo(2 * Math.sqrt(8.125 / 8.5), 14);
    expect(scenarios[1]).toBeCloseTo(-4 * Math.sqrt(8.125 / 6.25), 14);
    const each = (h: number, e: number) => Math.log(2 * Math.PI * h) + (e * e) / h;
    expect(logLikelihood).toBeCloseTo(-0.5 * (each(8.5, 2) + each(6.25, -4)), 13);
  });

  it("moves with the mean", () => {
    const plain = garchScenarios([2, -4, 1], model);
    const moved = garchScenarios([5, -1, 4], { ...model, mean: 3 });
    expect(moved.sigmaNext).toBe(plain.sigmaNext);
    for (const [at, value] of plain.scenarios.entries()) {
      expect(moved.scenarios[at]).toBeCloseTo(value + 3, 14);
    }
  });

  it.each([{ omega: 0 }, { alpha: -0.1 }, { alpha: 0.5, beta: 0.5 }, { mean: Number.NaN }])(
    "refuses %j",
    (change) => {
      expect(() => garchScenarios([1, 2], { ...model, ...change })).toThrow("sum below 1");
    },
  );
});
