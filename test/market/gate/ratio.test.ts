import { describe, expect, it } from "vitest";
import {
  isMultiple,
  isNear,
  isPowerOfTen,
  splitRatio,
  spread,
  stockDividendRatio,
} from "../../../lib/market/gate/ratio.ts";

describe("ratios of shares", () => {
  it.each([
    [4, 4],
    [4.0006, 4],
    [1.5, 1.5],
    [12.5, 12.5],
    [0.125, 0.125],
    [0.08, 0.08],
    // The spin-offs of IAC and DELL, the special dividend of ACI.
    [1.50305, 0],
    [1.97678, 0],
    [1.33172, 0],
    [1, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])("a factor of %d is the split %d", (factor, ratio) => {
    expect(splitRatio(factor, 2e-4)).toBe(ratio);
  });

  it("stock dividends have other denominators", () => {
    expect(stockDividendRatio(1.1, 2e-4)).toBe(1.1);
    expect(stockDividendRatio(1 / 1.3, 2e-4)).toBe(10 / 13);
    expect(stockDividendRatio(1.17107, 2e-4)).toBe(0);
  });

  it("nearness is a matter of factors, the same both ways", () => {
    expect(spread(0.125)).toBe(8);
    expect([isNear(100, 104, 0.05), isNear(104, 100, 0.05), isNear(100, 106, 0.05)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isNear(1, Number.NaN, 0.05)).toBe(false);
  });

  it.each([
    // Faults: CSCO, ODFL, WFC, V, BCS.
    [24, true],
    [2.25, true],
    [0.48585, true],
    [3.0375, true],
    [0.2552, true],
    // Mergers: AMD, APO, KKR, SPGI.
    [1.3569, false],
    [2.4333, false],
    [1.4509, false],
    [1.4698, false],
    // Neither 23.2875 nor 288.4 is a round number of times.
    [23.2875, false],
    [288.4, false],
  ])("%d times the shares is a multiple: %s", (factor, expected) => {
    expect(isMultiple(factor)).toBe(expected);
  });

  it("powers of ten may be a little off", () => {
    expect([10, 0.001, 0.1022, 1, 12, 5].map(isPowerOfTen)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
