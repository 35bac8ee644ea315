/** Bars of one symbol from wherever they are: the image, newer segments, the windows that are still open. */
import { NewerBars, type StreamBar } from "../../../bars/merge.ts";
import { dayOfMs, partsBetween, periodParts } from "../../../bars/parts.ts";
import {
  type BarRange,
  type BarRow,
  barRows,
  barSizes,
  symbolProgress,
} from "../../../bars/reading.ts";
import { AppError } from "../../../errors.ts";
import type { Segment } from "../../../stream/segment.ts";
import { indexOf } from "./segment-index.ts";
import type { ShardView, StreamView } from "./view.ts";

/**
 * The first bars of a range in time order, or with `isNewest` the last ones, newest first.
 *
 * @throws AppError IMAGE_REFUSED
 */
export async function storedBars(
  view: StreamView,
  range: BarRange,
  limit: number,
  isNewest: boolean,
): Promise<readonly StreamBar[]> {
  const newer = newerBars(view, range);
  const rows = await imageRows(view, range, limit + newer.size, isNewest);
  return newer.over(rows, range.sizeMs, limit, isNewest);
}

function newerBars({ shards }: StreamView, { symbol, sizeMs, fromMs, toMs }: BarRange): NewerBars {
  const newer = new NewerBars();
  const isMeant = (bar: Readonly<{ sizeMs: number; startMs: number }>) =>
    bar.sizeMs === sizeMs && bar.startMs >= fromMs && bar.startMs < toMs;
  for (const { segments, state } of shards) {
    for (const segment of segments) {
      for (const bar of indexOf(segment).bars.get(symbol) ?? []) {
        if (isMeant(bar)) newer.add(finalOf(bar));
      }
    }
    for (const bar of state?.forming(symbol) ?? []) {
      if (isMeant(bar) && bar.trades > 0) newer.add({ ...bar, seq: -1, isForming: true });
    }
  }
  return newer;
}

/** Without the readings of indicators, which are worked out anew. */
function finalOf({ readings: _, ...bar }: Segment["bars"][number]) {
  return { ...bar, isForming: false };
}

async function imageRows(
  { snapshot }: StreamView,
  range: BarRange,
  limit: number,
  isNewest: boolean,
): Promise<BarRow[]> {
  const { fromMs, toMs } = range;
  const parts = partsBetween(snapshot.manifest.parts, dayOfMs(fromMs), dayOfMs(toMs - 1));
  if (isNewest) parts.reverse();
  const rows: BarRow[] = [];
  for (const { name } of parts) {
    const { query } = await snapshot.open(name);
    // Not by spreading: a part may have more rows than a call takes arguments.
    for (const row of barRows(query, range, limit - rows.length, isNewest)) rows.push(row);
    if (rows.length === limit) break;
  }
  return rows;
}

/** The lengths of windows that the stream has bars of for a symbol: in the latest part with any, and since. */
export async function sizesOf(view: StreamView, symbol: string): Promise<number[]> {
  const sizes = new Set<number>();
  for (const { segments, state } of view.shards) {
    for (const segment of segments) {
      for (const { sizeMs } of indexOf(segment).bars.get(symbol) ?? []) sizes.add(sizeMs);
    }
    for (const { sizeMs } of state?.forming(symbol) ?? []) sizes.add(sizeMs);
  }
  for (const { name } of periodParts(view.snapshot.manifest.parts).reverse()) {
    const { query } = await view.snapshot.open(name);
    const stored = barSizes(query, symbol);
    for (const size of stored) sizes.add(size);
    if (stored.length > 0) break;
  }
  return [...sizes].sort((a, b) => a - b);
}

/** The shards a symbol came through; those that the image knows of, and those since. */
function shardsOfSymbol(view: StreamView, symbol: string): ShardView[] {
  const known = view.progress ? symbolProgress(view.progress.query, symbol) : [];
  return view.shards.filter(
    ({ shard, segments, state }) =>
      known.some((row) => row.log === view.world.log && row.shard === shard) ||
      segments.some((segment) => indexOf(segment).spans.has(symbol)) ||
      state?.latest(symbol) !== undefined,
  );
}

/**
 * Up to when the windows of a symbol have closed, by the bars that were told: windows close by event time, all of a
 * shard together.
 *
 * @throws AppError UNKNOWN_SYMBOL when nothing of the symbol has ever come in
 */
export function closedMsOf(view: StreamView, symbol: string): number {
  const shards = shardsOfSymbol(view, symbol);
  if (shards.length === 0) throw unknownSymbol(symbol);
  return Math.max(...shards.map(closedMs));
}

const closedMs = ({ progress, segments }: ShardView): number =>
  segments.reduce(
    (latest, segment) => Math.max(latest, indexOf(segment).closedMs),
    progress.closed_ms,
  );

const unknownSymbol = (symbol: string) =>
  new AppError("UNKNOWN_SYMBOL", `no trade of "${symbol}" has come in`, { symbol });
