/** What every indicator must do, whatever it computes. */
import { describe, expect, it } from "vitest";
import { defined } from "../../lib/stream/indicators/indicator.ts";
import { type IndicatorName, Indicators } from "../../lib/stream/indicators/indicators.ts";
import { indicatorSeries } from "../../lib/stream/indicators/series.ts";
import { type Lines, TEXTBOOK, walk } from "./textbook.ts";

const CLOSES = walk(450, 7);
const REFUSED: readonly (readonly [number, string])[] = [
  [Number.NaN, "not_a_number"],
  [0, "not_positive"],
  [-1, "not_positive"],
  [-Infinity, "not_positive"],
  [Infinity, "too_large"],
  [1e101, "too_large"],
];

/** Every output of an indicator for a symbol, NaN while it is not defined. */
const row = (indicators: Indicators, name: IndicatorName, symbol: number): number[] =>
  Object.values<Float64Array>(indicators[name].columns).map((column) => column[symbol]!);

/** Rows after each close of one symbol. */
const rows = (indicators: Indicators, name: IndicatorName, closes: readonly number[]) =>
  closes.map((close) => {
    if (indicators.update(0, close) !== null) throw new Error(`${close} was refused`);
    return row(indicators, name, 0);
  });

export function indicatorContract(name: IndicatorName, firstBars: number) {
  describe(`Indicator: ${name}`, () => {
    it("has nothing to say before its warm-up, and something from then on", () => {
      const all = rows(new Indicators(1), name, CLOSES);
      expect(
        all
          .slice(0, firstBars - 1)
          .flat()
          .every(Number.isNaN),
      ).toBe(true);
      expect(
        all
          .slice(firstBars - 1)
          .flat()
          .every(Number.isFinite),
      ).toBe(true);
    });

    it("says null, how much is missing, and from when on it is stable", () => {
      const indicators = new Indicators(1);
      const { stableBars, windowBars } = indicators[name];
      expect(stableBars).toBeGreaterThanOrEqual(firstBars);
      for (const [at, close] of CLOSES.entries()) {
        // Around each bar where something changes, and now and then.
        const isNear = [0, firstBars, stableBars, windowBars].some((bar) => Math.abs(bar - at) < 2);
        if (isNear || at % 40 === 0) {
          const { values, stable, warmup } = indicators.reading(name, 0);
          expect(Object.values(values).every((value) => value === null)).toBe(at < firstBars);
          expect(stable).toBe(at >= stableBars);
          expect(warmup).toEqual({
            usedBars: Math.min(at, windowBars),
            moreBars: Math.max(0, firstBars - at),
            stableInBars: Math.max(0, stableBars - at),
          });
        }
        indicators.update(0, close);
      }
    });

    it("equals the textbook at every point, whole series or one close at a time", () => {
      const expected: Lines = TEXTBOOK[name](CLOSES);
      const { lines, last } = indicatorSeries(CLOSES, [name])[name];
      expect(Object.keys(lines)).toEqual(Object.keys(expected));
      const single = rows(new Indicators(1), name, CLOSES);
      Object.entries(expected).forEach(([output, wanted], place) => {
        const alone = single.map((values) => defined(values[place]!));
        expect(alone).toEqual(lines[output]);
        expect(alone.map((value) => value === null)).toEqual(wanted.map((value) => value === null));
        const far = wanted.filter(
          (value, at) =>
            value !== null && !(Math.abs(alone[at]! - value) <= 1e-10 * Math.abs(value)),
        );
        // A difference of two lines near its crossing has lost the digits that the lines still have.
        expect(far.filter((value) => name !== "macd" || Math.abs(value!) > 0.01)).toEqual([]);
        expect(last.values[output]).toBe(alone.at(-1));
      });
    });

    it("is the same after a restart at any point", () => {
      const all = rows(new Indicators(1), name, CLOSES);
      for (const at of [0, 1, firstBars - 1, firstBars, 33, 200, 201, 257, 449]) {
        const before = new Indicators(1);
        rows(before, name, CLOSES.slice(0, at));
        const after = new Indicators(3);
        for (const close of walk(300, 99)) after.update(2, close);
        after.restore(2, JSON.parse(JSON.stringify(before.exported(0))));
        expect(row(after, name, 2)).toEqual(row(before, name, 0));
        const rest = CLOSES.slice(at).map((close) => {
          after.update(2, close);
          return row(after, name, 2);
        });
        expect(rest).toEqual(all.slice(at));
      }
    });

    it("refuses what is no price, says why, and stays as it was", () => {
      const indicators = new Indicators(2);
      rows(indicators, name, CLOSES.slice(0, 300));
      const [state, values] = [indicators.exported(0), row(indicators, name, 0)];
      for (const [close, reason] of REFUSED) {
        expect(indicators.update(0, close)).toBe(reason);
        expect(indicators.preview(0, close)).toBe(reason);
        expect(indicators.exported(0)).toEqual(state);
        expect(row(indicators, name, 0)).toEqual(values);
      }
    });

    it("keeps symbols apart", () => {
      const indicators = new Indicators(3);
      const other = walk(CLOSES.length, 11, 5000);
      for (const [at, close] of CLOSES.entries()) {
        indicators.update(0, close);
        indicators.update(2, other[at]!);
      }
      expect(row(indicators, name, 0)).toEqual(rows(new Indicators(1), name, CLOSES).at(-1));
      expect(row(indicators, name, 2)).toEqual(rows(new Indicators(1), name, other).at(-1));
      expect(row(indicators, name, 1).every(Number.isNaN)).toBe(true);
    });

    it("previews what the next close would give, and changes nothing", () => {
      const indicators = new Indicators(2);
      for (const [at, close] of CLOSES.entries()) {
        if (at > firstBars && at % 16 > 0) {
          indicators.update(1, close);
          continue;
        }
        const [state, values] = [indicators.exported(1), row(indicators, name, 1)];
        expect(indicators.preview(1, close + 1)).toBeNull();
        expect(indicators.preview(1, close)).toBeNull();
        expect(indicators.exported(1)).toEqual(state);
        expect(row(indicators, name, 1)).toEqual(values);
        const seen = indicators.reading(name, indicators.forming);
        indicators.update(1, close);
        expect(seen).toEqual(indicators.reading(name, 1));
      }
    });
  });
}
