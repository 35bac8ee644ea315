// Folding segments: once, whoever does it and wherever it dies; months, retention and what may be removed.
import { describe, expect, it } from "vitest";
import { memoryObjects, storeOver } from "../../bench/stores.ts";
import { zstd } from "../../lib/edge/zstd.ts";
import { compact } from "../../lib/jobs/stream/compact.ts";
import { streamBars } from "../../lib/jobs/stream/reads/bars.ts";
import { streamTicks } from "../../lib/jobs/stream/reads/ticks.ts";
import { segmentKey, segmentsPrefix, ticksPrefix } from "../../lib/stream/segment-names.ts";
import { mortal } from "./mortal.ts";
import {
  bodyOf,
  LOG,
  type StreamHome,
  streamHomes,
  TestShard,
  type TestTick,
} from "./stream-home.ts";

const home = streamHomes();
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 4, 30, 22);

/** One trade a minute, in batches of five. */
function batches(minutes: number, startMs = START_MS, symbols = ["AAA", "BBB"]): TestTick[][] {
  const ticks = Array.from({ length: minutes }, (_, minute) =>
    symbols.map((symbol, at) => ({
      symbol,
      timeMs: startMs + minute * MINUTE_MS + at,
      price: 100 + (minute % 9),
      size: 10,
      id: minute + 1,
    })),
  );
  return Array.from({ length: Math.ceil(minutes / 5) }, (_, at) =>
    ticks.slice(5 * at, 5 * at + 5).flat(),
  );
}

async function filled(shards: readonly TestShard[], minutes: number, objects = memoryObjects()) {
  const made = home(objects);
  for (const batch of batches(minutes)) {
    for (const shard of shards) await made.put(shard.next(batch));
  }
  return made;
}

const partsOf = async ({ images }: StreamHome): Promise<string[]> => {
  const snapshot = await images.snapshot("bars", { revalidate: true });
  snapshot.release();
  return Object.keys(snapshot.manifest.parts).sort();
};
const keysOf = async ({ objects }: StreamHome, prefix: string): Promise<string[]> =>
  (await objects.list(prefix)).map(({ key }) => key);

const every = { sizeMs: MINUTE_MS, startMs: 0, limit: 10_000 };
async function contentOf({ reads }: StreamHome) {
  const reader = reads();
  const content = async (symbol: string) => ({
    bars: (await bodyOf(streamBars(reader, { symbol, ...every }))).bars,
    ticks: (await bodyOf(streamTicks(reader, { symbol, limit: 10_000 }))).ticks,
  });
  return [await content("AAA"), await content("BBB")];
}

describe("compaction", () => {
  it("folds each segment once, in as many commits as the ticks need", async () => {
    const one = await filled([new TestShard("0")], 120);
    expect(await one.compact({ ticksMax: 50 })).toMatchObject({
      segments: 24,
      ticks: 240,
      damaged: [],
      gaps: 0,
    });
    expect((await one.compact()).segments).toBe(0);
    // The last two windows have not closed.
    const [{ bars, ticks }] = (await contentOf(one)) as [{ bars: unknown[]; ticks: unknown[] }];
    expect({ bars: bars.length, ticks: ticks.length }).toEqual({ bars: 118, ticks: 120 });
  });

  it("leaves young segments alone", async () => {
    const one = await filled([new TestShard("0")], 20);
    expect((await one.compact({ ageMs: 60_000 })).segments).toBe(0);
    one.time.nowMs += 61_000;
    expect((await one.compact({ ageMs: 60_000 })).segments).toBe(4);
  });

  it("of many at once folds each segment once", async () => {
    const one = await filled([new TestShard("0"), new TestShard("1")], 60);
    const expected = await contentOf(one);
    const others = Array.from({ length: 4 }, one.another);
    const summaries = await Promise.all(others.map((run) => run({ ticksMax: 60, graceMs: 0 })));
    const folded = summaries.reduce((sum, { segments }) => sum + segments, 0);
    expect(folded).toBe(24);
    expect(await contentOf(one)).toEqual(expected);
  });

  it("may die at any write and leaves what the next one ends", { timeout: 60_000 }, async () => {
    const objects = memoryObjects();
    const one = await filled([new TestShard("0")], 130, objects);
    const expected = await contentOf(one);
    for (let at = 1; at < 200; at++) {
      const life = mortal(objects, at);
      const images = storeOver(life.objects);
      const world = { images, objects: life.objects, packing: zstd, nowMs: Date.now };
      const dead = await compact(world, { log: LOG, ageMs: -1000, ticksMax: 40, graceMs: 0 }).then(
        () => false,
        () => true,
      );
      images.close();
      expect(await contentOf(one), `death at write ${at}`).toEqual(expected);
      if (!dead) break;
      // What had been folded stays folded, so the next one dies later in the work.
    }
    expect((await one.compact({ graceMs: 0 })).segments).toBe(0);
    const named = await keysOf(one, ticksPrefix(LOG, "0"));
    expect(new Set(named).size).toBe(named.length);
  });

  it("waits at a damaged segment, says which it is, and goes on in other shards", async () => {
    const one = await filled([new TestShard("0"), new TestShard("1")], 30);
    const [, second] = await keysOf(one, segmentsPrefix(LOG, "0"));
    await one.objects.put(second!, Buffer.from("damaged"));
    const { segments, damaged } = await one.compact();
    expect({ segments, damaged: damaged.map(({ key }) => key) }).toEqual({
      segments: 1 + 6,
      damaged: [second],
    });
    const reading = bodyOf(streamBars(one.reads(), { symbol: "AAA", ...every }));
    await expect(reading).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
  });

  it("says when numbers of the log are missing, and readers warn of it", async () => {
    const shard = new TestShard("0");
    const one = home();
    const segments = batches(30).map((batch) => shard.next(batch));
    for (const [at, segment] of segments.entries()) if (at !== 2) await one.put(segment);
    const { meta } = await bodyOf<{ meta: { warnings: { code: string }[] } }>(
      streamBars(one.reads(), { symbol: "AAA", ...every }),
    );
    expect(meta.warnings.map(({ code }) => code)).toEqual(["STREAM_GAP"]);
    expect(await one.compact()).toMatchObject({ segments: 5, gaps: 1 });
  });

  it("cuts days at midnight UTC, and makes one part of a month that is over", async () => {
    const one = await filled([new TestShard("0")], 26 * 60);
    const expected = await contentOf(one);
    expect(await one.compact({ graceMs: 0 })).toMatchObject({ months: [] });
    expect(await partsOf(one)).toEqual(["day/20240530", "day/20240531", "progress"]);
    const shard = new TestShard("9");
    await one.put(shard.next([{ symbol: "ZZZ", timeMs: Date.UTC(2024, 5, 2), price: 5, size: 1 }]));
    expect(await one.compact({ graceMs: 0 })).toMatchObject({ months: [202405] });
    expect(await partsOf(one)).toEqual(["day/20240602", "month/202405", "progress"]);
    expect(await contentOf(one)).toEqual(expected);
    // A late bar of the month goes into it.
    await one.put(shard.next([{ symbol: "YYY", timeMs: START_MS, price: 5, size: 1 }]));
    await one.compact({ graceMs: 0 });
    expect(await partsOf(one)).toEqual(["day/20240602", "month/202405", "progress"]);
  });

  it("lets go days that are older than is kept, counted from the latest one", async () => {
    const one = await filled([new TestShard("0")], 30);
    await one.compact();
    const shard = new TestShard("1");
    const later = START_MS + 400 * DAY_MS;
    for (const batch of batches(30, later, ["CCC"])) await one.put(shard.next(batch));
    const { dropped, removed } = await one.compact({ keepDays: 365 });
    expect(dropped).toEqual(["day/20240530"]);
    expect(removed).toBe(1);
    expect(await keysOf(one, ticksPrefix(LOG, "0"))).toEqual([]);
    expect(await keysOf(one, ticksPrefix(LOG, "1"))).toHaveLength(1);
  });

  it("removes folded segments after the grace time, and none that a state needs", async () => {
    const shard = new TestShard("0");
    const one = home();
    const put = async (all: TestTick[][]) => {
      for (const batch of all) await one.put(shard.next(batch));
    };
    const all = batches(60);
    await put(all.slice(0, 4));
    const [first] = [shard.lastSeq];
    await one.checkpoint(shard);
    await put(all.slice(4, 8));
    await one.compact({ graceMs: 60_000 });
    expect((await one.compact({ graceMs: 60_000 })).removed).toBe(0);
    one.time.nowMs += 61_000;
    expect((await one.compact({ graceMs: 60_000 })).removed).toBe(4);
    const [left] = await keysOf(one, segmentsPrefix(LOG, "0"));
    expect(left).toBe(segmentKey(LOG, "0", first!));
    // Two later states let go what only the first one needed, and itself.
    await one.checkpoint(shard);
    await put(all.slice(8, 10));
    await one.checkpoint(shard);
    one.time.nowMs += 61_000;
    expect((await one.compact({ graceMs: 60_000 })).removed).toBe(1 + 4);
  });

  it("removes nothing of a shard that has no state yet", async () => {
    const one = await filled([new TestShard("0")], 30);
    await one.compact({ graceMs: 0 });
    one.time.nowMs += 1;
    expect((await one.compact({ graceMs: 0 })).removed).toBe(0);
  });

  it("counts what was refused", async () => {
    const shard = new TestShard("0");
    const one = home();
    const bad = { symbol: "AAA", timeMs: START_MS, price: 0.5, size: 1 };
    await one.put(shard.next([bad, { ...bad, price: 5 }, bad]));
    await one.put(shard.next([{ ...bad, timeMs: START_MS + 5 * MINUTE_MS, price: 5 }]));
    expect(await one.compact()).toMatchObject({ refused: 2, ticks: 2 });
    const snapshot = await one.images.snapshot("bars", { revalidate: true });
    const { query } = await snapshot.open("month/202311");
    expect(query("select reason, count from refused")).toEqual([{ reason: "bad_price", count: 2 }]);
    snapshot.release();
  });
});
