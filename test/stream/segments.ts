/** Segments for tests: any that the codec must take, and one with little in it. */
import * as fc from "fast-check";
import type { Segment, SegmentAnomaly, SegmentBar } from "../../lib/stream/segment.ts";

/** Doubles of all kinds: any bits, prices in cents, whole numbers, and what arithmetic breaks on. */
export const anyDouble = fc.oneof(
  fc.double(),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, Number.MIN_VALUE),
);

/** A column with one kind of number in it, or with a few of another between them. */
const doubles = (rows: number) =>
  fc
    .oneof(
      fc.constant(anyDouble),
      fc.constant(fc.integer({ min: 1, max: 99_999 }).map((cents) => cents / 100)),
      fc.constant(fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 })),
      fc.constant(
        fc.oneof(
          { weight: 30, arbitrary: fc.integer({ min: 0, max: 9 }) },
          { weight: 1, arbitrary: anyDouble },
        ),
      ),
    )
    .chain((cell) => fc.array(cell, { minLength: rows, maxLength: rows }))
    .map((cells) => Float64Array.from(cells));

const text = fc.string({ unit: "binary", maxLength: 12 });
const seq = fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String);
const whole = fc.nat({ max: 2 ** 40 });
const optional = fc.option(anyDouble);

const bar: fc.Arbitrary<SegmentBar> = fc.record(
  {
    symbol: text,
    sizeMs: whole,
    startMs: whole,
    endMs: whole,
    open: optional,
    high: optional,
    low: optional,
    close: optional,
    volume: anyDouble,
    vwap: optional,
    trades: whole,
    revision: fc.nat({ max: 9 }),
    partial: fc.boolean(),
    irregular: fc.boolean(),
    seq: whole,
    readings: fc.dictionary(fc.constantFrom("sma20", "rsi14", "macd.signal"), optional, {
      noNullPrototype: true,
    }),
  },
  {
    requiredKeys: [
      ...(["symbol", "sizeMs", "startMs", "endMs", "open", "high", "low", "close"] as const),
      ...(["volume", "vwap", "trades", "revision", "partial", "irregular", "seq"] as const),
    ],
  },
);

const anomaly: fc.Arbitrary<SegmentAnomaly> = fc.record({
  symbol: text,
  seq: whole,
  type: fc.constantFrom("price_spike", "rsi_oversold", "high_latency"),
  severity: fc.constantFrom("low", "critical"),
  sizeMs: whole,
  endMs: whole,
  value: anyDouble,
  baseline: optional,
  threshold: anyDouble,
  alert: fc.boolean(),
});

const frame = fc.record({
  seq,
  producer: text,
  epochMs: anyDouble,
  number: whole,
  sentMs: anyDouble,
  clockMs: optional,
  isLive: fc.boolean(),
  arrivalMs: anyDouble,
  rows: fc.nat({ max: 40 }),
});

const ticks = (rows: number) =>
  fc.record(
    {
      rows: fc.constant(rows),
      symbol: fc
        .array(fc.oneof(fc.nat({ max: 5 }), fc.integer()), { minLength: rows, maxLength: rows })
        .map((cells) => Int32Array.from(cells)),
      timeMs: doubles(rows),
      price: doubles(rows),
      size: doubles(rows),
      id: doubles(rows),
      flags: fc.uint8Array({ minLength: rows, maxLength: rows }),
    },
    { requiredKeys: ["rows", "symbol", "timeMs", "price", "size"] },
  );

export const anySegment: fc.Arbitrary<Segment> = fc.array(frame, { maxLength: 4 }).chain((frames) =>
  fc.record({
    log: text,
    shard: text,
    after: seq,
    through: seq,
    processedMs: anyDouble,
    symbols: fc.array(text, { maxLength: 4 }),
    frames: fc.constant(frames),
    ticks: ticks(frames.reduce((sum, { rows }) => sum + rows, 0)),
    bars: fc.array(bar, { maxLength: 5 }),
    anomalies: fc.array(anomaly, { maxLength: 3 }),
    refused: fc.array(fc.record({ seq, row: fc.option(whole), reason: text, detail: text }), {
      maxLength: 3,
    }),
  }),
);
