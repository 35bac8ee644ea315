// The contract for each indicator, and what is particular to one. Worked figures are small enough to check by hand.
import { describe, expect, it } from "vitest";
import { Indicators } from "../../lib/stream/indicators/indicators.ts";
import { indicatorSeries } from "../../lib/stream/indicators/series.ts";
import { indicatorContract } from "./indicator.contract.ts";
import { bollinger, sma, walk } from "./textbook.ts";

indicatorContract("sma20", 20);
indicatorContract("sma50", 50);
indicatorContract("sma200", 200);
indicatorContract("ema12", 12);
indicatorContract("ema26", 26);
indicatorContract("rsi14", 15);
indicatorContract("macd", 34);
indicatorContract("bollinger", 20);

/** 1, 2, 3, ... */
const counting = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe("worked by hand", () => {
  it("the mean of 1 to 20 is 10.5, of 2 to 21 it is 11.5", () => {
    const { value } = indicatorSeries(counting(21), ["sma20"]).sma20.lines;
    expect(value!.slice(18)).toEqual([null, 10.5, 11.5]);
  });

  it("an average of rising closes lags by half its period: 6.5, then 6.5 + 2/13 of 6.5", () => {
    const { value } = indicatorSeries(counting(13), ["ema12"]).ema12.lines;
    expect(value!.slice(10)).toEqual([null, 6.5, 7.5]);
  });

  it("closes that rise by one each bar have a MACD of 7 and no histogram", () => {
    // An average of n lags a straight line by (n - 1) / 2: 12.5 and 5.5 bars.
    const { macd, signal, histogram } = indicatorSeries(counting(40), ["macd"]).macd.lines;
    expect(macd!.slice(32, 34)).toEqual([null, 7]);
    for (const at of [33, 39]) {
      expect(macd![at]).toBeCloseTo(7, 12);
      expect(signal![at]).toBeCloseTo(7, 12);
      expect(histogram![at]).toBeCloseTo(0, 12);
    }
  });

  it("the bands of ten closes at 99 and ten at 101 are 98 and 102: the divisor is 20", () => {
    const closes = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 99 : 101));
    expect(indicatorSeries(closes, ["bollinger"]).bollinger.last.values).toEqual({
      upper: 102,
      middle: 100,
      lower: 98,
    });
  });

  it("seven rises of 3 and seven falls of 1 have an RSI of 75, a fall of 2 more 69.6", () => {
    const closes = [100];
    for (let at = 0; at < 14; at++) closes.push(closes.at(-1)! + (at % 2 === 0 ? 3 : -1));
    closes.push(closes.at(-1)! - 2);
    const { value } = indicatorSeries(closes, ["rsi14"]).rsi14.lines;
    // Gain 21/14 and loss 7/14; then (13 * 1.5) / 14 and (13 * 0.5 + 2) / 14: 19.5 of 28.
    expect(value![14]).toBe(75);
    expect(value![15]).toBeCloseTo((100 * 19.5) / 28, 12);
  });
});

describe("RSI", () => {
  const last = (closes: readonly number[]) => indicatorSeries(closes, ["rsi14"]).rsi14.last.values;

  it("is 50 for a share that never moved, 100 for one that only rose, 0 for one that only fell", () => {
    expect(last(Array(30).fill(12.34))).toEqual({ value: 50 });
    expect(last(counting(30))).toEqual({ value: 100 });
    expect(last(counting(30).reverse())).toEqual({ value: 0 });
  });

  it("stays what it was while a share stands still, however long", () => {
    const closes = walk(40, 5);
    const indicators = new Indicators(1);
    for (const close of closes) indicators.update(0, close);
    const before = indicators.rsi14.columns.value[0]!;
    for (let bar = 0; bar < 12_000; bar++) indicators.update(0, closes.at(-1)!);
    expect(Math.abs(indicators.rsi14.columns.value[0]! - before)).toBeLessThan(1e-9);
    indicators.update(0, closes.at(-1)! + 1);
    expect(indicators.rsi14.columns.value[0]).toBeCloseTo(100, 9);
  });
});

describe("Bollinger bands", () => {
  it("keep ten digits of a deviation of a hundredth of a cent at a price of a million", () => {
    const steps = walk(60, 3).map((close) => Math.round(close * 100) % 7);
    // Multiples of 2^-14, so that price and difference are both exact.
    const closes = steps.map((step) => 1_000_000 + step / 16_384);
    const window = steps.slice(-20);
    const centre = window.reduce((sum, step) => sum + step, 0) / 20;
    const deviation =
      Math.sqrt(window.reduce((sum, s) => sum + (s - centre) ** 2, 0) / 20) / 16_384;
    const { upper, lower } = indicatorSeries(closes, ["bollinger"]).bollinger.last.values;
    // The band itself is stored to 1.2e-10, one unit in the last place of a million.
    expect(Math.abs(upper! - lower! - 4 * deviation)).toBeLessThan(2.4e-10);
    expect(deviation).toBeGreaterThan(1e-4);
  });

  it("are a batch deviation still after 20,000 bars of a price that wanders off", () => {
    const closes = walk(20_000, 77, 1000);
    const { upper, lower } = indicatorSeries(closes, ["bollinger"]).bollinger.lines;
    let furthest = 0;
    for (let at = 19; at < closes.length; at += 7) {
      const wanted = bollinger(closes.slice(at - 19, at + 1), 20, 2);
      const width = wanted.upper!.at(-1)! - wanted.lower!.at(-1)!;
      furthest = Math.max(
        furthest,
        Math.abs(upper![at]! - lower![at]! - width) / wanted.middle!.at(-1)!,
      );
    }
    expect(furthest).toBeLessThan(1e-13);
  });

  it("do not wander off in 100,000 bars around one price", () => {
    const steps = walk(100_020, 5).map((close) => Math.round(close * 100) % 17);
    const closes = steps.map((step) => 0.1 + step / 1000);
    const { upper, lower } = indicatorSeries(closes, ["bollinger"]).bollinger.last.values;
    const wanted = bollinger(closes.slice(-20), 20, 2);
    const width = wanted.upper!.at(-1)! - wanted.lower!.at(-1)!;
    expect(Math.abs(upper! - lower! - width)).toBeLessThan(5e-15 * width);
  });

  it("are a batch deviation as soon as a price a million times too large has left the window", () => {
    const closes = [...walk(40, 8), 1e8, ...walk(20, 9)];
    const { upper, lower } = indicatorSeries(closes, ["bollinger"]).bollinger.last.values;
    const wanted = bollinger(closes.slice(-20), 20, 2);
    const width = wanted.upper!.at(-1)! - wanted.lower!.at(-1)!;
    expect(Math.abs(upper! - lower! - width)).toBeLessThan(1e-9 * width);
  });

  it("have no width when the window stands still, also after a price far off has left it", () => {
    const closes = [...walk(30, 8), 1e6, ...Array(20).fill(0.1)];
    const { upper, middle, lower } = indicatorSeries(closes, ["bollinger"]).bollinger.last.values;
    expect([upper, lower]).toEqual([middle, middle]);
    expect(middle).toBeCloseTo(0.1, 9);
  });
});

describe("SMA", () => {
  const worst = (indicators: Indicators, closes: readonly number[], at: number) =>
    Math.max(
      ...([20, 50, 200] as const).map((period) => {
        const window = Array.from(
          { length: period },
          (_, back) => closes[(at - back + closes.length) % closes.length]!,
        );
        const wanted = sma(window, period).at(-1)!;
        const actual = indicators[`sma${period}`].columns.value[0]!;
        return Math.abs(actual - wanted) / wanted;
      }),
    );

  it("is a batch mean still after 300,000 updates, with prices a hundred times too large among them", () => {
    const closes = walk(4096, 21);
    closes[1000] = 1e4;
    const indicators = new Indicators(1);
    let furthest = 0;
    for (let at = 0; at <= 300_000; at++) {
      indicators.update(0, closes[at & 4095]!);
      if (at > 4096 && at % 997 === 0)
        furthest = Math.max(furthest, worst(indicators, closes, at & 4095));
    }
    expect(furthest).toBeLessThan(1e-12);
  });

  it("is whole again when the ring has gone round after a price a billion times too large", () => {
    const indicators = new Indicators(1);
    for (const close of [1e11, ...Array(511).fill(0.1)]) indicators.update(0, close);
    for (const { columns } of [indicators.sma20, indicators.sma50, indicators.sma200]) {
      expect(columns.value[0]).toBeCloseTo(0.1, 14);
    }
  });
});

describe("the set", () => {
  it("refuses a symbol it does not have, and a number of symbols that is none", () => {
    const indicators = new Indicators(2);
    for (const symbol of [2, -1, 0.5, Number.NaN]) {
      expect(() => indicators.update(symbol, 1)).toThrow("a whole number from 0 to 1");
      expect(() => indicators.preview(symbol, 1)).toThrow("a whole number from 0 to 1");
      expect(() => indicators.exported(symbol)).toThrow("a whole number from 0 to 1");
    }
    for (const symbols of [0, -1, 1.5, Number.NaN]) {
      expect(() => new Indicators(symbols)).toThrow("a whole number above 0");
    }
  });

  it("refuses a state that is not whole, and keeps its own", () => {
    const indicators = new Indicators(1);
    for (const close of walk(30, 1)) indicators.update(0, close);
    const state = indicators.exported(0);
    const broken = [
      { ...state, bars: 31 },
      { ...state, bars: 0.5 },
      { ...state, closes: state.closes.with(3, Number.NaN) },
      { ...state, cells: state.cells.slice(1) },
      { ...state, cells: state.cells.with(0, Infinity) },
    ];
    for (const other of broken) {
      expect(() => indicators.restore(0, other)).toThrow("the state must have");
      expect(indicators.exported(0)).toEqual(state);
    }
  });

  it("names the close that a series was refused for", () => {
    expect(() => indicatorSeries([1, 2, 0])).toThrow('the one at 2 was "0"');
    expect(indicatorSeries([]).sma20).toEqual({
      lines: { value: [] },
      last: {
        values: { value: null },
        stable: false,
        warmup: { usedBars: 0, moreBars: 20, stableInBars: 20 },
      },
    });
  });
});
