/** Updates of a stream, for tests. */
import type {
  AnomalyUpdate,
  BarUpdate,
  BatchUpdates,
  IndicatorUpdate,
  TradeUpdate,
} from "../../lib/stream/updates.ts";
import { NO_UPDATES } from "../../lib/stream/updates.ts";

export const START_MS = Date.parse("2025-01-02T14:30:00Z");
const MINUTE_MS = 60_000;

/** The trades `firstSeq` to `seq`, one share each; the n-th has the price 100 + n. */
export const trade = (symbol: string, firstSeq: number, seq = firstSeq): TradeUpdate => ({
  symbol,
  firstSeq,
  seq,
  price: 100 + seq,
  size: 1,
  timeMs: START_MS + seq,
  high: 100 + seq,
  low: 100 + firstSeq,
  volume: seq - firstSeq + 1,
});

type BarOptions = Readonly<{
  minute?: number;
  sizeMs?: number;
  partial?: boolean;
  atTrade?: number;
}>;

/** The bar of a minute after 14:30. */
export function bar(symbol: string, seq: number, options: BarOptions = {}): BarUpdate {
  const { minute = 0, sizeMs = MINUTE_MS, partial = false, atTrade = 0 } = options;
  const startMs = START_MS + minute * MINUTE_MS;
  return {
    bar: {
      symbol,
      sizeMs,
      startMs,
      endMs: startMs + sizeMs,
      open: 100,
      high: 101,
      low: 99,
      close: 100.5,
      volume: 10 + atTrade,
      vwap: 100.25,
      trades: 3,
      revision: 0,
      partial,
      irregular: false,
    },
    seq,
    atTrade,
  };
}

/** The forming bar of a minute. */
export const forming = (symbol: string, seq: number, minute: number, atTrade: number): BarUpdate =>
  bar(symbol, seq, { minute, atTrade, partial: true });

export const readings = (symbol: string, seq: number, minute = 0): IndicatorUpdate => ({
  symbol,
  sizeMs: MINUTE_MS,
  endMs: START_MS + (minute + 1) * MINUTE_MS,
  seq,
  values: { sma20: 100.5, rsi14: null },
  stable: { sma20: true, rsi14: false },
});

export const anomaly = (symbol: string, seq: number): AnomalyUpdate => ({
  symbol,
  seq,
  type: "price_spike",
  severity: "high",
  endMs: START_MS + seq * MINUTE_MS,
  sizeMs: MINUTE_MS,
  value: 0.06,
  baseline: 100,
  threshold: 0.05,
  alert: true,
});

export const updates = (some: Partial<BatchUpdates>): BatchUpdates => ({ ...NO_UPDATES, ...some });
