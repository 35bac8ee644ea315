/** What a segment holds of each symbol, worked out once for each segment: many answers look at the same ones. */
import type { Segment, SegmentBar } from "../../../stream/segment.ts";
import { eachTick } from "../../../stream/segment-ticks.ts";

export type SegmentIndex = Readonly<{
  /** Time of the first and the last trade of each symbol, whole ms around them. */
  spans: ReadonlyMap<string, Readonly<{ firstMs: number; lastMs: number }>>;
  /** Time of the latest trade; -Infinity without one. */
  latestMs: number;
  bars: ReadonlyMap<string, readonly SegmentBar[]>;
  /** Latest end of a bar; -Infinity without one. */
  closedMs: number;
}>;

const known = new WeakMap<Segment, SegmentIndex>();

export function indexOf(segment: Segment): SegmentIndex {
  const found = known.get(segment);
  if (found) return found;
  const bars = Map.groupBy(segment.bars, ({ symbol }) => symbol);
  const closedMs = segment.bars.reduce((latest, { endMs }) => Math.max(latest, endMs), -Infinity);
  const made = { ...tradesOf(segment), bars, closedMs };
  known.set(segment, made);
  return made;
}

function tradesOf(segment: Segment): Pick<SegmentIndex, "spans" | "latestMs"> {
  const { symbols, ticks } = segment;
  const spans = new Map<string, { firstMs: number; lastMs: number }>();
  let latestMs = -Infinity;
  eachTick(segment, (row, symbol, isAmendment) => {
    if (isAmendment) return;
    const timeMs = ticks.timeMs[row]!;
    if (timeMs > latestMs) latestMs = timeMs;
    const name = symbols[symbol]!;
    const span = spans.get(name);
    if (!span) spans.set(name, { firstMs: Math.floor(timeMs), lastMs: Math.ceil(timeMs) });
    else if (timeMs < span.firstMs) span.firstMs = Math.floor(timeMs);
    else if (timeMs > span.lastMs) span.lastMs = Math.ceil(timeMs);
  });
  return { spans, latestMs };
}
