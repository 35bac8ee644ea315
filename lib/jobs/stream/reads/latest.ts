/** GET /api/v1/latest/{symbol}: the last trade of a symbol, its day so far, its last bar and those that are forming. */
import { barOnWire, instantOf } from "../../../bars/body.ts";
import { dayOfMs } from "../../../bars/parts.ts";
import type { CachedAnswer, Freshness } from "../../../ports.ts";
import { windowName } from "../../../stream/window-name.ts";
import { isoDay } from "../../../time.ts";
import { answerOf, metaOf } from "./answer.ts";
import { TIME_END_MS } from "./range.ts";
import { closedMsOf, sizesOf, storedBars } from "./stored-bars.ts";
import { newestTicks } from "./ticks.ts";
import type { LatestTrade, StreamReads, StreamView } from "./view.ts";

/** @throws AppError UNKNOWN_SYMBOL */
export function streamLatest(
  reads: StreamReads,
  { symbol }: Readonly<{ symbol: string }>,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  return answerOf(reads, freshness, undefined, (view) => body(view, symbol));
}

async function body(view: StreamView, symbol: string) {
  closedMsOf(view, symbol);
  const trade = await lastTrade(view, symbol);
  const [size = 0] = await sizesOf(view, symbol);
  const bars = size > 0 ? await lastBars(view, symbol, size) : [];
  const last = bars.find(({ seq }) => seq >= 0);
  const forming = view.shards.flatMap(({ state }) => state?.forming(symbol) ?? []);
  return {
    symbol,
    ...trade,
    last_bar: last ? { window: windowName(last.sizeMs), ...barOnWire(last) } : null,
    forming: forming
      .filter(({ trades }) => trades > 0)
      .map((bar) => ({ window: windowName(bar.sizeMs), ...barOnWire(bar) })),
    meta: metaOf(view),
  };
}

/** Final and forming ones; the last final one is among them. */
const lastBars = (view: StreamView, symbol: string, sizeMs: number) =>
  storedBars(view, { symbol, sizeMs, fromMs: 0, toMs: TIME_END_MS }, 8, true);

/** As the state knows it; where there is none, as it was stored, and then without the day. */
async function lastTrade(view: StreamView, symbol: string) {
  const known = view.shards
    .flatMap(({ state }) => state?.latest(symbol) ?? [])
    .sort((a, b) => b.timeMs - a.timeMs)[0];
  if (known) {
    const { price, size, timeMs, tradeSeq, day } = known;
    return {
      price,
      size,
      time: instantOf(timeMs),
      trade_seq: tradeSeq,
      day: dayOnWire(price, day),
    };
  }
  const { ticks } = await newestTicks(view, { symbol, limit: 1 });
  const [tick] = ticks;
  return {
    price: tick?.price ?? null,
    size: tick?.size ?? null,
    time: tick ? instantOf(tick.timeMs) : null,
    trade_seq: null,
    day: null,
  };
}

const dayOnWire = (price: number, day: LatestTrade["day"]) => ({
  date: isoDay(dayOfMs(day.dateMs)),
  open: day.open,
  high: day.high,
  low: day.low,
  volume: day.volume,
  previous_close: day.previousClose,
  change: day.previousClose === null ? null : price - day.previousClose,
  change_fraction: day.previousClose === null ? null : price / day.previousClose - 1,
});
