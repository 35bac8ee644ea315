// Event-time windows by hand, and what must hold for any ticks.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bar } from "../../lib/stream/bars.ts";
import { SymbolTable } from "../../lib/stream/symbols.ts";
import { TICK, type Tick, type TickColumns } from "../../lib/stream/ticks.ts";
import type { WindowOptions } from "../../lib/stream/window-options.ts";
import { Windows } from "../../lib/stream/windows.ts";
import { tickColumns } from "./tick-frame.ts";

const MINUTE = 60_000;
/** A quarter of an hour begins here. */
const START = Date.UTC(2025, 0, 2, 14, 30);

/** A trade this many seconds after START. */
const trade = (symbol: string, seconds: number, price: number, size: number, id = -1): Tick => ({
  symbol,
  timeMs: START + seconds * 1000,
  price,
  size,
  id,
});

/** Takes the bars out. */
function taken(windows: Windows): Bar[] {
  const bars = windows.bars.list(windows.symbols);
  windows.bars.clear();
  return bars;
}

/** "A 1m 14:30 10 12 10 11 vol 600 vwap 11 trades 3", then what is unusual about the bar. */
function shown(bar: Bar): string {
  const at = new Date(bar.startMs).toISOString().slice(11, 16);
  const prices = [bar.open, bar.high, bar.low, bar.close].join(" ");
  const words = [`${bar.symbol} ${bar.sizeMs / MINUTE}m ${at} ${prices}`];
  words.push(`vol ${bar.volume} vwap ${bar.vwap} trades ${bar.trades}`);
  if (bar.revision > 0) words.push(`revision ${bar.revision}`);
  if (bar.partial) words.push("partial");
  if (bar.irregular) words.push("irregular");
  return words.join(" ");
}

const minutes = (options: WindowOptions = {}) => new Windows({ sizesMs: [MINUTE], ...options });

const shownOf = (windows: Windows) => taken(windows).map(shown);

describe("a bar", () => {
  it("weighs its average price by size", () => {
    const windows = minutes();
    windows.push(trade("A", 1, 10, 100));
    windows.push(trade("A", 2, 11, 200));
    windows.push(trade("A", 3, 12, 100));
    windows.push(trade("B", 66, 1, 1));
    expect(shownOf(windows)).toEqual(["A 1m 14:30 10 12 10 12 vol 400 vwap 11 trades 3"]);
  });

  it("opens and closes by event time, and by arrival where times are equal", () => {
    const windows = minutes();
    windows.push(trade("A", 30, 5, 1));
    windows.push(trade("A", 10, 3, 1));
    windows.push(trade("A", 10, 9, 1));
    windows.push(trade("A", 40, 4, 1));
    windows.push(trade("A", 40, 6, 1));
    windows.push(trade("A", 20, 7, 1));
    windows.flush();
    expect(shownOf(windows)).toEqual([
      "A 1m 14:30 3 9 3 6 vol 6 vwap 5.666666666666667 trades 6 partial",
    ]);
  });

  it("has no average price without volume", () => {
    const windows = minutes();
    windows.push(trade("A", 1, 10, 0));
    windows.flush();
    expect(shownOf(windows)).toEqual(["A 1m 14:30 10 10 10 10 vol 0 vwap null trades 1 partial"]);
  });

  it("exists only where something was traded", () => {
    const windows = minutes();
    windows.push(trade("A", 1, 10, 1));
    windows.push(trade("B", 3600, 20, 1));
    windows.push(trade("A", 7200, 11, 1));
    expect(shownOf(windows)).toEqual([
      "A 1m 14:30 10 10 10 10 vol 1 vwap 10 trades 1",
      "B 1m 15:30 20 20 20 20 vol 1 vwap 20 trades 1",
    ]);
  });

  it("takes prices from regular trades and volume from all", () => {
    const windows = minutes();
    windows.push({ ...trade("A", 1, 99, 10), irregular: true });
    windows.push(trade("A", 2, 10, 10));
    windows.push({ ...trade("A", 3, 1, 20), irregular: true });
    windows.push({ ...trade("B", 4, 7, 5), irregular: true });
    windows.push({ ...trade("B", 3, 6, 5), irregular: true });
    windows.flush();
    expect(shownOf(windows)).toEqual([
      "A 1m 14:30 10 10 10 10 vol 40 vwap 27.75 trades 3 partial",
      "B 1m 14:30 6 7 6 7 vol 10 vwap 6.5 trades 2 partial irregular",
    ]);
  });

  it("is partial when the feed was joined in its midst", () => {
    const windows = minutes({ sinceMs: START + 30_000 });
    for (const second of [40, 70, 130]) windows.push(trade("A", second, 10, 1));
    expect(taken(windows).map(({ partial }) => partial)).toEqual([true, false]);
  });
});

describe("closing", () => {
  it("happens when the watermark reaches the end, not before, by end, size and name", () => {
    const windows = new Windows({ sizesMs: [5 * MINUTE, MINUTE] });
    for (const symbol of ["NIFTYBANK", "B", "NIFTY"]) windows.push(trade(symbol, 299, 10, 1));
    windows.push(trade("B", 304.999, 11, 1));
    expect(shownOf(windows)).toEqual([]);
    windows.push(trade("B", 305, 12, 1));
    expect(taken(windows).map(({ symbol, sizeMs }) => `${symbol} ${sizeMs / MINUTE}`)).toEqual([
      ...["B 1", "NIFTY 1", "NIFTYBANK 1"],
      ...["B 5", "NIFTY 5", "NIFTYBANK 5"],
    ]);
  });

  it("can be told by processing time, once and for good", () => {
    const windows = minutes();
    windows.push(trade("A", 1, 10, 1));
    windows.advance(START + MINUTE - 1);
    expect(shownOf(windows)).toEqual([]);
    windows.advance(START + MINUTE);
    windows.advance(START);
    expect(shownOf(windows)).toEqual(["A 1m 14:30 10 10 10 10 vol 1 vwap 10 trades 1"]);
    windows.push(trade("A", 2, 11, 1));
    expect(shownOf(windows)).toEqual([]);
    expect(windows.counts.lateTicks).toBe(1);
    expect(windows.watermarkMs).toBe(START + MINUTE);
  });

  it("shows forming bars of all sizes without changing them", () => {
    const windows = new Windows({ sizesMs: [MINUTE, 5 * MINUTE] });
    windows.push(trade("A", 1, 10, 1));
    windows.push(trade("A", 70, 12, 1));
    windows.flush();
    windows.flush();
    const bars = shownOf(windows);
    const forming = [
      "A 1m 14:31 12 12 12 12 vol 1 vwap 12 trades 1 partial",
      "A 5m 14:30 10 12 10 12 vol 2 vwap 11 trades 2 partial",
    ];
    expect(bars).toEqual(["A 1m 14:30 10 10 10 10 vol 1 vwap 10 trades 1", ...forming, ...forming]);
    windows.push(trade("A", 400, 9, 1));
    expect(shownOf(windows)).toEqual(forming.map((bar) => bar.replace(" partial", "")));
  });
});

describe("what is refused", () => {
  it("is counted by reason and moves no watermark", () => {
    const windows = minutes();
    windows.push(trade("A", 1, 10, 1));
    const { watermarkMs } = windows;
    for (const price of [0, -1, Number.NaN, Infinity]) windows.push(trade("A", 900, price, 1));
    for (const size of [-1, Number.NaN]) windows.push(trade("A", 900, 10, size));
    windows.push({ ...trade("A", 0, 10, 1), timeMs: Number.NaN });
    windows.push(trade("A", 900, 10, 1), START + 60_000);
    windows.pushFrame(tickColumns([trade("A", 900, 10, 1)], new SymbolTable(["X", "A"])), 0, 1);
    const { invalid, ticks } = windows.counts;
    expect(invalid).toEqual({ symbol: 1, price: 4, size: 2, time: 2 });
    expect(ticks).toBe(10);
    expect(windows.watermarkMs).toBe(watermarkMs);
  });

  it("is a repeated id of the same symbol, but not one of a tick that was refused", () => {
    const windows = minutes();
    for (const id of [7, 7, 5, 6, 5, 9, 8, 8, 6, 7]) windows.push(trade("A", 1, 10, 1, id));
    windows.push(trade("A", 1, -1, 1, 20));
    windows.push(trade("A", 2, 10, 1, 20));
    windows.push(trade("A", 900, 10, 1, 20));
    windows.push(trade("B", 1, 10, 1, 7));
    windows.flush();
    expect(taken(windows).map(({ symbol, trades }) => `${symbol} ${trades}`)).toEqual([
      "A 6",
      "B 1",
    ]);
    // The repeat, much later, has moved no watermark.
    expect(windows.watermarkMs).toBeLessThan(START);
    expect(windows.counts).toMatchObject({ duplicates: 6, invalid: { price: 1 } });
  });

  it("is a late tick, size by size", () => {
    const windows = new Windows({ sizesMs: [MINUTE, 5 * MINUTE] });
    windows.push(trade("A", 10, 10, 1));
    windows.push(trade("A", 65, 20, 1));
    windows.push(trade("A", 5, 1, 1));
    windows.push(trade("B", 400, 5, 1));
    expect(shownOf(windows)).toEqual([
      "A 1m 14:30 10 10 10 10 vol 1 vwap 10 trades 1",
      "A 1m 14:31 20 20 20 20 vol 1 vwap 20 trades 1",
      "A 5m 14:30 1 20 1 20 vol 3 vwap 10.333333333333334 trades 3",
    ]);
    windows.push(trade("A", 6, 1, 1));
    expect(windows.counts).toMatchObject({ lateTicks: 2, lateBySize: [2, 1] });
  });

  it("is an option that cannot work", () => {
    for (const options of [
      { sizesMs: [] },
      { sizesMs: [0] },
      { sizesMs: [1.5] },
      { sizesMs: [MINUTE, MINUTE] },
      { latenessMs: -1 },
      { correctableMs: Number.NaN },
    ]) {
      expect(() => new Windows(options)).toThrow(
        expect.objectContaining({ code: "DEGENERATE_INPUT" }),
      );
    }
  });
});

describe("a revision", () => {
  it("follows a tick within the allowed lateness, until that is over", () => {
    const windows = minutes({ allowedLatenessMs: MINUTE });
    windows.push(trade("A", 10, 10, 1));
    windows.push(trade("A", 65, 20, 1));
    windows.push(trade("A", 5, 8, 1));
    windows.push(trade("B", 5, 3, 1));
    windows.push(trade("A", 124.999, 20, 1));
    windows.push(trade("A", 15, 9, 2));
    windows.push(trade("A", 125, 20, 1));
    windows.push(trade("A", 16, 9, 2));
    expect(shownOf(windows)).toEqual([
      "A 1m 14:30 10 10 10 10 vol 1 vwap 10 trades 1",
      "A 1m 14:30 8 10 8 10 vol 2 vwap 9 trades 2 revision 1",
      "B 1m 14:30 3 3 3 3 vol 1 vwap 3 trades 1",
      "A 1m 14:30 8 10 8 9 vol 4 vwap 9 trades 3 revision 2",
      "A 1m 14:31 20 20 20 20 vol 1 vwap 20 trades 1",
    ]);
    expect(windows.counts).toMatchObject({ lateTicks: 1, revisions: 2, bars: 5 });
  });

  it("follows a cancel or a correction of every size that was final", () => {
    const windows = new Windows({ sizesMs: [MINUTE, 5 * MINUTE], correctableMs: 10 * MINUTE });
    windows.push(trade("A", 1, 10, 1, 1));
    windows.push(trade("A", 2, 50, 1, 2));
    windows.push(trade("A", 65, 12, 1, 3));
    shownOf(windows);
    windows.cancel("A", 2);
    windows.correct({ symbol: "A", price: 13, size: 3, id: 3 });
    expect(shownOf(windows)).toEqual(["A 1m 14:30 10 10 10 10 vol 1 vwap 10 trades 1 revision 1"]);
    windows.push(trade("A", 305, 20, 1, 4));
    expect(shownOf(windows)).toEqual([
      "A 1m 14:31 13 13 13 13 vol 3 vwap 13 trades 1",
      "A 5m 14:30 10 13 10 13 vol 4 vwap 12.25 trades 2",
    ]);
    windows.correct({ symbol: "A", price: 14, size: 1, id: 3, irregular: true });
    expect(shownOf(windows)).toEqual([
      "A 1m 14:31 14 14 14 14 vol 1 vwap 14 trades 1 revision 1 irregular",
      "A 5m 14:30 10 10 10 10 vol 2 vwap 12 trades 2 revision 1",
    ]);
    expect(windows.counts).toMatchObject({ cancelled: 1, corrected: 2, unmatched: 0 });
  });

  it("leaves out of a window the trades that were too late for it", () => {
    const windows = new Windows({ sizesMs: [MINUTE, 5 * MINUTE], correctableMs: 10 * MINUTE });
    windows.push(trade("A", 10, 10, 1, 1));
    windows.push(trade("A", 65, 20, 1, 2));
    windows.push(trade("A", 5, 1, 1, 3));
    shownOf(windows);
    windows.correct({ symbol: "A", price: 11, size: 1, id: 1 });
    windows.push(trade("A", 305, 20, 1, 4));
    expect(shownOf(windows)).toEqual([
      "A 1m 14:30 11 11 11 11 vol 1 vwap 11 trades 1 revision 1",
      "A 1m 14:31 20 20 20 20 vol 1 vwap 20 trades 1",
      "A 5m 14:30 1 20 1 20 vol 3 vwap 10.666666666666666 trades 3",
    ]);
  });

  it("holds trades of its window that are too old to be corrected themselves", () => {
    const windows = new Windows({ sizesMs: [5 * MINUTE], correctableMs: MINUTE });
    windows.push(trade("A", 1, 10, 1, 1));
    windows.push(trade("A", 290, 20, 1, 2));
    windows.push(trade("A", 306, 20, 1, 3));
    windows.cancel("A", 1);
    windows.correct({ symbol: "A", price: 30, size: 1, id: 2 });
    expect(shownOf(windows)).toEqual([
      "A 5m 14:30 10 20 10 20 vol 2 vwap 15 trades 2",
      "A 5m 14:30 10 30 10 30 vol 2 vwap 20 trades 2 revision 1",
    ]);
    expect(windows.counts).toMatchObject({ corrected: 1, unmatched: 1 });
  });

  it("without trades withdraws the bar, and an open window has none to withdraw", () => {
    const windows = minutes({ correctableMs: 10 * MINUTE });
    windows.push(trade("A", 1, 10, 1, 1));
    windows.push(trade("A", 65, 12, 1, 2));
    shownOf(windows);
    windows.cancel("A", 1);
    windows.cancel("A", 2);
    windows.advance(START + 2 * MINUTE);
    expect(shownOf(windows)).toEqual(["A 1m 14:30     vol 0 vwap null trades 0 revision 1"]);
  });

  it("is not made for a trade that is unknown, cancelled already, too old, or not kept", () => {
    const windows = minutes({ correctableMs: MINUTE });
    windows.push(trade("A", 1, 10, 1, 1));
    windows.push(trade("A", 2, 10, 1, 2));
    windows.cancel("A", 3);
    windows.cancel("B", 1);
    windows.cancel("A", 1);
    windows.cancel("A", 1);
    windows.push(trade("A", 67, 10, 1, 4));
    windows.cancel("A", 2);
    expect(windows.counts).toMatchObject({ cancelled: 1, unmatched: 4 });
    const plain = minutes();
    plain.push(trade("A", 1, 10, 1, 1));
    plain.cancel("A", 1);
    expect(plain.counts).toMatchObject({ cancelled: 0, unmatched: 1 });
  });
});

const NAMES = ["NVDA", "AAPL", "MSFT"];

/** Rows of any kind: mostly trades, some far out of order, repeated, invalid, cancelled or corrected. */
const rows = fc.array(
  fc.record({
    symbol: fc.constantFrom(...NAMES),
    timeMs: fc.integer({ min: 0, max: 900 }).map((second) => START + second * 1000),
    price: fc.integer({ min: 0, max: 80 }).map((eighths) => eighths / 8),
    size: fc.integer({ min: -1, max: 20 }),
    id: fc.integer({ min: 0, max: 60 }),
    flags: fc.constantFrom(0, 0, 0, 0, TICK.irregular, TICK.cancel, TICK.correct),
  }),
  { minLength: 1, maxLength: 60 },
);

const anyOptions = fc.record({
  sizesMs: fc.constantFrom([MINUTE], [MINUTE, 5 * MINUTE, 15 * MINUTE], [40_000, MINUTE, 80_000]),
  latenessMs: fc.constantFrom(0, 5000, 100_000),
  allowedLatenessMs: fc.constantFrom(0, 90_000),
  correctableMs: fc.constantFrom(0, 200_000),
});

const nameOf = ({ endMs, sizeMs, symbol }: Bar) => `${endMs} ${sizeMs} ${symbol}`;
const byBar = (bars: readonly Bar[]) => bars.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));

function whole(options: WindowOptions, ticks: TickColumns) {
  const windows = new Windows(options, new SymbolTable(NAMES));
  windows.pushFrame(ticks, 0, ticks.symbol.length);
  windows.flush();
  return { bars: taken(windows), counts: windows.counts };
}

describe("any ticks", () => {
  it("stand in the open windows of some symbols as in those of all", () => {
    fc.assert(
      fc.property(rows, anyOptions, fc.subarray([0, 1, 2]), (ticks, options, some) => {
        const symbols = new SymbolTable(NAMES);
        const windows = new Windows(options, symbols);
        windows.pushFrame(tickColumns(ticks, symbols), 0, ticks.length);
        taken(windows);
        windows.flush();
        const all = taken(windows);
        windows.flush(some);
        const names = new Set(some.map((index) => symbols.name(index)));
        expect(byBar(taken(windows))).toEqual(byBar(all.filter(({ symbol }) => names.has(symbol))));
      }),
      { numRuns: 60 },
    );
  });

  it("give the same bars however they are cut, with a new process at every cut", () => {
    fc.assert(
      fc.property(rows, anyOptions, fc.array(fc.nat(59)), (ticks, options, cuts) => {
        const frame = tickColumns(ticks, new SymbolTable(NAMES));
        let windows = new Windows(options, new SymbolTable(NAMES));
        const bars: Bar[] = [];
        const ends = [...cuts.filter((cut) => cut < ticks.length), ticks.length];
        let from = 0;
        for (const to of ends.sort((a, b) => a - b)) {
          windows.pushFrame(frame, from, to);
          bars.push(...taken(windows));
          windows = Windows.restore(structuredClone(windows.export()));
          from = to;
        }
        windows.flush();
        bars.push(...taken(windows));
        expect({ bars, counts: windows.counts }).toEqual(whole(options, frame));
      }),
      { numRuns: 60 },
    );
  });

  it("give in the latest version of each bar exactly what its standing trades add up to", () => {
    const valid = rows.map((all) =>
      all.map((row) => ({ ...row, price: row.price + 1, size: Math.abs(row.size) })),
    );
    fc.assert(
      fc.property(valid, anyOptions, (all, options) => {
        // Long enough for every late tick, cancel and correction to be taken.
        const patient = { ...options, allowedLatenessMs: 1_000_000, correctableMs: 1_000_000 };
        const { bars } = whole(patient, tickColumns(all, new SymbolTable(NAMES)));
        const latest = new Map(
          bars.map((bar) => [`${bar.symbol} ${bar.sizeMs} ${bar.startMs}`, bar]),
        );
        const trades = standing(all);
        const left = [...latest.values()].filter((bar) => bar.trades > 0);
        for (const bar of left) expect(bar).toEqual({ ...bar, ...addedUp(trades, bar) });
        for (const sizeMs of options.sizesMs) {
          const counts = left.filter((bar) => bar.sizeMs === sizeMs).map((bar) => bar.trades);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(trades.length);
        }
      }),
      { numRuns: 80 },
    );
  });

  it("keep open and close between low and high, and a final bar's name unique", () => {
    fc.assert(
      fc.property(rows, anyOptions, (ticks, options) => {
        const { bars } = whole(options, tickColumns(ticks, new SymbolTable(NAMES)));
        for (const { trades, open, high, low, close } of bars.filter((bar) => bar.trades > 0)) {
          expect(trades).toBeGreaterThan(0);
          expect(Math.max(open!, close!)).toBeLessThanOrEqual(high!);
          expect(Math.min(open!, close!)).toBeGreaterThanOrEqual(low!);
        }
        const names = bars.map((b) =>
          [b.symbol, b.sizeMs, b.startMs, b.revision, b.partial].join(),
        );
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 40 },
    );
  });
});

/** The trades that are left after repeats, cancels and corrections, in the order of arrival. */
function standing(all: readonly (Tick & { flags: number })[]): Tick[] {
  const trades = new Map<string, Tick | undefined>();
  for (const { flags, ...row } of all) {
    const name = `${row.symbol} ${row.id}`;
    const irregular = (flags & TICK.irregular) !== 0;
    const known = trades.get(name);
    if (flags === TICK.cancel) known && trades.set(name, undefined);
    else if (flags !== TICK.correct) trades.has(name) || trades.set(name, { ...row, irregular });
    else if (known) trades.set(name, { ...row, timeMs: known.timeMs, irregular });
  }
  return [...trades.values()].filter((tick) => tick !== undefined);
}

/** The bar's window from its trades, the slow way. */
function addedUp(ticks: readonly Tick[], { symbol, startMs, endMs }: Bar) {
  const own = ticks
    .filter((tick) => tick.symbol === symbol && tick.timeMs >= startMs && tick.timeMs < endMs)
    .sort((a, b) => a.timeMs - b.timeMs);
  const regular = own.filter((tick) => tick.irregular !== true);
  const prices = (regular.length > 0 ? regular : own).map(({ price }) => price);
  const volume = own.reduce((sum, { size }) => sum + size, 0);
  const notional = own.reduce((sum, { price, size }) => sum + price * size, 0);
  return {
    open: prices[0],
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices.at(-1),
    volume,
    vwap: volume > 0 ? notional / volume : null,
    trades: own.length,
    irregular: regular.length === 0,
  };
}
