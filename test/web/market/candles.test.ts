// Candles of a chart: what is stored, what comes live, and what a trade does before its bar is told.
import { describe, expect, it } from "vitest";
import { Candles, type StoredBar } from "../../../web/app/data/market/candles.ts";
import { bar, iso, MINUTE_MS, START_MS, trade } from "./items.ts";

const stored = (minute: number, more: Partial<StoredBar> = {}): StoredBar => ({
  start: iso(START_MS + minute * MINUTE_MS),
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 100,
  revision: 0,
  partial: false,
  ...more,
});

const candles = (max?: number) => new Candles(MINUTE_MS, max);
const minutes = (shown: Candles) =>
  shown.all.map(({ startMs }) => (startMs - START_MS) / MINUTE_MS);

describe("stored bars and live ones", () => {
  it("are one list in order of time, whichever came first", () => {
    const shown = candles();
    shown.takeBar(bar(3, { close: 30 }));
    shown.load([stored(0), stored(2)]);
    shown.takeBar(bar(1, { close: 20 }));
    shown.load([stored(-1)]);
    expect(minutes(shown)).toEqual([-1, 0, 1, 2, 3]);
    expect(shown.all.map(({ close }) => close)).toEqual([11, 11, 20, 11, 30]);
  });

  it("of the same time: a closed bar stands above a forming one, a revision above what it revises", () => {
    const shown = candles();
    shown.takeBar(bar(0, { close: 20, partial: true, at_trade: 5 }));
    shown.load([stored(0, { close: 21 })]);
    expect(shown.all[0]).toMatchObject({ close: 21, standing: "final" });
    shown.takeBar(bar(0, { close: 22, partial: true, at_trade: 9 }));
    expect(shown.all[0]!.close).toBe(21);
    shown.takeBar(bar(0, { close: 23, revision: 2 }));
    shown.load([stored(0, { close: 24, revision: 1 })]);
    expect(shown.all[0]).toMatchObject({ close: 23, revision: 2 });
  });

  it("leave out a bar that was withdrawn", () => {
    const shown = candles();
    shown.load([stored(0), stored(1)]);
    shown.drain();
    shown.takeBar(bar(1, { open: null, high: null, low: null, close: null, revision: 1 }));
    expect(minutes(shown)).toEqual([0]);
    expect(shown.drain().isAnew).toBe(true);
  });

  it("are not more than a chart holds; the oldest go", () => {
    const shown = candles(100);
    for (let minute = 0; minute < 5_000; minute++) {
      shown.takeBar(bar(minute));
      shown.drain();
      expect(shown.all.length).toBeLessThanOrEqual(1_100);
    }
    expect(shown.all.at(-1)!.startMs).toBe(START_MS + 4_999 * MINUTE_MS);
    shown.load(Array.from({ length: 300 }, (_, at) => stored(at)));
    expect(shown.all).toHaveLength(100);
  });
});

describe("a trade", () => {
  it("moves the forming candle, and its bar then says how it is", () => {
    const shown = candles();
    shown.takeBar(bar(0, { close: 20, high: 21, low: 19, volume: 50, partial: true, at_trade: 7 }));
    shown.takeTrade(trade(8, 25, { offsetMs: 30_000, first_seq: 8, volume: 4 }));
    const moved = { close: 25, high: 25, low: 19, volume: 54, standing: "forming" };
    expect(shown.all[0]).toMatchObject(moved);
    shown.takeBar(bar(0, { close: 25, high: 26, low: 18, volume: 54, partial: true, at_trade: 8 }));
    expect(shown.all).toMatchObject([{ close: 25, high: 26, low: 18, volume: 54 }]);
  });

  it("that the bar has in it already moves nothing", () => {
    const shown = candles();
    shown.takeBar(bar(0, { close: 20, volume: 50, partial: true, at_trade: 8 }));
    shown.drain();
    shown.takeTrade(trade(8, 25, { offsetMs: 30_000 }));
    expect(shown.all[0]).toMatchObject({ close: 20, volume: 50 });
    expect(shown.drain()).toEqual({ isAnew: false, candles: [] });
  });

  it("begins the next candle, which lasts until the service says how it is", () => {
    const shown = candles();
    shown.load([stored(0)]);
    shown.takeTrade(trade(4, 13, { offsetMs: MINUTE_MS + 1, size: 3 }));
    const guessed = { open: 13, high: 13, low: 13, close: 13, volume: 3, standing: "guessed" };
    expect(shown.all[1]).toMatchObject(guessed);
    shown.takeBar(bar(1, { open: 12.5, close: 13, partial: true, at_trade: 4 }));
    expect(shown.all[1]).toMatchObject({ open: 12.5, standing: "forming" });
    shown.takeBar(bar(1, { open: 12.5, close: 14 }));
    expect(shown.all[1]).toMatchObject({ close: 14, standing: "final" });
  });

  it("leaves closed candles alone, and those between which trades are missing to the bar", () => {
    const shown = candles();
    shown.load([stored(0), stored(1)]);
    shown.takeTrade(trade(3, 99, { offsetMs: 30_000 }));
    shown.takeTrade(trade(4, 99, { offsetMs: MINUTE_MS + 30_000 }));
    expect(shown.all.map(({ high }) => high)).toEqual([12, 12]);
    shown.takeBar(bar(2, { high: 12, low: 11, partial: true, at_trade: 10 }));
    const many = {
      offsetMs: 2 * MINUTE_MS,
      first_seq: 15,
      high: 50,
      low: 1,
      volume: 1000,
      size: 2,
    };
    shown.takeTrade(trade(20, 12.5, many));
    expect(shown.all[2]).toMatchObject({ high: 12.5, low: 11, close: 12.5, volume: 102 });
  });
});

describe("what is to be drawn", () => {
  it("is each changed candle once, in order of time", () => {
    const shown = candles();
    shown.load([stored(0)]);
    expect(shown.drain()).toMatchObject({ isAnew: true, candles: [{ startMs: START_MS }] });
    shown.takeTrade(trade(1, 13, { offsetMs: MINUTE_MS }));
    shown.takeTrade(trade(2, 14, { offsetMs: MINUTE_MS + 5, first_seq: 2 }));
    shown.takeBar(bar(0, { revision: 1, close: 15 }));
    const { isAnew, candles: changed } = shown.drain();
    expect(isAnew).toBe(false);
    expect(changed.map(({ close }) => close)).toEqual([15, 14]);
    expect(shown.drain().candles).toEqual([]);
  });

  it("is everything when a candle comes between others", () => {
    const shown = candles();
    shown.load([stored(0), stored(2)]);
    shown.drain();
    shown.takeBar(bar(1));
    expect(shown.drain()).toMatchObject({ isAnew: true, candles: [{}, {}, {}] });
  });
});
