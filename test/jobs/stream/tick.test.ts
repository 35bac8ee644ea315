// A batch of the log: its effect comes once, whenever a process dies, whoever else works, however batches are cut.
import { describe, expect, it } from "vitest";
import { memoryObjects } from "../../../bench/stores.ts";
import { uniform } from "../../../bench/uniform.ts";
import { zstd } from "../../../lib/edge/zstd.ts";
import { loadedShard } from "../../../lib/jobs/stream/state.ts";
import type { LogRecord } from "../../../lib/stream/record.ts";
import { delivered as deliveredTo } from "../killed.ts";
import { records } from "./records.ts";
import {
  atOnce,
  bareState,
  LOG,
  OPTIONS,
  process,
  SHARD,
  type Shared,
  shared,
  storedSegments,
} from "./shard.ts";

const batch = (some: readonly LogRecord[]) => ({ log: LOG, shard: SHARD, records: some });

type Dying = Readonly<{ seed: number; deadly: number; isRedisUp?: () => boolean }>;

/** @returns how many processes died */
const delivered = (all: readonly LogRecord[], stage: Shared, { isRedisUp, ...dying }: Dying) =>
  deliveredTo(all, { ...dying, most: 8 }, (dies) => {
    const job = process(stage, dies, isRedisUp);
    return (records) => job(batch(records));
  });

const rowsOf = (segments: Awaited<ReturnType<typeof storedSegments>>) =>
  segments.flatMap(({ ticks, symbols }) =>
    Array.from(
      { length: ticks.rows },
      (_, row) =>
        `${symbols[ticks.symbol[row]!]} ${ticks.timeMs[row]} ${ticks.price[row]} ${ticks.size[row]} ${ticks.id![row]}`,
    ),
  );

/** Of each symbol, in the order they come: those of different ones may overtake each other. */
function numbersOf(items: readonly Readonly<{ symbol: string; seq: number }>[]) {
  const numbers: Record<string, number[]> = {};
  for (const { symbol, seq } of items) numbers[symbol] = [...(numbers[symbol] ?? []), seq];
  return numbers;
}

async function expectWhole(all: readonly LogRecord[], stage: Shared) {
  const { processor, taken, updates } = atOnce(all);
  const segments = await storedSegments(stage.objects);
  expect(segments.at(-1)?.through).toBe(all.at(-1)!.seq);
  const ticks = { ...taken.ticks(), rows: taken.rows };
  expect(rowsOf(segments)).toEqual(rowsOf([{ ticks, symbols: taken.symbols } as never]));
  const bars = updates.bars.map(({ bar, seq }) => ({ ...bar, seq }));
  expect(segments.flatMap((segment) => segment.bars)).toEqual(bars);
  expect(segments.flatMap(({ anomalies }) => anomalies)).toEqual(updates.anomalies);
  expect(segments.flatMap(({ refused }) => refused)).toEqual(taken.refused);
  const loaded = await loadedShard({ objects: stage.objects, packing: zstd }, LOG, SHARD, OPTIONS);
  expect(bareState(loaded.processor)).toEqual(bareState(processor));
  const told = [...new Set(stage.enriched)]
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === "bar");
  expect(numbersOf(told)).toEqual(numbersOf(bars));
}

describe("a shard's batches", () => {
  it.each([1, 2, 3, 4])("have their effect once, processes dying (seed %i)", async (seed) => {
    const all = records({ seed, frames: 90 });
    const stage = shared(memoryObjects());
    const deaths = await delivered(all, stage, { seed, deadly: 0.03 });
    expect(deaths).toBeGreaterThan(2);
    await expectWhole(all, stage);
  });

  it.each([11, 12])(
    "have it without Redis, and with one that comes and goes (seed %i)",
    async (seed) => {
      const all = records({ seed, frames: 100 });
      const stage = shared(memoryObjects());
      const chance = uniform(seed);
      const isRedisUp = seed === 11 ? () => false : () => chance() < 0.5;
      await delivered(all, stage, { seed, deadly: 0.02, isRedisUp });
      await expectWhole(all, stage);
    },
  );

  it("go on where another process has stored before, and nothing is taken twice", async () => {
    const all = records({ seed: 21, frames: 60 });
    const stage = shared(memoryObjects());
    const [one, other] = [process(stage), process(stage, undefined, () => false)];
    for (let from = 0; from < all.length; from += 5) {
      // Both are given the same, as when a batch that took too long comes to another process.
      await Promise.all([
        one(batch(all.slice(from, from + 5))),
        other(batch(all.slice(from, from + 3))),
      ]);
    }
    await expectWhole(all, stage);
  });

  it("leave nothing of a process that wakes up long after it was given up", async () => {
    const all = records({ seed: 22, frames: 40 });
    const stage = shared(memoryObjects());
    const old = process(stage);
    await old(batch(all.slice(0, 5)));
    await process(stage)(batch(all.slice(0, 30)));
    await old(batch(all.slice(5, 12)));
    await process(stage)(batch(all.slice(30)));
    await expectWhole(all, stage);
  });

  it("are told to who watches with numbers that never leap, except where a process died", async () => {
    const all = records({ seed: 23, frames: 80 });
    const stage = shared(memoryObjects());
    await delivered(all, stage, { seed: 23, deadly: 0 });
    const last = new Map<string, number>();
    for (const { trades } of stage.pushed) {
      for (const { symbol, firstSeq, seq } of trades) {
        expect(firstSeq).toBe((last.get(symbol) ?? 0) + 1);
        last.set(symbol, seq);
      }
    }
    expect(last.size).toBe(3);
    const forming = stage.pushed.flatMap(({ bars }) => bars).filter(({ bar }) => bar.partial);
    expect(forming.length).toBeGreaterThan(20);
  });

  it("keep what cannot be read beside the segments, whole and with its reason", async () => {
    const [good, ...others] = records({ seed: 24, frames: 30 });
    const objects = memoryObjects();
    const bad: LogRecord[] = [
      { ...good!, bytes: new TextEncoder().encode("EQF1 is not enough") },
      { ...good!, bytes: new TextEncoder().encode("{broken") },
      { ...good!, bytes: new Uint8Array(0) },
      {
        ...good!,
        bytes: new TextEncoder().encode('{"symbol":"AAPL","price":1,"size":1,"time":1}'),
      },
    ].map((record, at) => ({ ...record, seq: String(10n ** 30n + BigInt(at)) }));
    const stage = shared(objects);
    await process(stage)(batch([good!, ...others, ...bad]));
    const kept = await objects.list(`quarantine/stream/${LOG}/${SHARD}/`);
    expect(kept.slice(-3).map(({ bytes }) => bytes)).toEqual([18, 7, 0]);
    const refused = (await storedSegments(objects)).at(-1)!.refused.slice(-3);
    expect(refused.map(({ row, reason }) => [row, reason])).toEqual([
      [null, "truncated"],
      [null, "not_json"],
      [null, "not_a_frame"],
    ]);
  });

  it("say that a segment is missing rather than go on without it", async () => {
    const all = records({ seed: 25, frames: 30 });
    const stage = shared(memoryObjects());
    const job = process(stage);
    for (let from = 0; from < 30; from += 5) await job(batch(all.slice(from, from + 5)));
    const [, second] = await stage.objects.list(`stream/${LOG}/${SHARD}/segments/`);
    await stage.objects.remove(second!.key);
    await expect(process(stage)(batch(all.slice(30)))).rejects.toThrow(
      /the segment after \d+ is missing/,
    );
  });
});
