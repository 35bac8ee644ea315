// What the model is told: nothing of the future, nothing with a scale, and each figure what its name says.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bar } from "../../lib/forecast/bar.ts";
import {
  FEATURES,
  type Feature,
  featureRows,
  targets,
  WARM_UP_BARS,
} from "../../lib/forecast/features.ts";
import { bars } from "./markets.ts";

const market = bars({ seed: 8, count: 60, volatility: 0.01 });
const feature = (rows: Float64Array[], t: number, name: Feature) =>
  rows[t]![FEATURES.indexOf(name)]!;
const flat = (count: number, over: Partial<Bar> = {}): Bar[] =>
  bars({ seed: 1, count }).map(({ startMs, endMs }) => ({
    ...{ startMs, endMs, open: 10, high: 10, low: 10, close: 10, volume: 100, vwap: 10 },
    ...over,
  }));

describe("features", () => {
  it("at a bar do not change when any later bar does, nor when it is not there yet", () => {
    const before = featureRows(market);
    const change = fc.record({
      price: fc.double({ min: 0.5, max: 2, noNaN: true }),
      volume: fc.nat(9999),
    });
    fc.assert(
      fc.property(fc.nat(58), fc.array(change, { minLength: 60, maxLength: 60 }), (t, changes) => {
        const later = market.map((bar, i) => (i <= t ? bar : changed(bar, changes[i]!)));
        expect(featureRows(later).slice(0, t + 1)).toEqual(before.slice(0, t + 1));
        expect(featureRows(market.slice(0, t + 1))).toEqual(before.slice(0, t + 1));
      }),
      { numRuns: 30 },
    );
  });

  it("do change when the bar itself does", () => {
    const other = market.with(40, changed(market[40]!, { price: 1.01, volume: 5 }));
    expect(featureRows(other)[40]).not.toEqual(featureRows(market)[40]);
  });

  it("are the same at another price and with other volumes", () => {
    const scaled = market.map((bar) => ({ ...changed(bar, { price: 8, volume: bar.volume * 4 }) }));
    const [ours, theirs] = [featureRows(market), featureRows(scaled)];
    for (const [t, row] of ours.entries()) {
      for (const [i, value] of row.entries()) {
        if (Number.isNaN(value)) expect(theirs[t]![i]).toBeNaN();
        else expect(theirs[t]![i]).toBeCloseTo(value, 9);
      }
    }
  });

  it("are all there after the warm-up, but for what the bars do not tell", () => {
    const rows = featureRows(market);
    const missing = (t: number) => FEATURES.filter((_, i) => Number.isNaN(rows[t]![i]!));
    expect(missing(WARM_UP_BARS)).toEqual(["spread", "imbalance"]);
    expect(missing(WARM_UP_BARS - 1)).toEqual(["macd_histogram", "spread", "imbalance"]);
    expect(rows.flatMap((row) => [...row]).some((value) => Math.abs(value) === Infinity)).toBe(
      false,
    );
  });

  it("are the figures they are named for", () => {
    const rows = featureRows(market);
    const closes = market.map(({ close }) => close);
    const [t, last20] = [50, closes.slice(31, 51)];
    const mean = last20.reduce((sum, close) => sum + close, 0) / 20;
    const deviation = Math.sqrt(last20.reduce((sum, close) => sum + (close - mean) ** 2, 0) / 20);
    const ago = (bars: number) => Math.log(closes[t]! / closes[t - bars]!);
    const squares = [0, 1, 2, 3, 4].map((i) => Math.log(closes[t - i]! / closes[t - i - 1]!) ** 2);
    expect(feature(rows, t, "return_10")).toBeCloseTo(ago(10), 12);
    expect(feature(rows, t, "sma_20_distance")).toBeCloseTo(closes[t]! / mean - 1, 12);
    expect(feature(rows, t, "volatility_5")).toBeCloseTo(
      Math.sqrt(squares.reduce((a, b) => a + b) / 5),
      12,
    );
    const lower = mean - 2 * deviation;
    expect(feature(rows, t, "percent_b_20")).toBeCloseTo(
      (closes[t]! - lower) / (4 * deviation),
      10,
    );
    expect(feature(rows, t, "vwap_distance")).toBeCloseTo(closes[t]! / market[t]!.vwap! - 1, 12);
  });

  it("compare a volume with those before it, not with itself", () => {
    const volumes = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 90 : 110));
    const spiked = flat(21).map((bar, t) => ({ ...bar, volume: volumes[t] ?? 200 }));
    // Mean 100, deviation 10.
    expect(feature(featureRows(spiked), 20, "volume_z_20")).toBeCloseTo(10, 10);
  });

  it("know spread, imbalance and the time of day where they are told", () => {
    const at6 = Date.UTC(2026, 0, 5, 5, 59);
    const [row] = featureRows(
      flat(1, { startMs: at6, endMs: at6 + 60_000, spread: 0.05, imbalance: -0.25 }),
    );
    expect(feature([row!], 0, "spread")).toBeCloseTo(0.005, 12);
    expect(feature([row!], 0, "imbalance")).toBe(-0.25);
    expect(feature([row!], 0, "time_sin")).toBeCloseTo(1, 12);
    expect(feature([row!], 0, "time_cos")).toBeCloseTo(0, 12);
  });

  it("of a market that stands still are zero, in the middle, or missing: never infinite", () => {
    const rows = featureRows(flat(40));
    const named = Object.fromEntries(FEATURES.map((name) => [name, feature(rows, 39, name)]));
    expect(named).toMatchObject({
      return_1: 0,
      volatility_20: 0,
      rsi_14: 0.5,
      macd_histogram: 0,
      percent_b_20: Number.NaN,
      volume_z_20: Number.NaN,
      vwap_distance: 0,
    });
  });

  it("reach the ends of the strength index in a market that only rises or falls", () => {
    const moving = (step: number) =>
      flat(30).map((bar, t) => changed(bar, { price: 1 + step * t, volume: 1 }));
    expect(feature(featureRows(moving(0.01)), 29, "rsi_14")).toBe(1);
    expect(feature(featureRows(moving(-0.01)), 29, "rsi_14")).toBe(0);
    expect(feature(featureRows(moving(0.01)), 13, "rsi_14")).toBeNaN();
  });
});

describe("targets", () => {
  it("are the log returns over the bars that follow, for the bars that have so many", () => {
    const prices = [1, 2, 4, 4, 1].map((close, t) => ({ ...market[t]!, close }));
    expect(targets(prices, 2)).toEqual([Math.log(4), Math.log(2), Math.log(1 / 4)]);
    expect(targets(prices, 5)).toEqual([]);
  });
});

describe("a bar", () => {
  it.each([
    [{ close: 0 }, "bar 1: close must be a positive price, was 0"],
    [{ vwap: Number.NaN }, "bar 1: vwap must be a positive price"],
    [{ high: 9 }, "bar 1: high and low must enclose open and close, were 9, 10, 10, 10"],
    [{ volume: -1 }, "bar 1: volume must be 0 or more"],
    [{ spread: -0.1 }, "bar 1: spread must be 0 or more"],
    [{ imbalance: 1.5 }, "bar 1: imbalance must be from -1 to 1, was 1.5"],
    [{ startMs: 0 }, "bar 1: must start at or after the end of the bar before"],
    [{ endMs: 0 }, "bar 1: must end after it starts"],
  ])("is refused with %o", (over, message) => {
    const [first, second] = flat(2) as [Bar, Bar];
    expect(() => featureRows([first, { ...second, ...over }])).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });

  it("may have no average price", () => {
    expect(feature(featureRows(flat(1, { vwap: null })), 0, "vwap_distance")).toBeNaN();
  });
});

const changed = (bar: Bar, { price, volume }: { price: number; volume: number }): Bar => ({
  ...bar,
  open: bar.open * price,
  high: bar.high * price,
  low: bar.low * price,
  close: bar.close * price,
  vwap: bar.vwap! * price,
  volume,
});
