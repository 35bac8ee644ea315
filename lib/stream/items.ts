/**
 * Updates as they travel, in JSON: to live connections and to the log of what was worked out. Names are snake_case,
 * instants ISO; an item is named by channel and symbol, and `seq` says which of two is the newer.
 */
import type { Bar } from "./bars.ts";
import type { AnomalyUpdate, BarUpdate, IndicatorUpdate, TradeUpdate } from "./updates.ts";
import { windowName } from "./window-name.ts";

export const CHANNELS = ["trades", "bars", "indicators", "anomalies"] as const;
export type Channel = (typeof CHANNELS)[number];

export type TradeItem = Readonly<{
  channel: "trades";
  symbol: string;
  first_seq: number;
  seq: number;
  price: number;
  size: number;
  time: string;
  high: number;
  low: number;
  volume: number;
}>;

export type BarItem = Readonly<{
  channel: "bars";
  symbol: string;
  seq: number;
  /** Only of a bar that is not final. */
  at_trade?: number;
  /** "1min", "30s" */
  window: string;
  start: string;
  end: string;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number | null;
  volume: number;
  vwap: number | null;
  trades: number;
  revision: number;
  partial: boolean;
  irregular: boolean;
}>;

export type IndicatorItem = Readonly<{
  channel: "indicators";
  symbol: string;
  seq: number;
  window: string;
  time: string;
  values: Readonly<Record<string, number | null>>;
  stable: Readonly<Record<string, boolean>>;
}>;

export type AnomalyItem = Readonly<{
  channel: "anomalies";
  symbol: string;
  seq: number;
  type: string;
  severity: string;
  window: string;
  time: string;
  value: number;
  baseline: number | null;
  threshold: number;
  alert: boolean;
}>;

export type Item = TradeItem | BarItem | IndicatorItem | AnomalyItem;

const iso = (ms: number): string => new Date(ms).toISOString();

const edges = new Map<number, string>();
const EDGES_MAX = 1_000;

/** Where windows begin and end: the same instants for every symbol, and writing one costs more than the rest of a bar. */
function isoEdge(ms: number): string {
  const known = edges.get(ms);
  if (known !== undefined) return known;
  if (edges.size >= EDGES_MAX) edges.clear();
  const text = iso(ms);
  edges.set(ms, text);
  return text;
}

export const tradeItem = (update: TradeUpdate): TradeItem => ({
  channel: "trades",
  symbol: update.symbol,
  first_seq: update.firstSeq,
  seq: update.seq,
  price: update.price,
  size: update.size,
  time: iso(update.timeMs),
  high: update.high,
  low: update.low,
  volume: update.volume,
});

export type BarFacts = Omit<Bar, "symbol" | "sizeMs" | "startMs" | "endMs">;

/** What a bar says beside the window it is of: the same wherever bars are told. */
export const barFacts = (bar: BarFacts): BarFacts => ({
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  vwap: bar.vwap,
  trades: bar.trades,
  revision: bar.revision,
  partial: bar.partial,
  irregular: bar.irregular,
});

export const barItem = ({ bar, seq, atTrade }: BarUpdate): BarItem => ({
  channel: "bars",
  symbol: bar.symbol,
  seq,
  ...(bar.partial && { at_trade: atTrade }),
  window: windowName(bar.sizeMs),
  start: isoEdge(bar.startMs),
  end: isoEdge(bar.endMs),
  ...barFacts(bar),
});

export const indicatorItem = (update: IndicatorUpdate): IndicatorItem => ({
  channel: "indicators",
  symbol: update.symbol,
  seq: update.seq,
  window: windowName(update.sizeMs),
  time: isoEdge(update.endMs),
  values: update.values,
  stable: update.stable,
});

/** What an anomaly says beside its symbol and number: the same wherever anomalies are told. */
export const anomalyFacts = (
  anomaly: Omit<AnomalyUpdate, "symbol" | "seq">,
): Omit<AnomalyItem, "channel" | "symbol" | "seq"> => ({
  type: anomaly.type,
  severity: anomaly.severity,
  window: windowName(anomaly.sizeMs),
  time: isoEdge(anomaly.endMs),
  value: anomaly.value,
  baseline: anomaly.baseline,
  threshold: anomaly.threshold,
  alert: anomaly.alert,
});

export const anomalyItem = (update: AnomalyUpdate): AnomalyItem => ({
  channel: "anomalies",
  symbol: update.symbol,
  seq: update.seq,
  ...anomalyFacts(update),
});

/** What a client knows of a symbol on a channel: the highest `seq` it was told. */
export type Position = Readonly<{ channel: Channel; symbol: string; seq: number }>;

/** Numbers that cannot be told any more, both included. */
export type Gap = Readonly<{ channel: Channel; symbol: string; from: number; to: number }>;
