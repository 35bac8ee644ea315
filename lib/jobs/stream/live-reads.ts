/**
 * How symbols stand, and what came after a number, for clients that come or come back: from the state of the shards and
 * their segments that are not folded yet. What is older is told as a gap, which the reads of days and months fill.
 */

import { Indicators } from "../../stream/indicators/indicators.ts";
import { readings } from "../../stream/indicators/readings.ts";
import {
  anomalyItem,
  barItem,
  type Channel,
  type Gap,
  type Item,
  indicatorItem,
  type Position,
  tradeItem,
} from "../../stream/items.ts";
import type { Processor } from "../../stream/processor.ts";
import type { Segment, SegmentBar } from "../../stream/segment.ts";
import type { IndicatorUpdate } from "../../stream/updates.ts";
import type { StreamReads } from "../live/reads.ts";
import type { Look } from "./looks.ts";

export type LiveReadsWorld = Readonly<{
  looks: () => Promise<readonly Look[]>;
  /** The segments of a shard that are still there, in order. */
  recent: (shard: string) => Promise<readonly Segment[]>;
}>;

/** Anomalies of a symbol in a snapshot. */
const ANOMALIES_TOLD = 20;
/** Closes that the readings of a snapshot rest on, where segments have so many. */
const CLOSES_MAX = 512;

export function liveReads({ looks, recent }: LiveReadsWorld): StreamReads {
  /** Each symbol with the shard that has it. */
  const owners = async (symbols: readonly string[]) => {
    const all = await looks();
    return symbols.flatMap((symbol) => {
      const look = all.find(({ processor }) => processor.latest(symbol) !== undefined);
      return look ? [{ symbol, look }] : [];
    });
  };

  return {
    async snapshot(channels, symbols) {
      const owned = await owners(symbols);
      const items: Item[] = [];
      for (const { symbol, look } of owned) {
        const { processor, shard } = look;
        const isPast = channels.some((channel) => channel !== "trades");
        const segments = isPast ? await recent(shard) : [];
        for (const channel of channels) {
          items.push(...STANDING[channel](symbol, processor, segments));
        }
      }
      return items;
    },

    async since(positions) {
      const owned = await owners([...new Set(positions.map(({ symbol }) => symbol))]);
      const told: { items: Item[]; gaps: Gap[] } = { items: [], gaps: [] };
      for (const position of positions) {
        const owner = owned.find(({ symbol }) => symbol === position.symbol);
        if (!owner) continue;
        const segments = position.channel === "trades" ? [] : await recent(owner.look.shard);
        const { items, gaps } = after(position, owner.look.processor, segments);
        told.items.push(...items);
        told.gaps.push(...gaps);
      }
      return told;
    },
  };
}

type Standing = (symbol: string, processor: Processor, segments: readonly Segment[]) => Item[];

const STANDING: Readonly<Record<Channel, Standing>> = {
  trades: (symbol, processor) => lastTrade(symbol, processor),
  bars: (symbol, processor, segments) => {
    const finals = new Map(barsOf(segments, symbol).map((bar) => [bar.sizeMs, bar]));
    const forming = processor.forming([symbol]);
    return [
      ...[...finals.values()].map((bar) => barItem({ bar, seq: bar.seq, atTrade: 0 })),
      ...forming.map(barItem),
    ];
  },
  indicators: (symbol, _processor, segments) =>
    readingsOf(barsOf(segments, symbol)).map(indicatorItem),
  anomalies: (symbol, _processor, segments) =>
    anomaliesOf(segments, symbol).slice(-ANOMALIES_TOLD).map(anomalyItem),
};

/** The last trade as an item of its own; none of a symbol that had irregular ones alone. */
function lastTrade(symbol: string, processor: Processor): Item[] {
  const latest = processor.latest(symbol);
  if (latest?.price == null) return [];
  const { tradeSeq: seq, price, size, timeMs } = latest;
  const item = { symbol, firstSeq: seq, seq, price, size: size!, timeMs: timeMs! };
  return [tradeItem({ ...item, high: price, low: price, volume: size! })];
}

const barsOf = (segments: readonly Segment[], symbol: string): SegmentBar[] =>
  segments.flatMap(({ bars }) => bars.filter((bar) => bar.symbol === symbol));

const anomaliesOf = (segments: readonly Segment[], symbol: string) =>
  segments.flatMap(({ anomalies }) => anomalies.filter((one) => one.symbol === symbol));

/** The newest readings of each size, worked out from the closes that are at hand. */
function readingsOf(bars: readonly SegmentBar[]): IndicatorUpdate[] {
  const sizes = [...new Set(bars.map(({ sizeMs }) => sizeMs))];
  return sizes.flatMap((sizeMs): IndicatorUpdate[] => {
    const own = bars.filter((bar) => bar.sizeMs === sizeMs && bar.revision === 0 && bar.close);
    const last = own.at(-1);
    if (last === undefined) return [];
    const indicators = new Indicators(1);
    for (const { close } of own.slice(-CLOSES_MAX)) indicators.update(0, close!);
    const { symbol, endMs, seq } = last;
    return [{ symbol, sizeMs, endMs, seq, ...readings(indicators, 0) }];
  });
}

/** What came after a position; trades are told as the last of them, the others one by one. */
function after(
  { channel, symbol, seq }: Position,
  processor: Processor,
  segments: readonly Segment[],
): Readonly<{ items: readonly Item[]; gaps: readonly Gap[] }> {
  const standing = STANDING[channel](symbol, processor, segments);
  if (channel === "trades") {
    const newest = standing.filter((item) => item.seq > seq);
    const gaps = newest.flatMap((item) =>
      item.seq > seq + 1 ? [{ channel, symbol, from: seq + 1, to: item.seq - 1 }] : [],
    );
    return { items: newest, gaps };
  }
  if (channel === "indicators") return { items: standing.filter((one) => one.seq > seq), gaps: [] };
  const all: Item[] =
    channel === "bars"
      ? barsOf(segments, symbol).map((bar) => barItem({ bar, seq: bar.seq, atTrade: 0 }))
      : anomaliesOf(segments, symbol).map(anomalyItem);
  const items = all.filter((item) => item.seq > seq);
  const last = channel === "bars" ? processor.barSeq(symbol) : processor.anomalySeq(symbol);
  const first = items[0]?.seq ?? last + 1;
  const gaps = first > seq + 1 ? [{ channel, symbol, from: seq + 1, to: first - 1 }] : [];
  const forming = channel === "bars" ? processor.forming([symbol]).map(barItem) : [];
  return { items: [...items, ...forming], gaps };
}
