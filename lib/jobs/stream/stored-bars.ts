/** The stored bars of the stream for the jobs around predictions: those of the image and of the segments since. */

import { streamSymbols } from "../../bars/reading.ts";
import { BAR_MS } from "../../forecast/horizon.ts";
import type { Images, Objects, Packing } from "../../ports.ts";
import type { Bar } from "../../stream/bars.ts";
import type { MarketBars, TradedSymbol } from "./market-bars.ts";
import { FileCache } from "./reads/file-cache.ts";
import { TIME_END_MS } from "./reads/range.ts";
import { indexOf } from "./reads/segment-index.ts";
import { closedMsOf, storedBars } from "./reads/stored-bars.ts";
import { StreamReads, type StreamView } from "./reads/view.ts";

export type StoredBarsWorld = Readonly<{
  objects: Objects;
  packing: Packing;
  images: Images;
  nowMs: () => number;
}>;

const FILES_BYTES = 64 * 1024 * 1024;
const LOG = "ticks";
/** One session of minutes, of the last days: who was traded in how many of them, and how often. */
const RANKED_BARS = 390;
const RANKED_MS = 5 * 86_400_000;

/** Readers of one process, which remember what they read. Windows that are still open are no bars to learn from. */
export const storedMarketBars = (world: StoredBarsWorld): MarketBars =>
  marketBarsOf(
    new StreamReads({
      objects: world.objects,
      packing: world.packing,
      images: world.images,
      nowMs: world.nowMs,
      log: LOG,
      files: new FileCache(FILES_BYTES),
      liveState: async () => [],
    }),
  );

export const marketBarsOf = (reads: StreamReads): MarketBars => ({
  barsOf: (symbol, sizeMs, limit) =>
    viewed(reads, async (view) => {
      closedMsOf(view, symbol);
      return newest(view, symbol, { sizeMs, fromMs: 0, limit });
    }),
  symbols: () =>
    viewed(reads, async (view) => {
      const found: TradedSymbol[] = [];
      for (const symbol of namesOf(view)) {
        const fromMs = Math.max(0, closedMsOf(view, symbol) - RANKED_MS);
        const bars = await newest(view, symbol, { sizeMs: BAR_MS, fromMs, limit: RANKED_BARS });
        found.push({ symbol, trades: bars.reduce((sum, { trades }) => sum + trades, 0) });
      }
      return found;
    }),
});

async function viewed<T>(reads: StreamReads, work: (view: StreamView) => Promise<T>): Promise<T> {
  const view = await reads.view();
  try {
    return await work(view);
  } finally {
    view.release();
  }
}

async function newest(
  view: StreamView,
  symbol: string,
  { sizeMs, fromMs, limit }: Readonly<{ sizeMs: number; fromMs: number; limit: number }>,
): Promise<Bar[]> {
  const range = { symbol, sizeMs, fromMs, toMs: TIME_END_MS };
  const bars = await storedBars(view, range, limit, true);
  return bars.map((bar) => ({ ...bar, symbol })).reverse();
}

/** Those that were traded, by the image and by the segments since. */
function namesOf({ progress, shards }: StreamView): Set<string> {
  const folded = progress ? streamSymbols(progress.query) : [];
  return new Set([
    ...folded.map(({ name }) => name),
    ...shards.flatMap(({ segments }) => segments.flatMap((one) => [...indexOf(one).spans.keys()])),
  ]);
}
