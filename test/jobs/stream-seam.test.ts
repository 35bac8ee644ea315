// However the same ticks lie over segments and images, and whatever becomes of them while pages are read: answers are the
// same, and those of the windows themselves.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streamAnomalies } from "../../lib/jobs/stream/reads/anomalies.ts";
import { streamBars } from "../../lib/jobs/stream/reads/bars.ts";
import { streamIndicators } from "../../lib/jobs/stream/reads/indicators.ts";
import { streamLatest } from "../../lib/jobs/stream/reads/latest.ts";
import { symbolsAnswer } from "../../lib/jobs/stream/reads/symbols.ts";
import { streamTicks } from "../../lib/jobs/stream/reads/ticks.ts";
import type { StreamReads } from "../../lib/jobs/stream/reads/view.ts";
import { anomaliesRequest, barsRequest, ticksRequest } from "../../lib/schemas/stream.ts";
import type { Segment } from "../../lib/stream/segment.ts";
import { TICK } from "../../lib/stream/ticks.ts";
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

/** A symbol that has not come yet is unknown: then the others are asked for. */
const isWhole = ({ segments }: Streamed) =>
  SYMBOLS.every((symbol) => segments.some((one) => one.symbols.includes(symbol) && isTraded(one)));
const isTraded = ({ bars, ticks }: Segment) => bars.length > 0 || ticks.price.some((p) => p >= 1);

const someOfAll = SYMBOLS.map((symbol) => ({
  symbol,
  stepMs: 1000,
  cents: 10_100,
  size: 10,
  kind: "trade" as const,
  back: 0,
}));

describe("the same ticks", () => {
  it("read the same over segments and images, however they are split", {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(fc.nat({ max: 23 }), { minLength: 1, maxLength: 4 }),
        async (made, at) => {
          const stream = streamed(ticksOf([someOfAll, ...made]));
          expect(isWhole(stream)).toBe(true);
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
      { numRuns: 25 },
    );
  });
});
