/** What a live connection may ask to be told of: a channel and a symbol. Symbols are compared as they are, never by a part. */
import { CHANNELS, type Channel } from "../stream/items.ts";

/** "trades AAPL" */
export type Topic = string;

/** Symbols of one connection, over all its channels. */
export const SYMBOLS_MAX = 200;

export const topicOf = (channel: Channel, symbol: string): Topic => `${channel} ${symbol}`;

/** `undefined` for what no {@link topicOf} made. */
export function partsOf(topic: Topic): Readonly<{ channel: Channel; symbol: string }> | undefined {
  const at = topic.indexOf(" ");
  const channel = CHANNELS.find((name) => name === topic.slice(0, at));
  const symbol = topic.slice(at + 1);
  return channel !== undefined && symbol !== "" ? { channel, symbol } : undefined;
}

/** Every channel with every symbol. */
export const topicsOf = (channels: readonly Channel[], symbols: readonly string[]): Topic[] =>
  channels.flatMap((channel) => symbols.map((symbol) => topicOf(channel, symbol)));

export const symbolsIn = (topics: readonly Topic[]): number =>
  new Set(topics.map((topic) => partsOf(topic)?.symbol)).size;

/** Symbols by channel, both in order; channels without a symbol are left out. */
export function byChannel(topics: readonly Topic[]): Partial<Record<Channel, string[]>> {
  const found: Partial<Record<Channel, string[]>> = {};
  for (const channel of CHANNELS) {
    const symbols = topics.flatMap((topic) => {
      const parts = partsOf(topic);
      return parts?.channel === channel ? [parts.symbol] : [];
    });
    if (symbols.length > 0) found[channel] = symbols.sort();
  }
  return found;
}
