/**
 * A stream for the tests of what is stored of it: ticks go in as batches, and each becomes a segment with the bars that
 * closed, as the stream's own function does it. The windows are the real ones.
 */
import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { memoryObjects, storeOver } from "../../bench/stores.ts";
import type { ImageStore } from "../../lib/edge/images.ts";
import { zstd } from "../../lib/edge/zstd.ts";
import {
  type CompactOptions,
  type CompactSummary,
  compact,
} from "../../lib/jobs/stream/compact.ts";
import { FileCache } from "../../lib/jobs/stream/reads/file-cache.ts";
import { type LiveState, StreamReads } from "../../lib/jobs/stream/reads/view.ts";
import { putSegment } from "../../lib/jobs/stream/segments.ts";
import type { CachedAnswer, Objects } from "../../lib/ports.ts";
import type { Bar } from "../../lib/stream/bars.ts";
import type { Segment, SegmentAnomaly, SegmentBar } from "../../lib/stream/segment.ts";
import { stateKey } from "../../lib/stream/segment-names.ts";
import { SymbolTable } from "../../lib/stream/symbols.ts";
import { TICK } from "../../lib/stream/ticks.ts";
import { Windows } from "../../lib/stream/windows.ts";
import { tickColumns } from "../stream/tick-frame.ts";

export const LOG = "ticks";

export type TestTick = Readonly<{
  symbol: string;
  timeMs: number;
  price: number;
  size: number;
  id?: number;
  /** Bits of {@link TICK}. */
  flags?: number;
}>;

/** One shard: turns batches into segments. */
export class TestShard {
  readonly shard: string;
  readonly #symbols = new SymbolTable();
  readonly #windows: Windows;
  readonly #bars = new Map<string, number>();
  readonly #anomalies = new Map<string, number>();
  #seq = 0;
  #trades = new Map<string, TestTick & { count: number }>();

  constructor(shard: string, sizesMs: readonly number[] = [60_000, 300_000, 900_000]) {
    this.shard = shard;
    const settings = { sizesMs, latenessMs: 5000, correctableMs: 3_600_000 };
    this.#windows = new Windows({ ...settings, allowedLatenessMs: 600_000 }, this.#symbols);
  }

  get lastSeq(): string {
    return String(this.#seq);
  }

  /** The segment of the next batch. A trade below a price of 1 is refused; a bar of many trades is an anomaly. */
  next(batch: readonly TestTick[], processedMs = 1_700_000_000_000): Segment {
    const after = this.lastSeq;
    this.#seq += 1 + (this.#seq % 3);
    const names = new SymbolTable();
    const ticks = tickColumns(batch, names);
    const refused = batch.flatMap(({ price, flags = 0 }, row) =>
      price < 1 && flags < TICK.cancel
        ? [{ seq: this.lastSeq, row, reason: "bad_price", detail: `was ${price}` }]
        : [],
    );
    for (const tick of batch) this.#take(tick);
    const { bars, anomalies } = this.#emitted();
    return {
      log: LOG,
      shard: this.shard,
      after,
      through: this.lastSeq,
      processedMs,
      symbols: [...names.names],
      frames: [
        {
          seq: this.lastSeq,
          producer: "test/0",
          epochMs: 1,
          number: this.#seq,
          sentMs: processedMs,
          clockMs: null,
          isLive: false,
          arrivalMs: processedMs,
          rows: batch.length,
        },
      ],
      ticks: { rows: batch.length, ...ticks },
      bars,
      anomalies,
      refused,
    };
  }

  #take(tick: TestTick): void {
    const { symbol, price, size, id = -1, flags = 0 } = tick;
    const irregular = (flags & TICK.irregular) !== 0;
    if ((flags & TICK.cancel) !== 0) this.#windows.cancel(symbol, id);
    else if ((flags & TICK.correct) !== 0)
      this.#windows.correct({ symbol, price, size, id, irregular });
    else if (price >= 1) {
      this.#windows.push({ symbol, timeMs: tick.timeMs, price, size, id, irregular });
      const count = (this.#trades.get(symbol)?.count ?? 0) + 1;
      this.#trades.set(symbol, { ...tick, count });
    }
  }

  #emitted(): Pick<Segment, "bars" | "anomalies"> {
    const bars = this.#windows.bars.list(this.#symbols).map((bar): SegmentBar => {
      return { ...bar, seq: counted(this.#bars, bar.symbol) };
    });
    this.#windows.bars.clear();
    const anomalies = bars
      .filter(({ trades }) => trades >= 3)
      .map((bar): SegmentAnomaly => {
        const { symbol, sizeMs, endMs, trades } = bar;
        const seq = counted(this.#anomalies, symbol);
        const severity = trades > 4 ? "high" : "medium";
        const rule = { type: "volume_spike", severity, threshold: 3, baseline: 1 } as const;
        return { symbol, seq, sizeMs, endMs, value: trades, alert: trades > 4, ...rule };
      });
    return { bars, anomalies };
  }

  state(): LiveState {
    this.#windows.flush();
    const forming: readonly Bar[] = this.#windows.bars.list(this.#symbols);
    this.#windows.bars.clear();
    const trades = new Map(this.#trades);
    return {
      shard: this.shard,
      lastSeq: this.lastSeq,
      symbols: [...this.#symbols.names],
      latest: (symbol) => {
        const last = trades.get(symbol);
        if (!last) return undefined;
        const { price, size, timeMs, id = null, count } = last;
        const day = { dateMs: timeMs, open: 1, high: 2, low: 1, volume: 3, previousClose: 4 };
        return { price, size, timeMs, id, tradeSeq: count, day };
      },
      forming: (symbol) => forming.filter((bar) => bar.symbol === symbol),
    };
  }
}

function counted(counts: Map<string, number>, symbol: string): number {
  const count = (counts.get(symbol) ?? 0) + 1;
  counts.set(symbol, count);
  return count;
}

export type StreamHome = Readonly<{
  objects: Objects;
  images: ImageStore;
  /** Lets time pass on the clock of compactors and readers. */
  time: { nowMs: number };
  put: (segment: Segment) => Promise<void>;
  /** A state was written: what is before it need not be replayed. */
  checkpoint: (shard: TestShard) => Promise<void>;
  compact: (options?: Partial<CompactOptions>) => Promise<CompactSummary>;
  /** A compactor of another process. */
  another: () => (options?: Partial<CompactOptions>) => Promise<CompactSummary>;
  /** Readers of a process of their own. */
  reads: (states?: () => readonly LiveState[]) => StreamReads;
}>;

/** Makes homes for the tests of one file. */
export function streamHomes(): (objects?: Objects) => StreamHome {
  const stores: ImageStore[] = [];
  afterAll(() => {
    for (const store of stores) store.close();
  });
  return (objects = memoryObjects()) => {
    const open = () => {
      const store = storeOver(objects);
      stores.push(store);
      return store;
    };
    const images = open();
    const time = { nowMs: Date.now() };
    const store = { objects, packing: zstd };
    const compactor =
      (own: ImageStore) =>
      (options: Partial<CompactOptions> = {}) =>
        compact(
          { ...store, images: own, nowMs: () => time.nowMs },
          { log: LOG, ageMs: -Infinity, ...options },
        );
    return {
      objects,
      images,
      time,
      put: async (segment) => {
        await putSegment(store, segment);
      },
      checkpoint: async ({ shard, lastSeq }) => {
        await objects.put(stateKey(LOG, shard, lastSeq), Buffer.from(randomUUID()));
      },
      compact: compactor(images),
      another: () => compactor(open()),
      reads: (states = () => []) =>
        new StreamReads({
          ...store,
          images: open(),
          log: LOG,
          nowMs: () => time.nowMs,
          files: new FileCache(64 * 1024 * 1024),
          liveState: async (shards) => states().filter(({ shard }) => shards.includes(shard)),
        }),
    };
  };
}

/** The body of an answer. */
export async function bodyOf<T = Record<string, unknown>>(
  pending: Promise<CachedAnswer>,
): Promise<T> {
  const answer = await pending;
  try {
    return JSON.parse(await answer.compute()) as T;
  } finally {
    answer.release();
  }
}
