// The whole of it: what has structure is forecast, what has none is said to have none.
import { describe, expect, it } from "vitest";
import type { Bar } from "../../lib/forecast/bar.ts";
import { residualInterval } from "../../lib/forecast/evaluation.ts";
import { featureRows, targets } from "../../lib/forecast/features.ts";
import { CAUTIOUS, type Forecast, forecast } from "../../lib/forecast/forecast.ts";
import { predict } from "../../lib/forecast/trees/model.ts";
import { bars } from "./markets.ts";

/** Made once: several tests look at it. */
const STRUCTURED = bars({ seed: 2, count: 600, phi: 0.5 });
const structured = forecast(STRUCTURED, { horizon: 1 });

/** What 90 % of the moves over one bar lie within, as log returns, over the bars that are tested. */
function movesWithin(market: readonly Bar[], tested: number): number {
  const { low, high } = residualInterval(targets(market, 1).slice(-tested), 0.9)!;
  return high - low;
}
const width = ({ interval }: Forecast) => Math.log(interval!.high / interval!.low);

describe("a forecast", () => {
  it.each([1, 2, 3])("finds no skill in random walk %i and keeps the last price", (seed) => {
    const market = bars({ seed, count: 300 });
    const answer = forecast(market, { horizon: 1 });
    expect([answer.verdict, answer.model]).toEqual(["no skill over last price", "persistence"]);
    expect([answer.price, answer.logReturn]).toEqual([market.at(-1)!.close, 0]);
    expect(width(answer)).toBeCloseTo(movesWithin(market, answer.evaluation.count), 12);
  });

  it("finds no skill in a random walk five bars ahead, where neighbouring outcomes overlap", () => {
    const { verdict } = forecast(bars({ seed: 11, count: 300 }), { horizon: 5 });
    expect(verdict).toBe("no skill over last price");
  });

  it("finds the skill in returns that half come again", () => {
    const { verdict, model, evaluation, candidate, price, last, logReturn } = structured;
    expect([verdict, model]).toEqual(["skill", "boosted-trees"]);
    // What can be known of such a return is phi squared, a quarter of its variance.
    expect(evaluation.skill).toBeGreaterThan(0.1);
    expect(evaluation.skill).toBeLessThan(0.3);
    expect(evaluation.pValue).toBeLessThan(0.001);
    expect(evaluation.directionalAccuracy).toBeGreaterThan(0.58);
    expect(price).toBe(candidate.price);
    expect(price).toBeCloseTo(last * Math.exp(logReturn), 10);
    // What it erred by in testing is less than the market moved.
    expect(width(structured)).toBeLessThan(0.9 * movesWithin(STRUCTURED, evaluation.count));
  });

  it("finds it however small the returns are", () => {
    const quiet = bars({ seed: 2, count: 600, phi: 0.5, volatility: 1e-5 });
    const { verdict, evaluation } = forecast(quiet, { horizon: 1 });
    expect(verdict).toBe("skill");
    expect(evaluation.skill).toBeCloseTo(structured.evaluation.skill!, 1);
  });

  it("does not believe a skill that may be luck", () => {
    const market = bars({ seed: 24, count: 250, phi: 0.3 });
    const { evaluation, verdict, price, last } = forecast(market, { horizon: 1 });
    expect(evaluation.skill).toBeGreaterThan(0.05);
    expect(evaluation.pValue).toBeGreaterThan(0.1);
    expect([verdict, price]).toEqual(["no skill over last price", last]);
  });

  it("is judged by the price that came as many bars later as it looks ahead", () => {
    const market = bars({ seed: 1, count: 240 });
    const { evaluation, rows } = forecast(market, { horizon: 7, parameters: { rounds: 2 } });
    const tested = market.slice(33 + 100, -7).map(({ close }, i) => market[i + 140]!.close - close);
    const square = tested.reduce((sum, move) => sum + move * move, 0) / tested.length;
    expect([rows, evaluation.count, tested.length]).toEqual([200, 100, 100]);
    expect(evaluation.rmsePersistence).toBeCloseTo(Math.sqrt(square), 12);
  });

  it("is what its own trees answer to the last bar", () => {
    const { trees, scale } = structured.candidate.model;
    const answer = scale * predict(trees, featureRows(STRUCTURED).at(-1)!);
    expect(structured.candidate.logReturn).toBe(answer);
    expect(trees.trees.length).toBe(CAUTIOUS.rounds);
  });

  it("is the same each time, and the same at ten times the price", () => {
    const market = bars({ seed: 3, count: 250, phi: 0.5 });
    const quick = { horizon: 1, parameters: { ...CAUTIOUS, rounds: 10 } };
    const first = forecast(market, quick);
    expect(forecast(market, quick)).toEqual(first);
    const tenfold = market.map((bar) => ({
      ...bar,
      open: bar.open * 10,
      high: bar.high * 10,
      low: bar.low * 10,
      close: bar.close * 10,
      vwap: bar.vwap! * 10,
    }));
    const dear = forecast(tenfold, quick);
    expect(dear.candidate.price / first.candidate.price).toBeCloseTo(10, 4);
    expect(dear.evaluation.skill).toBeCloseTo(first.evaluation.skill!, 3);
  });

  it("judges half of the rows in ten blocks, each by a model from before it", () => {
    const { evaluation, blocks, rows } = forecast(bars({ seed: 1, count: 434 }), {
      horizon: 1,
      parameters: { rounds: 2 },
    });
    // 434 bars, less 33 to warm up and the last, whose outcome is not known.
    expect([rows, blocks, evaluation.count]).toEqual([400, 10, 200]);
  });

  it("has no interval where too few forecasts were tested to know one", () => {
    expect(
      forecast(bars({ seed: 1, count: 200 }), { horizon: 1, level: 0.999 }).interval,
    ).toBeNull();
  });

  it.each([
    ["fewer bars than it takes", 133, { horizon: 1 }, "takes at least 134 bars, was 133"],
    ["a horizon of half a bar", 300, { horizon: 0.5 }, 'from 1 to 50, was "0.5"'],
    ["a level of 1", 300, { horizon: 1, level: 1 }, "level must be between 0 and 1"],
    [
      "a first test row past the end",
      300,
      { horizon: 1, initial: 900 },
      "below the number of rows",
    ],
    ["more blocks than it trains for", 300, { horizon: 1, step: 1 }, "at most 100 test blocks"],
    ["a depth of 0", 300, { horizon: 1, parameters: { maxDepth: 0 } }, "maxDepth must be"],
  ])("refuses %s", (_, count, options, message) => {
    expect(() => forecast(bars({ seed: 1, count }), options)).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });
});
