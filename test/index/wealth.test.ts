import { describe, expect, it } from "vitest";
import { drawdowns, growth, monthlyReturns } from "../../lib/index/wealth.ts";

describe("growth", () => {
  it("keeps the total of many small returns to the last digits", () => {
    const returns = new Array(10_000).fill(1e-9);
    expect(growth(returns).logTotal / (10_000 * Math.log1p(1e-9))).toBeCloseTo(1, 14);
  });

  it("reports the first of two equal peaks and the first recovery of the deepest fall", () => {
    expect(growth([1, -0.5, 1, -0.75, 3, 0.5])).toMatchObject({
      maxDrawdown: -0.75,
      peakIndex: 1,
      troughIndex: 4,
      recoveryIndex: 5,
    });
  });

  // Exact in decimals; in logarithms the first ends 4e-16 below the start, the second 1e-16 above it.
  it("takes a return to the same wealth as neither short of the peak nor a new one", () => {
    expect(growth([-0.92, 11.5]).recoveryIndex).toBe(2);
    expect(growth([-0.6, 1.5, -0.7])).toMatchObject({ peakIndex: 0, troughIndex: 3 });
  });

  it("has no drawdown while wealth only grows", () => {
    expect(growth([0.1, 0, 0.2])).toMatchObject({
      maxDrawdown: 0,
      peakIndex: 0,
      troughIndex: 0,
      recoveryIndex: null,
    });
  });
});

describe("drawdowns", () => {
  it("is 0 at each new peak and the distance to it below", () => {
    expect(drawdowns([100, 120, 90, 120, 132, 99])).toEqual([0, 0, -0.25, 0, 0, -0.25]);
    expect(drawdowns([])).toEqual([]);
  });
});

describe("monthlyReturns", () => {
  it("compounds the days of each month and year and leaves absent months null", () => {
    const table = monthlyReturns([
      { date: 20231228, daily_return: null },
      { date: 20231229, daily_return: 0.5 },
      { date: 20240102, daily_return: 0.1 },
      { date: 20240103, daily_return: -0.1 },
      { date: 20240301, daily_return: 0.25 },
    ]);
    expect(table.map(({ year, year_return }) => [year, year_return])).toEqual([
      [2023, expect.closeTo(0.5, 14)],
      [2024, expect.closeTo(1.1 * 0.9 * 1.25 - 1, 14)],
    ]);
    expect(table[0]!.months).toEqual([...new Array(11).fill(null), expect.closeTo(0.5, 14)]);
    expect(table[1]!.months.slice(0, 4)).toEqual([
      expect.closeTo(-0.01, 14),
      null,
      expect.closeTo(0.25, 14),
      null,
    ]);
  });
});
