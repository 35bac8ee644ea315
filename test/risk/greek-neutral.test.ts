// J. Hull, Options, Futures, and Other Derivatives, sections "Gamma" and "Vega" of the chapter on Greek letters.
import { describe, expect, it } from "vitest";
import { greekNeutralHedge } from "../../lib/risk/greek-neutral.ts";

const call = { delta: 0.62, gamma: 1.5, vega: 0 };

describe("the textbook's hedges", () => {
  it("buy 2,000 options for gamma and sell 1,240 shares for their delta", () => {
    const hedge = greekNeutralHedge({
      portfolio: { delta: 0, gamma: -3000, vega: 0 },
      instruments: [call],
      target: "delta_gamma",
      underlyingLot: 1,
    });
    expect(hedge.rounded).toEqual({
      holdings: [2000],
      underlying: -1240,
      residual: { delta: 0, gamma: 0, vega: 0 },
    });
  });

  it("buy 400 and 6,000 of two options for gamma and vega and sell 3,240 shares", () => {
    const { holdings, underlying, residual } = greekNeutralHedge({
      portfolio: { delta: 0, gamma: -5000, vega: -8000 },
      instruments: [
        { delta: 0.6, gamma: 0.5, vega: 2 },
        { delta: 0.5, gamma: 0.8, vega: 1.2 },
      ],
      target: "delta_gamma_vega",
      underlyingLot: 0,
    });
    expect(holdings[0]).toBeCloseTo(400, 9);
    expect(holdings[1]).toBeCloseTo(6000, 9);
    expect(underlying).toBeCloseTo(-3240, 9);
    for (const left of Object.values(residual)) expect(Math.abs(left)).toBeLessThan(1e-9);
  });
});

describe("a hedge", () => {
  it("offsets: adding it to the portfolio never doubles what was there", () => {
    const portfolio = { delta: 150, gamma: -40, vega: 7 };
    const options = [
      { delta: 0.5, gamma: 0.1, vega: 9 },
      { delta: -0.4, gamma: 0.2, vega: 8 },
    ];
    const { holdings, residual } = greekNeutralHedge({
      portfolio,
      instruments: options,
      target: "delta_gamma",
    });
    const total = (greek: "delta" | "gamma") =>
      portfolio[greek] + options.reduce((sum, each, at) => sum + holdings[at]! * each[greek], 0);
    expect(total("delta")).toBeCloseTo(0, 10);
    expect(total("gamma")).toBeCloseTo(0, 10);
    // Vega was not aimed at, and is told all the same.
    expect(residual.vega).toBeCloseTo(7 + 9 * holdings[0]! + 8 * holdings[1]!, 10);
  });

  it("of delta alone is the underlying in its lots, or one option", () => {
    const portfolio = { delta: 1270, gamma: -3, vega: 5 };
    const shares = greekNeutralHedge({
      portfolio,
      instruments: [],
      target: "delta",
      underlyingLot: 100,
    });
    expect(shares.underlying).toBe(-1270);
    expect(shares.rounded).toEqual({
      holdings: [],
      underlying: -1300,
      residual: { delta: -30, gamma: -3, vega: 5 },
    });
    const option = greekNeutralHedge({ portfolio, instruments: [call], target: "delta" });
    expect(option.holdings[0]).toBeCloseTo(-1270 / 0.62, 10);
    expect(option.underlying).toBe(0);
  });

  it("rounds options first, so that the underlying puts right what they leave of delta", () => {
    const hedge = greekNeutralHedge({
      portfolio: { delta: 10, gamma: -100, vega: 0 },
      instruments: [{ delta: 60, gamma: 30, vega: 0, lot: 1 }],
      target: "delta_gamma",
      underlyingLot: 1,
    });
    expect(hedge.holdings[0]).toBeCloseTo(10 / 3, 12);
    expect(hedge.rounded).toEqual({
      holdings: [3],
      underlying: -190,
      residual: { delta: 0, gamma: -10, vega: 0 },
    });
  });
});

it.each([
  ["too few instruments", [call], "delta_gamma_vega", "takes 2 instruments, were 1"],
  ["too many", [call, call, call], "delta_gamma", "takes 1 instruments, were 3"],
  [
    "the same one twice",
    [
      { ...call, vega: 2 },
      { ...call, vega: 2 },
    ],
    "delta_gamma_vega",
    "cannot offset gamma and vega",
  ],
  ["one that does nothing", [{ ...call, gamma: 0 }], "delta_gamma", "cannot offset gamma"],
  ["greeks that are no numbers", [{ ...call, gamma: Number.NaN }], "delta_gamma", "finite numbers"],
] as const)("refuses %s", (_, instruments, target, message) => {
  const portfolio = { delta: 1, gamma: 2, vega: 3 };
  expect(() => greekNeutralHedge({ portfolio, instruments, target, underlyingLot: 1 })).toThrow(
    message,
  );
});
