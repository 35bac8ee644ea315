/**
 * What a batch of the stream has changed, for those who watch: live connections and the log of what was worked out.
 * Values, sizes and times are those of the stream; every `seq` counts by itself for its symbol and kind, from 1.
 */
import type { Bar } from "./bars.ts";

/** The trades `firstSeq` to `seq` of a symbol, as one: price, size and time of the last of them. */
export type TradeUpdate = Readonly<{
  symbol: string;
  firstSeq: number;
  seq: number;
  price: number;
  size: number;
  timeMs: number;
  /** Of the regular ones among them; the last price where none is. */
  high: number;
  low: number;
  /** Sum of their sizes. */
  volume: number;
}>;

export type BarUpdate = Readonly<{
  bar: Bar;
  /** Of a final bar its number; of a partial one that of the symbol's last final bar, of whatever size. */
  seq: number;
  /** Number of the symbol's last trade when the bar was told: what tells two looks at a partial bar apart. */
  atTrade: number;
}>;

/** Bars of open windows as they stand, of some symbols. */
export type FormingBars = (symbols: readonly string[]) => readonly BarUpdate[];

export type IndicatorUpdate = Readonly<{
  symbol: string;
  sizeMs: number;
  /** End of the bar with which they were worked out. */
  endMs: number;
  /** Number of that bar. */
  seq: number;
  /** By name ("sma20"); null while an indicator is not defined. */
  values: Readonly<Record<string, number | null>>;
  /** By the same names: whether its value no longer depends on where the bars began. */
  stable: Readonly<Record<string, boolean>>;
}>;

export type AnomalyUpdate = Readonly<{
  symbol: string;
  seq: number;
  type: string;
  severity: string;
  endMs: number;
  sizeMs: number;
  value: number;
  /** What the value was held against; null where the limit is absolute. */
  baseline: number | null;
  threshold: number;
  /** Whether somebody is told of it beside those who watch. */
  alert: boolean;
}>;

export type BatchUpdates = Readonly<{
  trades: readonly TradeUpdate[];
  /** Final and partial ones. */
  bars: readonly BarUpdate[];
  indicators: readonly IndicatorUpdate[];
  anomalies: readonly AnomalyUpdate[];
}>;

export const NO_UPDATES: BatchUpdates = { trades: [], bars: [], indicators: [], anomalies: [] };

/**
 * Two updates of a symbol's trades as one, the earlier first. Only what follows without a hole is added up; otherwise the
 * one that reaches further stands alone, so that `volume` is always that of the trades `firstSeq` to `seq`, and who
 * knows an earlier number sees what is missing.
 */
export function mergedTrades(earlier: TradeUpdate, later: TradeUpdate): TradeUpdate {
  if (later.seq <= earlier.seq) return earlier;
  if (later.firstSeq !== earlier.seq + 1) return later;
  return {
    ...later,
    firstSeq: earlier.firstSeq,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    volume: earlier.volume + later.volume,
  };
}
