/** Live items for tests, of one symbol in windows of a minute. */
import type { AnomalyItem, BarItem, IndicatorItem, TradeItem } from "../../../web/api/live.ts";

export const MINUTE_MS = 60_000;
export const START_MS = Date.UTC(2025, 0, 2, 15, 0);
export const iso = (ms: number): string => new Date(ms).toISOString();

export const bar = (minute: number, more: Partial<BarItem> = {}): BarItem => ({
  channel: "bars",
  symbol: "AAA",
  seq: minute + 1,
  window: "1min",
  start: iso(START_MS + minute * MINUTE_MS),
  end: iso(START_MS + (minute + 1) * MINUTE_MS),
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 100,
  vwap: 10.5,
  trades: 4,
  revision: 0,
  partial: false,
  irregular: false,
  ...more,
});

type TradeMore = Partial<TradeItem> & Readonly<{ offsetMs?: number }>;

export const trade = (seq: number, price: number, more: TradeMore = {}): TradeItem => {
  const { offsetMs = 0, ...rest } = more;
  const figures = { price, size: 1, high: price, low: price, volume: 1 };
  const time = iso(START_MS + offsetMs);
  return { channel: "trades", symbol: "AAA", first_seq: seq, seq, time, ...figures, ...rest };
};

export const readings = (minute: number, values: IndicatorItem["values"]): IndicatorItem => ({
  channel: "indicators",
  symbol: "AAA",
  seq: minute + 1,
  window: "1min",
  time: iso(START_MS + (minute + 1) * MINUTE_MS),
  values,
  stable: {},
});

export const anomaly = (minute: number, more: Partial<AnomalyItem> = {}): AnomalyItem => ({
  channel: "anomalies",
  symbol: "AAA",
  seq: minute + 1,
  type: "price_spike",
  severity: "low",
  window: "1min",
  time: iso(START_MS + (minute + 1) * MINUTE_MS),
  value: 0.03,
  baseline: 10,
  threshold: 0.02,
  alert: false,
  ...more,
});
