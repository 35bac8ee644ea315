// J. Hull, Options, Futures, and Other Derivatives, example 3.3: jet fuel hedged with heating oil futures.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hedgeContracts,
  minimumVarianceHedge,
  minimumVarianceHoldings,
} from "../../lib/risk/hedging.ts";

const FUEL = [
  0.029, 0.02, -0.044, 0.008, 0.026, -0.019, -0.01, -0.007, 0.043, 0.011, -0.036, -0.018, 0.009,
  -0.032, 0.023,
];
const OIL = [
  0.021, 0.035, -0.046, 0.001, 0.044, -0.029, -0.026, -0.029, 0.048, -0.006, -0.036, -0.011, 0.019,
  -0.027, 0.029,
];

describe("one instrument", () => {
  it("sells 37 contracts against two million gallons", () => {
    const hedge = minimumVarianceHedge(FUEL, OIL);
    expect(hedge.hedgeRatio).toBeCloseTo(0.78, 2);
    expect(hedge.correlation).toBeCloseTo(0.928, 3);
    expect([hedge.exposureSigma, hedge.hedgeSigma].map((x) => Number(x.toFixed(4)))).toEqual([
      0.0263, 0.0313,
    ]);
    // With one instrument the measured share is the squared correlation.
    expect(hedge.effectiveness).toBeCloseTo(hedge.correlation ** 2, 12);
    const contracts = hedgeContracts({ ...hedge, exposureUnits: 2_000_000, contractUnits: 42_000 });
    expect(contracts.rounded).toBe(37);
    expect(contracts.unrounded).toBeCloseTo(37.03, 2);
  });

  it("buys against an instrument that moves the other way", () => {
    const opposite = OIL.map((change) => -change);
    expect(minimumVarianceHedge(FUEL, opposite).hedgeRatio).toBeCloseTo(-0.78, 2);
  });

  it("takes fewer futures the more they grow above the spot", () => {
    const carry = { rate: 0.05, dividendYield: 0.01, tauYears: 0.5 };
    const given = { hedgeRatio: 1, exposureUnits: 1000, contractUnits: 10 };
    expect(hedgeContracts({ ...given, carry }).unrounded).toBeCloseTo(100 * Math.exp(-0.02), 12);
  });
});

describe("several instruments", () => {
  it("are held with a sign: what moves along is sold", () => {
    const [a, b] = [
      [1, -1, 2, -2, 0],
      [1, 1, -1, -1, 0],
    ];
    const portfolio = a.map((change, at) => 3 * change - 2 * b[at]!);
    const hedge = minimumVarianceHoldings(portfolio, [a, b]);
    expect(hedge.holdings[0]).toBeCloseTo(-3, 12);
    expect(hedge.holdings[1]).toBeCloseTo(2, 12);
    expect(hedge.effectiveness).toBeCloseTo(1, 12);
    expect(hedge.hedgedVariance).toBeLessThan(1e-25);
  });

  it("are one instrument where there is one, with the other sign", () => {
    const hedge = minimumVarianceHoldings(FUEL, [OIL]);
    const single = minimumVarianceHedge(FUEL, OIL);
    expect(hedge.holdings[0]).toBeCloseTo(-single.hedgeRatio, 12);
    expect(hedge.effectiveness).toBeCloseTo(single.effectiveness, 12);
  });

  it("never leave more variance than there was, and no neighbour leaves less", () => {
    const rows = fc.array(
      fc.tuple(...[1, 2, 3].map(() => fc.double({ min: -9, max: 9, noNaN: true }))),
      {
        minLength: 4,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(rows, fc.nat(1), fc.constantFrom(-0.01, 0.01), (changes, which, step) => {
        const [portfolio, ...instruments] = [0, 1, 2].map((at) => changes.map((row) => row[at]!));
        const spread = (values: number[]) => Math.max(...values) - Math.min(...values);
        fc.pre([portfolio!, ...instruments].every((values) => spread(values) > 0.1));
        const hedge = minimumVarianceHoldings(portfolio!, instruments);
        expect(hedge.hedgedVariance).toBeLessThanOrEqual(hedge.unhedgedVariance * (1 + 1e-9));
        const other = hedge.holdings.map((amount, at) => (at === which ? amount + step : amount));
        const moved = portfolio!.map((change, row) =>
          other.reduce((sum, amount, at) => sum + amount * instruments[at]![row]!, change),
        );
        const mean = moved.reduce((sum, change) => sum + change, 0) / moved.length;
        const variance =
          moved.reduce((sum, change) => sum + (change - mean) ** 2, 0) / (moved.length - 1);
        expect(variance).toBeGreaterThanOrEqual(hedge.hedgedVariance * (1 - 1e-5) - 1e-12);
      }),
    );
  });

  it("are rounded last, and the rounded ones are measured too", () => {
    const hedge = minimumVarianceHoldings(FUEL, [OIL], [0.5]);
    expect(hedge.rounded.holdings).toEqual([-1]);
    expect(hedge.rounded.hedgedVariance).toBeGreaterThan(hedge.hedgedVariance);
    expect(hedge.rounded.effectiveness).toBeLessThan(hedge.effectiveness);
  });

  it("that are the same get a ridge, which is told, and hedge as well as one", () => {
    const hedge = minimumVarianceHoldings(FUEL, [OIL, OIL]);
    expect(hedge.ridge).toBeGreaterThan(0);
    const single = minimumVarianceHedge(FUEL, OIL);
    expect(hedge.holdings[0]! + hedge.holdings[1]!).toBeCloseTo(-single.hedgeRatio, 6);
    expect(hedge.effectiveness).toBeCloseTo(single.effectiveness, 9);
    expect(minimumVarianceHoldings(FUEL, [OIL]).ridge).toBe(0);
  });

  it("work in units as different as 1e-6 and 1e6", () => {
    const [small, large] = [OIL.map((x) => x * 1e-6), FUEL.map((x, at) => 1e6 * (x + (at % 2)))];
    const hedge = minimumVarianceHoldings(FUEL, [small, large]);
    expect([hedge.ridge, hedge.effectiveness > 0.86]).toEqual([0, true]);
  });
});

it.each([
  ["changes of other periods", () => minimumVarianceHedge([1, 2], [1, 2, 3]), "same periods"],
  ["an instrument that never moves", () => minimumVarianceHedge([1, 2], [3, 3]), "no variance"],
  ["a portfolio that never moves", () => minimumVarianceHoldings([1, 1], [[1, 2]]), "no variance"],
  ["one change", () => minimumVarianceHedge([1], [1]), "no variance"],
  ["no instruments", () => minimumVarianceHoldings([1, 2], []), "at least one instrument"],
  [
    "contracts for nothing",
    () => hedgeContracts({ hedgeRatio: 1, exposureUnits: 1, contractUnits: 0 }),
    "positive number of units",
  ],
])("refuses %s", (_, act, message) => {
  expect(act).toThrow(message);
});
