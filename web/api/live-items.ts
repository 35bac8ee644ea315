/** What is told over a live connection, as it travels (docs/api.md, "Live connections"). */

export const CHANNELS = ["trades", "bars", "indicators", "anomalies"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The trades `first_seq` to `seq` of a symbol as one: price, size and time of the last of them. */
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

/** Final unless `partial`; a final bar of the same window and start takes the place of an earlier one. */
export type BarItem = Readonly<{
  channel: "bars";
  symbol: string;
  /** Of a final bar its number, over all windows of the symbol; of a partial one that of the last final bar. */
  seq: number;
  /** Only of a partial bar: the number of the symbol's last trade. */
  at_trade?: number;
  /** "1min", "30s" */
  window: string;
  start: string;
  end: string;
  /** The prices are null in a bar that was withdrawn: all of its trades were cancelled. */
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
  /** Of the bar with which they were worked out. */
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

/** The highest number a client was told of a symbol on a channel. */
export type Position = Readonly<{ channel: Channel; symbol: string; seq: number }>;

/** Numbers that cannot be told any more, both included. */
export type Gap = Readonly<{ channel: Channel; symbol: string; from: number; to: number }>;

/** How an item came: as the state at the beginning, as it happened, or when it was asked for again. */
export type How = "snapshot" | "stream" | "resumed";

/** "trades AAPL" */
export type Topic = string;
export const topicOf = ({ channel, symbol }: Pick<Item, "channel" | "symbol">): Topic =>
  `${channel} ${symbol}`;
export const partsOf = (topic: Topic): Readonly<{ channel: Channel; symbol: string }> => {
  const at = topic.indexOf(" ");
  return { channel: topic.slice(0, at) as Channel, symbol: topic.slice(at + 1) };
};
