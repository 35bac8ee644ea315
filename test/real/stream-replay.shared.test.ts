/**
 * A day of real trades through the whole chain at full speed, the function killed on the way: what is stored, written on and
 * told is what a computation over all trades at once comes to, everything once.
 */
import { existsSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileSpills } from "../../lib/edge/spill.ts";
import { zstd } from "../../lib/edge/zstd.ts";
import type { Feed, FeedTick } from "../../lib/feed.ts";
import { LiveFeed } from "../../lib/jobs/live-feed/run.ts";
import { enrichedRecords } from "../../lib/jobs/stream/enriched.ts";
import { liveReads } from "../../lib/jobs/stream/live-reads.ts";
import { looker } from "../../lib/jobs/stream/looks.ts";
import { recentSegments } from "../../lib/jobs/stream/recent.ts";
import { replayFeed } from "../../lib/sources/feeds/replay.ts";
import { expandPaths } from "../../lib/sources/paths.ts";
import type { Item } from "../../lib/stream/items.ts";
import { Processor, type ProcessorOptions } from "../../lib/stream/processor.ts";
import type { Segment } from "../../lib/stream/segment.ts";
import { TICK } from "../../lib/stream/ticks.ts";
import { UNCOUNTED } from "../jobs/stream/shard.ts";
import { type Chain, LOG, SHARD, startChain } from "../stream-chain/chain.ts";

const path = `${process.env.EQUIPOISE_SHARED ?? "../shared"}/data/ticks/tick_spy_20131008_trade.csv.gz`;
/** The README beside the file counts line ends, and the last line has none. */
const TRADES = 451_545;
const ROWS_OF_A_FRAME = 512;
const FRAMES_OF_A_BATCH = 16;
const KILLS = 10;
const TIMEOUT_MS = 90_000;

/** The settings' own. */
const OPTIONS: ProcessorOptions = {
  windows: {
    sizesMs: [60_000, 300_000, 900_000],
    latenessMs: 5_000,
    allowedLatenessMs: 0,
    correctableMs: 60_000,
  },
};

const world = {
  fetch: globalThis.fetch,
  nowMs: Date.now,
  random: Math.random,
  sleep: (ms: number, signal?: AbortSignal) =>
    sleep(ms, undefined, signal && { signal }).catch(() => undefined),
  instruments: UNCOUNTED,
  note: () => {},
};

const replay = (): Feed => replayFeed({ files: expandPaths([path]), speed: "max" }, world);

/** All trades in one piece, and what they come to. */
async function atOnce() {
  const ticks: FeedTick[] = [];
  let clockMs = 0;
  for await (const batch of replay().read(new AbortController().signal)) {
    for (const tick of batch.ticks) ticks.push(tick);
    clockMs = batch.clockMs ?? clockMs;
  }
  const column = (of: (tick: FeedTick) => number) => Float64Array.from(ticks, of);
  const columns = {
    symbol: new Int32Array(ticks.length),
    timeMs: column(({ timeMs }) => timeMs),
    price: column(({ price }) => price),
    size: column(({ size }) => size),
    id: column(({ id }) => id!),
    flags: Uint8Array.from(ticks, ({ irregular }) => (irregular ? TICK.irregular : 0)),
  };
  const head = { producer: "all/0", epochMs: 1, number: 1, sentMs: 1, clockMs, isLive: false };
  const processor = new Processor(OPTIONS);
  const nowMs = Date.now();
  const arrival = { seq: "1", arrivalMs: nowMs, head, symbols: ["SPY"], rows: ticks.length };
  processor.take({ ...arrival, columns }, nowMs);
  return { columns, ...processor.drain() };
}

async function fed(chain: Chain) {
  const spills = await fileSpills({
    folder: join(chain.home, "spill"),
    bytesMax: 1e9,
    note: () => {},
  });
  const options = { feed: replay(), rowsMax: ROWS_OF_A_FRAME };
  const live = new LiveFeed({ ...world, eventLog: chain.log, spills }, options);
  return live.run(new AbortController().signal);
}

/** Numbers a watcher was not told, between two it was. */
function holesOf(items: readonly Item[]): [from: number, to: number][] {
  const holes: [number, number][] = [];
  let last = 0;
  for (const item of items) {
    const first = item.channel === "trades" ? item.first_seq : item.seq;
    expect(first, "nothing is told twice").toBeGreaterThan(last);
    if (first > last + 1) holes.push([last + 1, first - 1]);
    last = item.seq;
  }
  return holes;
}

const isFinal = (item: Item) => item.channel === "bars" && !item.partial;

if (!existsSync(path)) {
  console.warn(`skipped: "${path}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("tells a day of real trades through the whole chain", () => {});
} else {
  describe(`${TRADES} trades of a day, with the function killed ${KILLS} times`, () => {
    let chain: Chain;
    let segments: Segment[];
    let whole: Awaited<ReturnType<typeof atOnce>>;

    beforeAll(async () => {
      whole = await atOnce();
      const batches = Math.floor(TRADES / ROWS_OF_A_FRAME / FRAMES_OF_A_BATCH / (KILLS + 1));
      chain = await startChain({
        batchSize: FRAMES_OF_A_BATCH,
        topics: ["bars SPY", "trades SPY"],
        deaths: {
          most: KILLS,
          invocations: () => 1 + Math.floor(Math.random() * batches),
          moment: Math.random,
        },
      });
      const startedMs = performance.now();
      expect(await fed(chain)).toMatchObject({ stored: TRADES, lost: 0, refused: 0 });
      const fedMs = performance.now();
      segments = await chain.settled();
      const seconds = (performance.now() - startedMs) / 1000;
      const { kills, invocations } = chain.processes;
      console.info(
        `${TRADES} trades in ${seconds.toFixed(1)} s (${Math.round(TRADES / seconds)} ticks/s; fed after ${((fedMs - startedMs) / 1000).toFixed(1)} s), ` +
          `${invocations} invocations, ${segments.length} segments, ${kills} kills, load ${loadavg()[0]!.toFixed(1)}`,
      );
    }, TIMEOUT_MS);
    afterAll(() => chain?.close());

    it("were taken while processes died", () => {
      expect(chain.processes.kills).toBe(KILLS);
      expect(segments.length).toBeGreaterThan(KILLS);
    });

    it("stand once each in the segments, in their order", () => {
      expect(segments.reduce((sum, { ticks }) => sum + ticks.rows, 0)).toBe(TRADES);
      expect(segments.flatMap(({ refused }) => refused)).toEqual([]);
      let row = 0;
      for (const { ticks, symbols } of segments) {
        expect(ticks.rows === 0 ? ["SPY"] : symbols).toEqual(["SPY"]);
        for (const name of ["timeMs", "price", "size", "id", "flags"] as const) {
          const stored = [...(ticks[name] ?? new Uint8Array(ticks.rows))].slice(0, ticks.rows);
          const wanted = [...whole.columns[name].subarray(row, row + ticks.rows)];
          expect(stored, `${name} from row ${row} on`).toEqual(wanted);
        }
        row += ticks.rows;
      }
    });

    it("make the bars and findings of a computation over all of them at once", () => {
      const bars = whole.updates.bars.map(({ bar, seq }) => ({ ...bar, seq }));
      expect(bars.length).toBeGreaterThan(390);
      expect(segments.flatMap((segment) => segment.bars)).toEqual(bars);
      const findings = segments.flatMap(({ anomalies }) => anomalies);
      expect(findings).toEqual(whole.updates.anomalies);
    });

    it("are written on once each, but for repeats that their numbers tell", async () => {
      const wanted = enrichedRecords({ log: LOG, shard: SHARD }, whole.updates).flatMap(
        ({ bytes }) => Buffer.from(bytes).toString().split("\n"),
      );
      const told = await chain.enriched();
      expect([...new Set(told)].toSorted()).toEqual(wanted.toSorted());
      const ofBars = [...new Set(told)].filter((text) => text.startsWith('{"type":"bar"'));
      const numbers = ofBars.map((text) => (JSON.parse(text) as { seq: number }).seq);
      expect(numbers).toEqual(whole.updates.bars.map((_, at) => at + 1));
      console.info(`${told.length - wanted.length} of ${told.length} enriched lines are repeats`);
    });

    it("are told with numbers that leap only where a process died, and what was missed can be asked for", async () => {
      const trades = chain.items.filter(({ channel }) => channel === "trades");
      const holes = holesOf(trades);
      expect(holes.length).toBeLessThanOrEqual(KILLS);
      const bars = chain.items.filter(isFinal);
      const missed = holesOf(bars);
      expect(missed.length).toBeLessThanOrEqual(KILLS);
      const { objects } = chain;
      const states = { positions: async () => undefined, state: async () => undefined };
      const stored = { objects, packing: zstd };
      const recent = recentSegments(stored, LOG);
      const reads = liveReads({
        looks: looker({ ...stored, states, options: OPTIONS }, LOG),
        recent,
      });
      const numbers = new Set(bars.map(({ seq }) => seq));
      for (const [from] of missed) {
        const { items, gaps } = await reads.since([
          { channel: "bars", symbol: "SPY", seq: from - 1 },
        ]);
        expect(gaps).toEqual([]);
        for (const item of items.filter(isFinal)) numbers.add(item.seq);
      }
      const since = await reads.since([
        { channel: "bars", symbol: "SPY", seq: bars.at(-1)?.seq ?? 0 },
      ]);
      for (const item of since.items.filter(isFinal)) numbers.add(item.seq);
      expect([...numbers].toSorted((a, b) => a - b)).toEqual(
        whole.updates.bars.map((_, at) => at + 1),
      );
      console.info(
        `${trades.length} frames of trades, holes: ${holes.length} of trades, ${missed.length} of bars, each told again`,
      );
    });
  });
}
