// However the same ticks lie over segments and images, and whatever becomes of them while pages are read: answers are the
// same, and those of the windows themselves.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayOfMs } from "../../lib/bars/parts.ts";
import { streamAnomalies } from "../../lib/jobs/stream/reads/anomalies.ts";
import { streamBars } from "../../lib/jobs/stream/reads/bars.ts";
import { streamIndicators } from "../../lib/jobs/stream/reads/indicators.ts";
import { streamLatest } from "../../lib/jobs/stream/reads/latest.ts";
import { symbolsAnswer } from "../../lib/jobs/stream/reads/symbols.ts";
import { streamTicks } from "../../lib/jobs/stream/reads/ticks.ts";
import type { StreamReads } from "../../lib/jobs/stream/reads/view.ts";
import { anomaliesRequest, barsRequest, ticksRequest } from "../../lib/schemas/stream.ts";
import type { Bar } from "../../lib/stream/bars.ts";
import type { Segment } from "../../lib/stream/segment.ts";
import { TICK } from "../../lib/stream/ticks.ts";
import { addDays } from "../../lib/time.ts";
import { bodyOf, type StreamHome, streamHomes, TestShard, type TestTick } from "./stream-home.ts";

const home = streamHomes();

/** The end of a month, so that days and months begin in it. */
const START_MS = Date.UTC(2024, 0, 31, 23, 40);
const SYMBOLS = ["AAA", "BBB", "CCC.D"];
const SPAN_MS = 4 * 3_600_000;

const tick = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  /** How far the stream goes on; a few ticks come late. */
  stepMs: fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 40_000 }) },
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -300_000, max: -1 }) },
    { weight: 1, arbitrary: fc.integer({ min: 600_000, max: 40_000_000 }) },
  ),
  cents: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 10_000, max: 10_300 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  size: fc.nat({ max: 500 }),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("trade" as const) },
    { weight: 2, arbitrary: fc.constant("irregular" as const) },
    { weight: 1, arbitrary: fc.constant("cancel" as const) },
    { weight: 1, arbitrary: fc.constant("correct" as const) },
    { weight: 1, arbitrary: fc.constant("again" as const) },
  ),
  back: fc.nat({ max: 4 }),
});

const batches = fc.array(fc.array(tick, { minLength: 1, maxLength: 8 }), {
  minLength: 1,
  maxLength: 12,
});

/** Ticks with times and ids; cancels, corrections and repeats are about one of the last trades of the symbol. */
function ticksOf(
  all: readonly (readonly (typeof tick extends fc.Arbitrary<infer T> ? T : never)[])[],
) {
  let nowMs = START_MS;
  let id = 0;
  const told = new Map<string, TestTick[]>();
  return all.map((batch) =>
    batch.map(({ symbol, stepMs, cents, size, kind, back }): TestTick => {
      const earlier = told.get(symbol) ?? [];
      const subject = earlier.at(-1 - back);
      if (subject && kind === "again") return subject;
      if (subject && kind === "cancel") return { ...subject, flags: TICK.cancel };
      if (subject && kind === "correct") {
        return { ...subject, price: 100 + cents / 1e6, size, flags: TICK.correct };
      }
      const timeMs = nowMs + stepMs;
      nowMs = Math.max(nowMs, timeMs);
      const flags = kind === "irregular" ? TICK.irregular : 0;
      const made = { symbol, timeMs, price: cents / 100, size, id: ++id, flags };
      if (cents > 0) told.set(symbol, [...earlier, made]);
      return made;
    }),
  );
}

/** The shard a symbol's ticks go to. */
const shardOf = (symbol: string) => (symbol === "CCC.D" ? 1 : 0);

type Streamed = Readonly<{ shards: readonly TestShard[]; segments: readonly Segment[] }>;

function streamed(all: ReturnType<typeof ticksOf>): Streamed {
  const shards = [new TestShard("shard-0"), new TestShard("shard-1")];
  const segments = all.flatMap((batch) =>
    shards.flatMap((shard, at) => {
      const own = batch.filter(({ symbol }) => shardOf(symbol) === at);
      return own.length === 0 ? [] : [shard.next(own)];
    }),
  );
  return { shards, segments };
}

const withoutVersion = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body, (name, value) => (name === "dataset_version" ? "" : value)));

/** All pages of a list, as one; `between` happens after each. */
async function pages(
  page: (cursor: string | undefined) => Promise<Record<string, unknown>>,
  list: string,
  between: () => Promise<unknown> = async () => {},
): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const body = await page(cursor);
    all.push(...(body[list] as unknown[]));
    if (body.next === null) return all;
    cursor = body.next as string;
    await between();
  }
}

const iso = (ms: number) => new Date(ms).toISOString();

async function everything(reads: StreamReads, between?: () => Promise<unknown>) {
  const bodies: unknown[] = [];
  for (const symbol of SYMBOLS) {
    for (const window of ["1min", "5min", "10min", "45min"]) {
      const asked = { symbol, window, start: iso(START_MS - SPAN_MS), limit: "3" };
      bodies.push(
        await pages(
          async (cursor) =>
            bodyOf(streamBars(reads, barsRequest.parse({ ...asked, ...(cursor && { cursor }) }))),
          "bars",
          between,
        ),
      );
      const last = barsRequest.parse({ symbol, window, limit: "4" });
      bodies.push(await bodyOf(streamBars(reads, last)));
      bodies.push(await bodyOf(streamBars(reads, { ...last, points: 3 })));
    }
    const few = { symbol, limit: "2" };
    bodies.push(
      await pages(
        async (cursor) =>
          bodyOf(streamTicks(reads, ticksRequest.parse({ ...few, ...(cursor && { cursor }) }))),
        "ticks",
        between,
      ),
    );
    const noon = { symbol, start: iso(START_MS + 60_000), end: iso(START_MS + SPAN_MS) };
    bodies.push(await bodyOf(streamTicks(reads, ticksRequest.parse(noon))));
    const names = ["sma20", "rsi14"] as const;
    bodies.push(
      await bodyOf(streamIndicators(reads, { symbol, sizeMs: 60_000, names, limit: 30 })),
    );
    bodies.push(await bodyOf(streamLatest(reads, { symbol })));
  }
  bodies.push(await bodyOf(symbolsAnswer(reads, { limit: 10 })));
  for (const filter of [{}, { symbol: "AAA" }, { severity: "high" }]) {
    bodies.push(
      await pages(
        async (cursor) => {
          const asked = { limit: "2", ...filter, ...(cursor && { cursor }) };
          return bodyOf(streamAnomalies(reads, anomaliesRequest.parse(asked)));
        },
        "anomalies",
        between,
      ),
    );
  }
  return withoutVersion(bodies);
}

/** Puts segments, and folds and forgets what is folded, wherever a number says so. */
async function lay({ put, compact }: StreamHome, { segments }: Streamed, at: readonly number[]) {
  for (const [place, segment] of segments.entries()) {
    await put(segment);
    if (at.includes(place)) await compact({ graceMs: 0 });
  }
}

/** One trade of each: what has not come yet is unknown. */
const someOfAll = SYMBOLS.map((symbol) => ({
  symbol,
  stepMs: 1000,
  cents: 10_100,
  size: 10,
  kind: "trade" as const,
  back: 0,
}));

const batchesAnd = batches.map((made) => ticksOf([someOfAll, ...made]));

/** The trades of a symbol that stand, newest first: told once, without those that were cancelled in time. */
function standingTrades(all: ReturnType<typeof ticksOf>, symbol: string): unknown[] {
  type Known = TestTick & { isCancelled: boolean; shown: TestTick };
  const trades: Known[] = [];
  let latestMs = 0;
  for (const one of all.flat().filter((other) => shardOf(other.symbol) === shardOf(symbol))) {
    const { flags = 0 } = one;
    if (flags >= TICK.cancel) {
      const last = dayOfMs(latestMs);
      for (const trade of trades) {
        const isMeant = one.symbol === symbol && trade.id === one.id;
        if (!isMeant || last > addDays(dayOfMs(trade.timeMs), 1)) continue;
        if (flags === TICK.cancel) trade.isCancelled = true;
        else trade.shown = { ...one, timeMs: trade.timeMs, flags: 0 };
      }
      continue;
    }
    if (one.price < 1) continue;
    latestMs = Math.max(latestMs, one.timeMs);
    if (one.symbol !== symbol || trades.some((trade) => trade.id === one.id)) continue;
    trades.push({ ...one, isCancelled: false, shown: one });
  }
  return trades
    .toReversed()
    .sort((a, b) => b.timeMs - a.timeMs)
    .filter(({ isCancelled }) => !isCancelled)
    .map(({ shown: { timeMs, price, size, id, flags = 0 } }) => ({
      time: iso(timeMs),
      price,
      size,
      id,
      irregular: flags === TICK.irregular,
    }));
}

/** The bars of a symbol and size that stand, as the shards told them. */
function standingBars({ segments, shards }: Streamed, symbol: string, sizeMs: number) {
  const bars = new Map<number, Bar>();
  const forming = shards.flatMap((shard) => shard.state().forming(symbol));
  for (const bar of [...forming, ...segments.flatMap((segment) => segment.bars)]) {
    if (bar.symbol === symbol && bar.sizeMs === sizeMs) bars.set(bar.startMs, bar);
  }
  return [...bars.values()]
    .filter(({ trades }) => trades > 0)
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ open, high, low, close, volume, vwap, trades, ...bar }) => ({
      start: iso(bar.startMs),
      end: iso(bar.endMs),
      ...{ open, high, low, close, volume, vwap, trades },
      revision: bar.revision,
      partial: bar.partial,
      irregular: bar.irregular,
    }));
}

describe("the same ticks", () => {
  it("read the same over segments and images, however they are split", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        batchesAnd,
        fc.array(fc.nat({ max: 23 }), { minLength: 1, maxLength: 4 }),
        async (all, at) => {
          const stream = streamed(all);
          const states = () => stream.shards.map((shard) => shard.state());
          const plain = home();
          await lay(plain, stream, []);
          const split = home();
          await lay(split, stream, at);
          const whole = home();
          await lay(whole, stream, [stream.segments.length - 1]);
          const expected = await everything(plain.reads(states));
          expect(await everything(split.reads(states))).toEqual(expected);
          expect(await everything(whole.reads(states))).toEqual(expected);
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  it("read the same while they are folded and removed between the pages", {
    timeout: 60_000,
  }, async () => {
    let commits = 0;
    await fc.assert(
      fc.asyncProperty(batchesAnd, async (all) => {
        const stream = streamed(all);
        const states = () => stream.shards.map((shard) => shard.state());
        const one = home();
        await lay(one, stream, []);
        const expected = await everything(one.reads(states));
        for (const shard of stream.shards) await one.checkpoint(shard);
        const between = async () => {
          const fold = { ticksMax: 1, roundsMs: -1, graceMs: 0 };
          commits += (await one.compact(fold)).commits;
        };
        expect(await everything(one.reads(states), between)).toEqual(expected);
        while ((await one.compact({ graceMs: 0 })).removed > 0);
        expect(await one.objects.list("stream/ticks/shard-0/segments/")).toEqual([]);
        expect(await everything(one.reads(states))).toEqual(expected);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(commits).toBeGreaterThan(5);
  });

  it("read as the trades and bars that stand", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(batchesAnd, fc.nat({ max: 23 }), async (all, at) => {
        const stream = streamed(all);
        const one = home();
        await lay(one, stream, [at]);
        const reads = one.reads(() => stream.shards.map((shard) => shard.state()));
        for (const symbol of SYMBOLS) {
          const { ticks } = await bodyOf(streamTicks(reads, { symbol, limit: 1000 }));
          expect(ticks).toEqual(standingTrades(all, symbol));
          for (const sizeMs of [60_000, 300_000, 900_000]) {
            const asked = { symbol, sizeMs, startMs: 0, limit: 1000 };
            const { bars } = await bodyOf(streamBars(reads, asked));
            expect(bars).toEqual(standingBars(stream, symbol, sizeMs));
          }
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
