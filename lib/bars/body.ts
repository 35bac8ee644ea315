/** What the stream's answers show, as it stands on the wire. */

import { windowName } from "../stream/window-name.ts";
import { isoDay } from "../time.ts";
import type { StreamBar } from "./merge.ts";
import { dayOfMs } from "./parts.ts";
import type { AnomalyRow } from "./queries.ts";
import type { StreamTick } from "./tick-merge.ts";

export const STREAM_UNITS = { money: "USD", volume: "shares", change: "fraction" } as const;

/** Times are told to the millisecond; a feed that knows more is cut there. The calendar is asked once a day. */
export function instantOf(ms: number): string {
  const inDay = Math.floor(ms) % MS_PER_DAY;
  const seconds = Math.floor(inDay / 1000);
  const day = isoDay(dayOfMs(ms));
  const [hour, minute, second] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(two);
  return `${day}T${hour}:${minute}:${second}.${String(inDay % 1000).padStart(3, "0")}Z`;
}

const MS_PER_DAY = 86_400_000;

const two = (value: number): string =>
  value < 10 ? `0${Math.floor(value)}` : String(Math.floor(value));

export const barOnWire = (bar: StreamBar) => ({
  start: instantOf(bar.startMs),
  end: instantOf(bar.endMs),
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

export const tickOnWire = ({ timeMs, price, size, id, irregular }: StreamTick) => ({
  time: instantOf(timeMs),
  price,
  size,
  id,
  irregular,
});

export const anomalyOnWire = (row: AnomalyRow) => ({
  symbol: row.symbol,
  type: row.type,
  severity: row.severity,
  window: windowName(row.size_ms),
  time: instantOf(row.end_ms),
  value: row.value,
  baseline: row.baseline,
  threshold: row.threshold,
  alert: row.alert === 1,
});
