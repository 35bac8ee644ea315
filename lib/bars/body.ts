/** What the stream's answers show, as it stands on the wire. */

import type { Bar } from "../stream/bars.ts";
import { anomalyFacts, barFacts } from "../stream/items.ts";
import type { AnomalyUpdate } from "../stream/updates.ts";
import { isoDay } from "../time.ts";
import { dayOfMs } from "./parts.ts";
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

export const barOnWire = (bar: Omit<Bar, "symbol">) => ({
  start: instantOf(bar.startMs),
  end: instantOf(bar.endMs),
  ...barFacts(bar),
});

export const tickOnWire = ({ timeMs, price, size, id, irregular }: StreamTick) => ({
  time: instantOf(timeMs),
  price,
  size,
  id,
  irregular,
});

export const anomalyOnWire = (anomaly: AnomalyUpdate) => ({
  symbol: anomaly.symbol,
  ...anomalyFacts(anomaly),
});
