import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../lib/errors.ts";
import type { FeedBatch } from "../../../lib/feed.ts";
import { LiveFeed, type LiveFeedOptions } from "../../../lib/jobs/live-feed/run.ts";
import {
  accepted,
  always,
  feedOf,
  frameOf,
  inFolder,
  type Outcome,
  sizesBySymbol,
  testLog,
  testWorld,
  tick,
} from "./world.ts";

const SYMBOLS = ["AAA", "BBB", "CCC", "DDD"];
const never = () => new AbortController().signal;

/** Batches of so many ticks each, numbered through by their size. */
function batchesOf(lengths: readonly number[]): FeedBatch[] {
  let n = 0;
  return lengths.map((length) => ({
    ticks: Array.from({ length }, () => tick(++n, SYMBOLS[n % SYMBOLS.length]!)),
    clockMs: 1_700_000_000_000 + n,
  }));
}

function told(batches: readonly FeedBatch[]): Record<string, number[]> {
  const sizes: Record<string, number[]> = {};
  for (const { symbol, size } of batches.flatMap(({ ticks }) => ticks)) {
    sizes[symbol] ??= [];
    sizes[symbol].push(size);
  }
  return sizes;
}

/** These outcomes, then an outage without end. */
function* endless(outcomes: readonly Outcome[]): Generator<Outcome> {
  yield* outcomes;
  yield* always("before");
}

type Setting = Omit<LiveFeedOptions, "feed">;
const QUICK: Setting = { holdMs: 1, rowsMax: 8, drainMs: 30_000 };

describe("a feed whose log fails", () => {
  const outcome = fc.constantFrom<Outcome>("ok", "before", "part", "after");
  const outage = fc.oneof(
    fc.array(outcome, { maxLength: 30 }),
    fc.integer({ min: 20, max: 60 }).map((length) => Array<Outcome>(length).fill("before")),
  );
  const scene = fc.record({
    outcomes: outage,
    lengths: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 }),
    lanes: fc.integer({ min: 1, max: 3 }),
    memoryBytesMax: fc.constantFrom(0, 600, 3_000, 100_000),
    isPausable: fc.boolean(),
    /** A slow log has frames under way when others go to disk. */
    turns: fc.constantFrom(1, 3, 20),
  });

  it("loses nothing and keeps the order, whatever the pattern of its outages", async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ outcomes, lengths, isPausable, turns, ...setting }) => {
        await inFolder(async (folder) => {
          const log = testLog(outcomes, turns);
          const batches = batchesOf(lengths);
          const world = await testWorld(log, folder);
          const feed = feedOf(batches, { isPausable });
          const options = { ...QUICK, ...setting, feed };
          const figures = await new LiveFeed(world, options).run(never());
          const { frames, missing } = accepted(log);
          expect({ missing, ...sizesBySymbol(frames) }).toEqual({ missing: 0, ...told(batches) });
          const count = batches.reduce((sum, { ticks }) => sum + ticks.length, 0);
          expect(figures).toEqual({
            packed: count,
            refused: 0,
            stored: count,
            lost: 0,
            waitingFrames: 0,
            spilledBytes: 0,
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  it("goes on in order after a stop in the middle of an outage", async () => {
    const stopAfter = fc.integer({ min: 0, max: 40 });
    await fc.assert(
      fc.asyncProperty(scene, stopAfter, async ({ outcomes, lengths, ...setting }, after) => {
        await inFolder(async (folder) => {
          const options = { ...QUICK, ...setting, drainMs: 1 };
          const log = testLog(endless(outcomes), setting.turns);
          const stop = new AbortController();
          const feed = feedOf(batchesOf(lengths), { isPausable: setting.isPausable });
          const first = new LiveFeed(await testWorld(log, folder), { ...options, feed });
          const ended = first.run(stop.signal);
          for (let turn = 0; turn < after; turn++) await new Promise(setImmediate);
          stop.abort();
          const { packed, lost } = await ended;
          expect(lost).toBe(0);

          log.recover();
          const rest = feedOf([], { isPausable: setting.isPausable });
          await new LiveFeed(await testWorld(log, folder), { ...options, feed: rest }).run(never());
          const { frames, missing } = accepted(log);
          const read = batchesOf(lengths).flatMap(({ ticks }) => ticks);
          const expected = told([{ ticks: read.slice(0, packed) }]);
          expect({ missing, ...sizesBySymbol(frames) }).toEqual({ missing: 0, ...expected });
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe("a batch that is under way while it goes to disk", () => {
  const rest = Array<Outcome>(30).fill("ok");

  it.each<{ first: Outcome; records: number }>([
    // Twelve full frames, and one more that tells the clock. One is under way when the second goes to disk with it.
    { first: "ok", records: 13 },
    { first: "before", records: 13 },
    { first: "after", records: 14 },
  ])("is stored once more only if nobody knows that it was: %o", async ({ first, records }) => {
    await inFolder(async (folder) => {
      const log = testLog([first, ...rest], 40);
      const batches = batchesOf(Array(12).fill(8));
      const world = await testWorld(log, folder);
      const options = { ...QUICK, feed: feedOf(batches), memoryBytesMax: 400 };
      const figures = await new LiveFeed(world, options).run(never());
      expect(world.events()).toContain("feed.spill_begins");
      const { frames, missing } = accepted(log);
      expect({ missing, ...sizesBySymbol(frames) }).toEqual({ missing: 0, ...told(batches) });
      expect(log.records).toHaveLength(records);
      expect(figures).toMatchObject({ stored: 96, waitingFrames: 0 });
    });
  });
});

describe("a feed that is stopped while the log is away", () => {
  it.each([
    { isPausable: false, memoryBytesMax: 400 },
    { isPausable: false, memoryBytesMax: 1e6 },
    { isPausable: true, memoryBytesMax: 1e6 },
  ])(
    "leaves its frames on disk, and the next start stores them before its own: %o",
    async ({ isPausable, memoryBytesMax }) => {
      await inFolder(async (folder) => {
        const batches = batchesOf([20, 3, 40, 7, 30, 1]);
        const stop = new AbortController();
        const away = await testWorld(testLog(always("before")), folder);
        const first = feedOf(batches.slice(0, 3), { isPausable, isEndless: true });
        const one = new LiveFeed(away, { ...QUICK, feed: first, memoryBytesMax, drainMs: 0 });
        const ended = one.run(stop.signal);
        while (one.figures().packed < 63) await new Promise((resolve) => setTimeout(resolve, 1));
        stop.abort();
        const left = await ended;
        expect(left).toMatchObject({ packed: 63, stored: 0, lost: 0 });
        expect(left.waitingFrames).toBeGreaterThan(5);
        expect(away.notes.at(-1)).toMatchObject({ event: "feed.left_on_disk" });

        const log = testLog(["before", "part", "after"]);
        const second = feedOf(batches.slice(3), { isPausable });
        const two = new LiveFeed(await testWorld(log, folder), { ...QUICK, feed: second });
        expect(await two.run(never())).toMatchObject({ packed: 38, stored: 101, spilledBytes: 0 });
        const { frames, missing } = accepted(log);
        expect({ missing, ...sizesBySymbol(frames) }).toEqual({ missing: 0, ...told(batches) });
        expect(new Set(frames.map(({ epochMs }) => epochMs)).size).toBe(2);
      });
    },
  );

  it("stores also what lanes left that there are no more", async () => {
    await inFolder(async (folder) => {
      const batches = batchesOf([40]);
      const away = await testWorld(testLog(always("before")), folder);
      const feed = feedOf(batches, { isEndless: true });
      const stop = new AbortController();
      const one = new LiveFeed(away, { ...QUICK, feed, lanes: 8, drainMs: 0 });
      const ended = one.run(stop.signal);
      setTimeout(() => stop.abort(), 20);
      expect((await ended).waitingFrames).toBeGreaterThan(0);
      const log = testLog();
      const empty = feedOf([{ ticks: [] }]);
      const two = new LiveFeed(await testWorld(log, folder), { ...QUICK, feed: empty, lanes: 1 });
      expect(await two.run(never())).toMatchObject({ stored: 40, waitingFrames: 0 });
      expect(sizesBySymbol(accepted(log).frames)).toEqual(told(batches));
    });
  });
});

describe("what fits neither the log nor the disk", () => {
  it("is counted and reported, and the numbers show where it is missing", async () => {
    await inFolder(async (folder) => {
      const log = testLog(Array<Outcome>(3_000).fill("before"));
      const world = await testWorld(log, folder, { bytesMax: 4_000 });
      const batches = batchesOf(Array(60).fill(16));
      const options = { ...QUICK, feed: feedOf(batches), memoryBytesMax: 2_000 };
      const figures = await new LiveFeed(world, options).run(never());
      expect(figures.lost).toBeGreaterThan(0);
      expect(figures.stored + figures.lost).toBe(960);
      expect(world.counted).toMatchObject({
        "feed_ticks_total test lost": figures.lost,
        "feed_ticks_total test stored": figures.stored,
      });
      const written = world.counted["feed_spill_bytes_total test written"];
      expect(written).toBeGreaterThan(1_000);
      expect(world.counted["feed_spill_bytes_total test read"]).toBe(written);
      expect(world.notes.map(({ event }) => event)).toContain("feed.ticks_lost");
      const { frames } = accepted(log);
      expect(frames.reduce((sum, { rows }) => sum + rows, 0)).toBe(figures.stored);
    });
  });
});

describe("frames", () => {
  const run = (batches: readonly FeedBatch[], options: Setting = QUICK) =>
    inFolder(async (folder) => {
      const log = testLog();
      const world = await testWorld(log, folder);
      const feed = feedOf(batches);
      const figures = await new LiveFeed(world, { ...options, feed }).run(never());
      return { frames: log.records.map(({ bytes }) => frameOf(bytes)), figures, world };
    });

  it("carry ticks as they were told, with ids and flags where there are any", async () => {
    const ticks = [
      tick(1, "AAA", { id: 5 }),
      tick(2, "BBB", { irregular: true }),
      tick(3, "AAA", { id: 5, change: "correct", irregular: true }),
      tick(4, "AAA", { id: 5, change: "cancel" }),
    ];
    const { frames } = await run([{ ticks, clockMs: 77 }, { ticks: [tick(9)] }], { rowsMax: 4 });
    expect(frames).toHaveLength(2);
    const [first, second] = frames;
    expect(first).toMatchObject({
      producer: "test/0",
      number: 1,
      isLive: true,
      symbols: ["AAA", "BBB"],
      rows: 4,
    });
    expect([...first!.columns.id!]).toEqual([5, Number.NaN, 5, 5]);
    expect([...first!.columns.flags!]).toEqual([0, 1, 5, 2]);
    expect([...first!.columns.price]).toEqual(ticks.map(({ price }) => price));
    expect(second).toMatchObject({ number: 2, rows: 1, clockMs: 77, symbols: ["AAA"] });
    expect(second!.columns.id).toBeUndefined();
    expect(second!.columns.flags).toBeUndefined();
  });

  it("are sealed after the time a tick may wait, and tell the clock where nothing happens", async () => {
    await inFolder(async (folder) => {
      const log = testLog();
      const world = await testWorld(log, folder);
      let nowMs = 5_000;
      const stop = new AbortController();
      const seen = async (count: number) => {
        while (log.records.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
      };
      const feed = {
        ...feedOf([]),
        async *read() {
          yield { ticks: [tick(1)], clockMs: 10 };
          await seen(1);
          nowMs += 500;
          yield { ticks: [], clockMs: 20 };
          nowMs += 500;
          yield { ticks: [], clockMs: 30 };
          await seen(2);
          yield { ticks: [], clockMs: 30 };
        },
      };
      await new LiveFeed({ ...world, nowMs: () => nowMs }, { feed, holdMs: 5 }).run(stop.signal);
      const frames = log.records.map(({ bytes }) => frameOf(bytes));
      expect(frames.map(({ rows, clockMs, sentMs }) => [rows, clockMs, sentMs])).toEqual([
        [1, 10, 5_000],
        [0, 30, 6_000],
      ]);
    });
  });

  it("refuse a symbol that no frame can name", async () => {
    const ticks = ["A\nB", "", "A B", "x".repeat(33), "BRK.B"].map((symbol) => tick(1, symbol));
    const { frames, figures, world } = await run([{ ticks }]);
    expect(figures).toMatchObject({ packed: 1, refused: 4, stored: 1 });
    expect(world.counted["feed_ticks_total test refused"]).toBe(4);
    expect(frames.flatMap(({ symbols }) => symbols)).toEqual(["BRK.B"]);
  });
});

describe("failures that no waiting mends", () => {
  it("of the feed end the job after what was read is stored", async () => {
    await inFolder(async (folder) => {
      const log = testLog(["before", "after"]);
      const feed = {
        ...feedOf([]),
        async *read() {
          yield { ticks: [tick(1), tick(2)] };
          throw new AppError("VENDOR_REFUSED", "the key is wrong");
        },
      };
      const world = await testWorld(log, folder, { isPatient: true });
      await expect(new LiveFeed(world, { ...QUICK, feed }).run(never())).rejects.toThrow(
        "the key is wrong",
      );
      expect(sizesBySymbol(accepted(log).frames)).toEqual({ AAA: [1, 2] });
    });
  });

  it("of the log end it with the frames on disk", async () => {
    await inFolder(async (folder) => {
      const eventLog = { append: () => Promise.reject(new AppError("BAD_REQUEST", "no such log")) };
      const feed = feedOf(batchesOf([9]), { isEndless: true });
      const world = await testWorld(eventLog, folder, { isPatient: true });
      const running = new LiveFeed(world, { ...QUICK, feed });
      await expect(running.run(never())).rejects.toThrow("no such log");
      expect(running.figures()).toMatchObject({ packed: 9, stored: 0, lost: 0, waitingFrames: 2 });
    });
  });
});
