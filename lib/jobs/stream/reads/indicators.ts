/** GET /api/v1/indicators/{symbol}: indicators over the closes of closed bars, oldest first. */

import { instantOf } from "../../../bars/body.ts";
import type { StreamBar } from "../../../bars/merge.ts";
import type { CachedAnswer, Freshness } from "../../../ports.ts";
import type { IndicatorName } from "../../../stream/indicators/indicator.ts";
import { type IndicatorSeries, indicatorSeries } from "../../../stream/indicators/series.ts";
import { windowName } from "../../../stream/window-name.ts";
import { answerOf, metaOf } from "./answer.ts";
import { demandOrder, TIME_END_MS } from "./range.ts";
import type { StreamReads, StreamView } from "./view.ts";
import { type Windows, windowBars, windowsOf } from "./windows.ts";

export type IndicatorsRequest = Readonly<{
  symbol: string;
  sizeMs: number;
  names: readonly IndicatorName[];
  /** Bars that start at or after it; the last `limit` ones when omitted. */
  startMs?: number | undefined;
  /** Bars that start before it. */
  endMs?: number | undefined;
  limit: number;
}>;

/**
 * Bars before the first one that is told. After so many the weight of what was before is below the precision of a
 * double for each of the indicators, so that a value does not depend on where an answer begins.
 */
export const WARMUP_BARS = 1000;

/** @throws AppError UNKNOWN_SYMBOL, DEGENERATE_INPUT, REVERSED_RANGE */
export function streamIndicators(
  reads: StreamReads,
  request: IndicatorsRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  demandOrder(request.startMs, request.endMs);
  return answerOf(reads, freshness, undefined, (view) => body(view, request));
}

async function body(view: StreamView, request: IndicatorsRequest) {
  const { symbol, sizeMs, names } = request;
  const windows = await windowsOf(view, symbol, sizeMs);
  const { before, bars } = await closedBars(windows, request);
  const closes = [...before, ...bars].map(({ close }) => close);
  const series = indicatorSeries(closes, names);
  return {
    symbol,
    window: windowName(sizeMs),
    times: bars.map(({ endMs }) => instantOf(endMs)),
    indicators: Object.fromEntries(
      names.map((name) => [name, onWire(series[name], before.length)]),
    ),
    meta: metaOf(view),
  };
}

type Closed = Readonly<{ before: readonly StreamBar[]; bars: readonly StreamBar[] }>;

/** The bars asked for, and those that warm up; none that is still to change by itself. */
async function closedBars(windows: Windows, request: IndicatorsRequest): Promise<Closed> {
  const { startMs, endMs: untilMs = TIME_END_MS, limit } = request;
  const isClosed = ({ endMs }: StreamBar) => endMs <= windows.closedMs;
  if (startMs === undefined) {
    // Two more than asked for: the last ones may be forming.
    const most = limit + WARMUP_BARS + 2;
    const newest = await windowBars(windows, { fromMs: 0, toMs: untilMs }, most, true);
    const all = newest.toReversed().filter(isClosed);
    const bars = all.slice(-limit);
    return { before: all.slice(0, -limit).slice(-WARMUP_BARS), bars };
  }
  const earlier = { fromMs: 0, toMs: startMs };
  const before = await windowBars(windows, earlier, WARMUP_BARS, true);
  const bars = await windowBars(windows, { fromMs: startMs, toMs: untilMs }, limit, false);
  return { before: before.toReversed().filter(isClosed), bars: bars.filter(isClosed) };
}

const onWire = ({ lines, last }: IndicatorSeries, skipped: number) => ({
  values: Object.fromEntries(
    Object.entries(lines).map(([name, line]) => [name, line.slice(skipped)]),
  ),
  stable: last.stable,
  warmup: {
    used_bars: last.warmup.usedBars,
    more_bars: last.warmup.moreBars,
    stable_in_bars: last.warmup.stableInBars,
  },
});
