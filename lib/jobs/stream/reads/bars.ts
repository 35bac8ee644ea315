/** GET /api/v1/aggregated/{symbol}: bars of one symbol and window, oldest first, or as many as a chart has points. */
import { barOnWire } from "../../../bars/body.ts";
import { mergedBars, type StreamBar } from "../../../bars/merge.ts";
import { AppError } from "../../../errors.ts";
import type { CachedAnswer, Freshness } from "../../../ports.ts";
import { barCursor } from "../../../schemas/stream.ts";
import { windowName } from "../../../stream/window-name.ts";
import { answerOf, metaOf } from "./answer.ts";
import { demandOrder, TIME_END_MS } from "./range.ts";
import type { StreamReads, StreamView } from "./view.ts";
import { type Windows, windowBars, windowsOf } from "./windows.ts";

export type BarsRequest = Readonly<{
  symbol: string;
  sizeMs: number;
  /** Windows that start at or after it; the last `limit` ones when omitted. */
  startMs?: number | undefined;
  /** Windows that start before it. */
  endMs?: number | undefined;
  limit: number;
  /** Start of the last bar of the page before. */
  afterMs?: number | undefined;
  /** At most so many bars for the whole range, whole windows merged. */
  points?: number | undefined;
}>;

/** Stored bars that one answer merges. */
export const MERGED_MAX = 50_000;

/** @throws AppError UNKNOWN_SYMBOL, DEGENERATE_INPUT, REVERSED_RANGE, PAYLOAD_TOO_LARGE */
export function streamBars(
  reads: StreamReads,
  request: BarsRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  demandOrder(request.startMs, request.endMs);
  return answerOf(reads, freshness, "bars", (view) => body(view, request));
}

async function body(view: StreamView, request: BarsRequest) {
  const { symbol, sizeMs } = request;
  const windows = await windowsOf(view, symbol, sizeMs);
  const page =
    request.points === undefined
      ? await pageOf(windows, request)
      : await pointsOf(windows, request, request.points);
  return {
    symbol,
    window: windowName(sizeMs),
    merged: page.merged,
    bars: page.bars.map(barOnWire),
    next: page.next,
    meta: metaOf(view),
  };
}

type Page = Readonly<{ bars: readonly StreamBar[]; merged: number; next: string | null }>;

async function pageOf(windows: Windows, request: BarsRequest): Promise<Page> {
  const { limit, afterMs, startMs, endMs = TIME_END_MS } = request;
  const fromMs = afterMs === undefined ? startMs : afterMs + 1;
  if (fromMs === undefined) {
    const newest = await windowBars(windows, { fromMs: 0, toMs: endMs }, limit, true);
    return { bars: newest.toReversed(), merged: 1, next: null };
  }
  const found = await windowBars(windows, { fromMs, toMs: endMs }, limit + 1, false);
  const bars = found.slice(0, limit);
  const next = found.length > limit ? barCursor(bars.at(-1)!.startMs) : null;
  return { bars, merged: 1, next };
}

async function pointsOf(windows: Windows, request: BarsRequest, points: number): Promise<Page> {
  const { startMs = 0, endMs = TIME_END_MS } = request;
  const span = { fromMs: startMs, toMs: endMs };
  const most = Math.floor(MERGED_MAX / (windows.sizeMs / windows.storedMs));
  const bars = await windowBars(windows, span, most + 1, false);
  if (bars.length > most) throw tooMany(windows.sizeMs, most);
  let merged = Math.max(1, Math.ceil(bars.length / points));
  // Nights have no bars, so that more windows may go into one; in small steps, since how many fit is not to be told.
  for (;;) {
    const fewer = merged === 1 ? bars : mergedBars(bars, merged * windows.sizeMs, windows.closedMs);
    if (fewer.length <= points) return { bars: fewer, merged, next: null };
    merged = Math.max(merged + 1, Math.ceil(merged * 1.05));
  }
}

function tooMany(sizeMs: number, limit: number): AppError {
  const message = `the range has more than ${limit} bars of ${windowName(sizeMs)}: name a shorter one, or a longer window`;
  return new AppError("PAYLOAD_TOO_LARGE", message, { limit });
}
