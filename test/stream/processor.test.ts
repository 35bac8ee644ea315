// One shard: the same records give the same results, however they are cut, repeated or carried from process to process.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame } from "../../lib/stream/frame.ts";
import { unpack } from "../../lib/stream/pack.ts";
import { type Arrival, Processor } from "../../lib/stream/processor.ts";
import { TICK, type Tick } from "../../lib/stream/ticks.ts";
import type { BatchUpdates } from "../../lib/stream/updates.ts";
import { tickFrame } from "./tick-frame.ts";

const START_MS = Date.UTC(2024, 0, 3, 15, 0);
const OPTIONS = { windows: { sizesMs: [1000, 5000], latenessMs: 500, correctableMs: 3000 } };

type Given = Readonly<Partial<Omit<Tick, "symbol">> & { symbol?: string; flags?: number }>;

/** A record as it comes from the log: packed and read again. */
function arrival(number: number, ticks: readonly Given[], more: Partial<Frame> = {}): Arrival {
  const defaults = { symbol: "AAPL", price: 100, size: 1 };
  const given = ticks.map(({ timeMs = 0, ...tick }) => ({
    ...defaults,
    ...tick,
    timeMs: START_MS + timeMs,
  }));
  const packed = tickFrame(given, { number, sentMs: START_MS, isLive: true, ...more });
  const frame = decodeFrame(encodeFrame(packed)) as Frame;
  const { symbols: names, rows, columns, ...head } = frame;
  const arrivalMs = START_MS + 60_000;
  return { seq: String(number), arrivalMs, head, symbols: names, rows, columns };
}

const processedMs = START_MS + 60_000;

/** All that a run tells, batch by batch as one. A correction changes the last price and is told with the next trade. */
function joined(all: readonly BatchUpdates[]) {
  const trades = new Map<string, { seq: number; volume: number }>();
  for (const { symbol, seq, volume } of all.flatMap((updates) => updates.trades)) {
    trades.set(symbol, { seq, volume: volume + (trades.get(symbol)?.volume ?? 0) });
  }
  return {
    trades: Object.fromEntries([...trades].sort()),
    bars: all.flatMap(({ bars }) => bars),
    indicators: all.flatMap(({ indicators }) => indicators),
    anomalies: all.flatMap(({ anomalies }) => anomalies),
  };
}

describe("a shard", () => {
  it("numbers trades and bars of each symbol by themselves", () => {
    const processor = new Processor(OPTIONS);
    processor.take(
      arrival(1, [
        { timeMs: 10, price: 10 },
        { timeMs: 20, price: 12, symbol: "MSFT" },
        { timeMs: 30, price: 11 },
        { timeMs: 1700, price: 9 },
      ]),
      processedMs,
    );
    const { updates } = processor.drain();
    expect(updates.trades).toMatchObject([
      { symbol: "AAPL", firstSeq: 1, seq: 3, price: 9, high: 11, low: 9, volume: 3 },
      { symbol: "MSFT", firstSeq: 1, seq: 1, price: 12 },
    ]);
    expect(updates.bars).toMatchObject([
      { seq: 1, bar: { symbol: "AAPL", sizeMs: 1000, open: 10, close: 11, trades: 2 } },
      { seq: 1, bar: { symbol: "MSFT", close: 12 } },
    ]);
  });

  it("takes a frame that comes again for what it is, and tells of one that is missing", () => {
    const processor = new Processor(OPTIONS);
    expect(processor.take(arrival(1, [{ timeMs: 1 }]), processedMs)).toBe(0);
    expect(processor.take(arrival(1, [{ timeMs: 1 }]), processedMs)).toBe("repeat");
    expect(processor.take(arrival(4, [{ timeMs: 2 }]), processedMs)).toBe(2);
    expect(processor.latest("AAPL")?.tradeSeq).toBe(2);
  });

  it("refuses rows with a reason and takes those beside them", () => {
    const processor = new Processor(OPTIONS);
    processor.take(
      arrival(1, [
        { timeMs: 1, price: Number.NaN },
        { timeMs: 2, price: -1 },
        { timeMs: 3, size: -5 },
        { timeMs: 10 * 86_400_000 },
        { timeMs: 4, symbol: "not a symbol" },
        { timeMs: 5, id: 7 },
        { timeMs: 5, id: 7 },
        { timeMs: 6, id: 99, flags: TICK.cancel },
        { timeMs: 7, price: 101 },
      ]),
      processedMs,
    );
    const { taken } = processor.drain();
    expect(taken.refused.map(({ row, reason }) => [row, reason])).toEqual([
      [0, "bad_price"],
      [1, "bad_price"],
      [2, "bad_size"],
      [3, "bad_time"],
      [4, "unknown_symbol"],
      [7, "unmatched"],
    ]);
    expect(taken.refused[1]!.detail).toMatch(/price must be a number above 0; was AAPL price -1 /);
    expect(processor.latest("AAPL")).toMatchObject({ tradeSeq: 2, price: 101 });
    expect(taken).toMatchObject({ rows: 2, repeats: 1, refusedRows: 6 });
  });

  it("tells ticks that were taken but late for a bar, once, and not those it takes again", () => {
    const processor = new Processor(OPTIONS);
    const ticks = [{ timeMs: 10 }, { timeMs: 9000 }, { timeMs: 20 }, { timeMs: 8900 }];
    processor.take(arrival(1, ticks), processedMs);
    const { taken } = processor.drain();
    expect([taken.rows, taken.lateTicks, taken.refusedRows]).toEqual([4, 1, 0]);
    expect(processor.drain().taken.lateTicks).toBe(0);
    processor.take(arrival(2, [{ timeMs: 30 }]), processedMs);
    const carried = Processor.restore(processor.export("work"));
    expect(carried.drain().taken.lateTicks).toBe(0);
    expect(processor.drain().taken.lateTicks).toBe(1);
  });

  it("closes the windows of a quiet stream by what its producer says", () => {
    const processor = new Processor(OPTIONS);
    processor.take(arrival(1, [{ timeMs: 10 }]), processedMs);
    expect(processor.drain().updates.bars).toEqual([]);
    processor.take(arrival(2, [], { clockMs: START_MS + 1000 }), processedMs);
    expect(processor.drain().updates.bars).toMatchObject([{ bar: { sizeMs: 1000, trades: 1 } }]);
  });

  it("waits for the slowest of its producers", () => {
    const processor = new Processor(OPTIONS);
    const clockMs = START_MS + 1000;
    processor.take(arrival(1, [{ timeMs: 10 }], { clockMs: START_MS }), processedMs);
    processor.take(arrival(1, [], { producer: "other/0", clockMs }), processedMs);
    expect(processor.drain().updates.bars).toEqual([]);
    processor.take(arrival(2, [], { clockMs }), processedMs);
    expect(processor.drain().updates.bars).toHaveLength(1);
  });

  it("tells a bar partial whose beginning a live feed did not see, and never one of a replay", () => {
    for (const [isLive, partial] of [
      [true, true],
      [false, false],
    ] as const) {
      const processor = new Processor(OPTIONS);
      const epochMs = START_MS + 400;
      const clockMs = START_MS + 2000;
      const ticks = [{ timeMs: 500 }, { timeMs: 1500 }];
      processor.take(arrival(1, ticks, { epochMs, clockMs, isLive }), processedMs);
      const { bars } = processor.drain().updates;
      expect(bars.map(({ bar }) => bar.partial)).toEqual([partial, false]);
    }
  });

  it("keeps the day of each symbol, and yesterday's last price", () => {
    const processor = new Processor(OPTIONS);
    const dayMs = 86_400_000;
    const arrivalMs = START_MS + 2 * dayMs;
    const first = arrival(1, [
      { timeMs: 0, price: 10, size: 5 },
      { timeMs: 1, price: 14, size: 5, irregular: true },
      { timeMs: 2, price: 12, size: 5 },
    ]);
    processor.take({ ...first, arrivalMs }, processedMs);
    expect(processor.latest("AAPL")?.day).toEqual({
      date: 20_240_103,
      open: 10,
      high: 12,
      low: 10,
      volume: 15,
      previousClose: null,
    });
    processor.take({ ...arrival(2, [{ timeMs: dayMs, price: 15 }]), arrivalMs }, processedMs);
    expect(processor.latest("AAPL")).toMatchObject({
      price: 15,
      day: { date: 20_240_104, open: 15, volume: 1, previousClose: 12 },
    });
    expect(processor.latest("MSFT")).toBeUndefined();
  });

  it("says how late a live bar's last trade was, and nothing of a replay's", () => {
    const anomaliesOf = (isLive: boolean) => {
      const processor = new Processor(OPTIONS);
      const clockMs = START_MS + 1000;
      processor.take(arrival(1, [{ timeMs: 900 }], { isLive, clockMs }), START_MS + 1101);
      return processor.drain().updates.anomalies;
    };
    expect(anomaliesOf(true)).toMatchObject([
      { type: "high_latency", value: 201, threshold: 100, seq: 1, alert: true },
    ]);
    expect(anomaliesOf(false)).toEqual([]);
  });
});

const tick = fc.record({
  symbol: fc.constantFrom("AAPL", "MSFT", "BRK.B", "bad symbol"),
  timeMs: fc.integer({ min: 0, max: 20_000 }),
  price: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 1, max: 300 }) }, fc.constant(-1)),
  size: fc.integer({ min: 0, max: 50 }),
  id: fc.integer({ min: -1, max: 60 }),
  flags: fc.constantFrom(0, 0, 0, 0, TICK.irregular, TICK.cancel, TICK.correct),
});
const frames = fc.array(fc.array(tick, { maxLength: 12 }), { minLength: 1, maxLength: 25 });

describe("the same records", () => {
  const run = (all: readonly Arrival[], cut: (at: number) => "go on" | "drain" | "restart") => {
    let processor = new Processor(OPTIONS);
    const told: BatchUpdates[] = [];
    all.forEach((one, at) => {
      processor.take(one, processedMs);
      const what = cut(at);
      if (what === "go on") return;
      told.push(processor.drain().updates);
      if (what === "restart") {
        processor = Processor.restore(processor.export("work"));
      }
    });
    told.push(processor.drain().updates);
    return { told: joined(told), state: processor.export("work") };
  };

  it("give the same results and state however they are cut and carried on", () => {
    fc.assert(
      fc.property(frames, fc.infiniteStream(fc.nat(2)), (given, choices) => {
        const all = given.map((ticks, at) =>
          arrival(at + 1, ticks, { clockMs: at % 3 === 0 ? START_MS + at * 700 : null }),
        );
        const whole = run(all, () => "go on");
        const cuts = ["go on", "drain", "restart"] as const;
        const cut = run(all, () => cuts[choices.next().value as number]!);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it("leave the state that what was taken of them leaves", () => {
    fc.assert(
      fc.property(frames, (given) => {
        const original = new Processor(OPTIONS);
        const replayed = new Processor(OPTIONS);
        given.forEach((ticks, at) => {
          original.take(arrival(at + 1, ticks), processedMs);
          if (at % 4 !== 3 && at !== given.length - 1) return;
          const { taken } = original.drain();
          const { symbols, frames: heads } = taken;
          replayed.replay({ symbols, frames: heads, ticks: taken.ticks(), processedMs });
        });
        const bare = (processor: Processor) => {
          const { head, columns } = unpack(processor.export("work"));
          // Refused rows were counted where they came, and are not replayed.
          const { windows } = head as { windows: { counts?: unknown } };
          delete windows.counts;
          return { head, columns };
        };
        expect(bare(replayed)).toEqual(bare(original));
      }),
      { numRuns: 150 },
    );
  });
});
