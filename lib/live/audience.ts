/** Who is to be told of what: made when a subscription changed, looked into for every item. */
import type { Subscription } from "../access/subscription.ts";
import { CHANNELS, type Channel } from "../stream/items.ts";
import type { BatchUpdates } from "../stream/updates.ts";
import { type Card, cardOf } from "./card.ts";
import { partsOf } from "./topic.ts";

/** Ids of connections by channel and symbol. */
export type Audience = Readonly<Record<Channel, ReadonlyMap<string, readonly string[]>>>;

export function audienceOf(subscriptions: readonly Subscription[]): Audience {
  const made = Object.fromEntries(
    CHANNELS.map((channel) => [channel, new Map<string, string[]>()]),
  ) as Record<Channel, Map<string, string[]>>;
  for (const { id, topics } of subscriptions) {
    for (const topic of topics) {
      const parts = partsOf(topic);
      if (parts === undefined) continue;
      const ids = made[parts.channel].get(parts.symbol);
      if (ids) ids.push(id);
      else made[parts.channel].set(parts.symbol, [id]);
    }
  }
  return made;
}

/**
 * The cards of each connection that has any, in the order trades, bars, indicators, anomalies. A card that several get is
 * one object, so its text is made once.
 */
export function deliveries(updates: BatchUpdates, audience: Audience): Map<string, Card[]> {
  const cards = new Map<string, Card[]>();
  const deal = (ids: readonly string[] | undefined, card: () => Card) => {
    if (ids === undefined) return;
    const one = card();
    for (const id of ids) {
      const hand = cards.get(id);
      if (hand) hand.push(one);
      else cards.set(id, [one]);
    }
  };
  const { trades, bars, indicators, anomalies } = audience;
  for (const one of updates.trades) deal(trades.get(one.symbol), () => cardOf.trades(one));
  for (const one of updates.bars) deal(bars.get(one.bar.symbol), () => cardOf.bars(one));
  for (const one of updates.indicators)
    deal(indicators.get(one.symbol), () => cardOf.indicators(one));
  for (const one of updates.anomalies) deal(anomalies.get(one.symbol), () => cardOf.anomalies(one));
  return cards;
}
