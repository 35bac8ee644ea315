// Figures small enough to be worked out by hand.
import { describe, expect, it } from "vitest";
import { evaluate, residualInterval, walkForwardSplits } from "../../lib/forecast/evaluation.ts";
import { normal } from "./markets.ts";

describe("walking forward", () => {
  it("never trains on a row whose outcome was not known when its block began", () => {
    for (const { train, test } of walkForwardSplits({
      rows: 50,
      initial: 10,
      step: 7,
      horizon: 4,
    })) {
      // The last training row t has its outcome at t + 4, which must not be after the first tested row.
      expect(train[1] - 1 + 4).toBeLessThan(test[0]);
    }
  });

  it("tests every row from the first on exactly once", () => {
    const tested = walkForwardSplits({ rows: 23, initial: 5, step: 4, horizon: 1 }).flatMap(
      ({ test: [from, to] }) => Array.from({ length: to - from }, (_, i) => from + i),
    );
    expect(tested).toEqual(Array.from({ length: 18 }, (_, i) => 5 + i));
  });

  it.each([
    [{ initial: 3, horizon: 3 }, 'initial must be above the horizon of 3 rows, was "3"'],
    [{ initial: 20 }, "initial must be below the number of rows, 20"],
    [{ step: 0 }, 'step must be a positive whole number, was "0"'],
    [{ horizon: 1.5 }, "horizon must be"],
  ])("refuses %o", (over, message) => {
    const options = { rows: 20, initial: 10, step: 5, horizon: 1, ...over };
    expect(() => walkForwardSplits(options)).toThrow(message);
  });
});

describe("an evaluation", () => {
  const given = {
    last: [10, 10, 10, 10],
    actual: [12, 8, 10, 11],
    predicted: [11, 9, 11, 9],
    horizon: 1,
  };

  it("is that of the definition", () => {
    // Errors of the model 1, -1, -1, 2; of persistence 2, -2, 0, 1. Differences of squares 3, 3, -1, -3: mean 0.5,
    // variance (6.25 + 6.25 + 2.25 + 12.25) / 4 = 6.75, statistic 0.5 / sqrt(6.75 / 4) times sqrt(3 / 4).
    const { pValue, ...figures } = evaluate(given);
    expect(figures).toEqual({
      count: 4,
      rmseModel: Math.sqrt(7 / 4),
      rmsePersistence: Math.sqrt(9 / 4),
      skill: 1 - 7 / 9,
      maeModel: 5 / 4,
      // The third price did not move; of the others the first two went the way they were said to go.
      directionalAccuracy: 2 / 3,
      directionalCount: 3,
      dieboldMariano: expect.closeTo((0.5 / Math.sqrt(6.75 / 4)) * Math.sqrt(3 / 4), 14),
    });
    // The closed form of 3 degrees of freedom, for the statistic 1 / 3.
    const x = 1 / 3 / Math.sqrt(3);
    expect(pValue).toBeCloseTo(1 - (2 / Math.PI) * (Math.atan(x) + x / (1 + x * x)), 12);
  });

  it("takes overlapping outcomes into its variance: h - 1 lags", () => {
    // With two rows ahead: lag 1 is (2.5 * 2.5 + 2.5 * -1.5 + -1.5 * -3.5) / 4 = 1.9375, the variance 6.75 + 2 * 1.9375;
    // factor (4 + 1 - 4 + 2 / 4) / 4.
    const { dieboldMariano } = evaluate({ ...given, horizon: 2 });
    expect(dieboldMariano).toBeCloseTo((0.5 / Math.sqrt(10.625 / 4)) * Math.sqrt(1.5 / 4), 14);
  });

  it("has null where a figure is not defined", () => {
    const still = evaluate({ last: [5, 5], actual: [5, 5], predicted: [6, 6], horizon: 1 });
    expect([still.skill, still.directionalAccuracy, still.dieboldMariano, still.pValue]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const one = evaluate({ last: [5], actual: [6], predicted: [6], horizon: 1 });
    expect([one.skill, one.dieboldMariano]).toEqual([1, null]);
    expect(evaluate({ ...given, horizon: 4 }).pValue, "a factor that is not positive").toBeNull();
  });

  it.each([
    [{ last: [] }, "at least one forecast"],
    [{ actual: [1] }, 'actual must have 4 prices as the others, was "1"'],
    [{ predicted: [1, 2, Number.NaN, 4] }, 'predicted[2] must be a finite price, was "NaN"'],
    [{ horizon: 0 }, "horizon must be a positive whole number"],
  ])("refuses %o", (over, message) => {
    expect(() => evaluate({ ...given, ...over })).toThrow(message);
  });
});

describe("an interval of residuals", () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);

  it("has its ends at ranks (n + 1) p", () => {
    expect(residualInterval(upTo(19), 0.9)).toEqual({ low: 1, high: 19 });
    // Ranks 1.5 and 28.5 of 29.
    expect(residualInterval(upTo(29), 0.9)).toEqual({
      low: expect.closeTo(1.5, 12),
      high: expect.closeTo(28.5, 12),
    });
  });

  it("is null where there are too few", () => {
    expect([residualInterval(upTo(18), 0.9), residualInterval([], 0.5)]).toEqual([null, null]);
  });

  it("holds as often as it says", () => {
    const draw = normal(9);
    let inside = 0;
    for (let i = 0; i < 2000; i++) {
      // So many that the quantiles are residuals, the 10th and the 90th: between two the chance is only near.
      const { low, high } = residualInterval(Array.from({ length: 99 }, draw), 0.8)!;
      const next = draw();
      if (next >= low && next <= high) inside++;
    }
    expect(Math.abs(inside / 2000 - 0.8)).toBeLessThan(0.03);
  });

  it("refuses a level outside (0, 1) and a residual that is none", () => {
    expect(() => residualInterval([1], 0)).toThrow("level must be between 0 and 1");
    expect(() => residualInterval([1, Infinity], 0.5)).toThrow(
      "residual 1 must be a finite number",
    );
  });
});
