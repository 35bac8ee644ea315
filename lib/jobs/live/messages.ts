/** What a live connection may ask for: to be told of symbols, no more to be, and what it has missed. */
import type { Subscriber } from "../../access/subscription.ts";
import { AppError } from "../../errors.ts";
import { inParts } from "../../live/parts.ts";
import { byChannel, SYMBOLS_MAX, symbolsIn, topicsOf } from "../../live/topic.ts";
import type { Channel, Item, Position } from "../../stream/items.ts";
import type { StreamReads } from "./reads.ts";

type Topics = readonly string[];
type Frame = Readonly<Record<string, unknown> & { type: string }>;

export type SubscriptionWorld = Readonly<{
  subscriptions: Readonly<{
    /** @throws AppError DEPENDENCY_DOWN */
    change: (
      subscriber: Subscriber,
      change: Readonly<{ add: Topics } | { remove: Topics }>,
      isAllowed: (topics: Topics) => boolean,
    ) => Promise<Topics | "too many">;
  }>;
  nowMs: () => number;
}>;

/** Who asks, and how to say what does not fit into the answer. */
export type Asker = Readonly<{
  connectionId: string;
  /** `undefined` where nothing was kept of it: then nobody has to account for it. */
  connection: Readonly<{ keyId: string | null; connectedMs: number }> | undefined;
  post: (frame: Frame) => Promise<unknown>;
}>;

type Wanted = Readonly<{ channels: readonly Channel[]; symbols: readonly string[] }>;

/** So many items are told again at once; a client that missed more asks again from where it has come to. */
export const RESUMED_MAX = 4_000;

const subscriberOf = (
  { connectionId: id, connection }: Asker,
  { nowMs }: SubscriptionWorld,
): Subscriber => ({
  id,
  keyId: connection?.keyId ?? null,
  connectedMs: connection?.connectedMs ?? nowMs(),
});

/**
 * From now on the connection is told of these symbols, and how they stand. Kept before that is read, so that nothing
 * falls between: what happens meanwhile may come before the answer, and is newer or the same.
 * @throws AppError BAD_REQUEST for more symbols than a connection may have; DEPENDENCY_DOWN, and then it may be kept
 */
export async function subscribe(
  world: SubscriptionWorld,
  reads: StreamReads,
  { channels, symbols }: Wanted,
  asker: Asker,
): Promise<Frame> {
  const add = topicsOf(channels, symbols);
  const isAllowed = (topics: Topics) => symbolsIn(topics) <= SYMBOLS_MAX;
  const topics = await world.subscriptions.change(subscriberOf(asker, world), { add }, isAllowed);
  if (topics === "too many") {
    const message = `makes more than ${SYMBOLS_MAX} symbols with those subscribed before`;
    throw new AppError("BAD_REQUEST", `a connection may have ${SYMBOLS_MAX} symbols`, {
      errors: [{ path: "symbols", message }],
      symbols_max: SYMBOLS_MAX,
    });
  }
  const items = await reads.snapshot(unique(channels), unique(symbols));
  const answer = answerOf(channels, symbols, topics);
  const { last, parts } = await told("snapshot", items, answer, asker);
  return { ...answer, snapshot: last, parts };
}

/** @throws AppError DEPENDENCY_DOWN, and then it may be done */
export async function unsubscribe(
  world: SubscriptionWorld,
  { channels, symbols }: Wanted,
  asker: Asker,
): Promise<Frame> {
  const remove = topicsOf(channels, symbols);
  const topics = await world.subscriptions.change(
    subscriberOf(asker, world),
    { remove },
    () => true,
  );
  return answerOf(channels, symbols, topics === "too many" ? [] : topics);
}

/** What came after each position. @throws AppError DEPENDENCY_DOWN */
export async function resume(
  reads: StreamReads,
  positions: readonly Position[],
  asker: Asker,
): Promise<Frame> {
  const { items, gaps } = await reads.since(positions);
  const answer = { type: "resumed", gaps, complete: items.length <= RESUMED_MAX };
  const now = items.slice(0, RESUMED_MAX);
  const { last, parts } = await told("resumed", now, answer, asker);
  return { ...answer, items: last, parts };
}

const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

const answerOf = (
  channels: readonly Channel[],
  symbols: readonly string[],
  topics: Topics,
): Frame => ({
  type: "subscription",
  channels: unique(channels),
  symbols: unique(symbols),
  subscribed: byChannel(topics),
});

/**
 * Posts what does not fit into the answer, in order.
 * @returns what is left for the answer, and how many frames it comes after
 */
async function told(
  type: "snapshot" | "resumed",
  items: readonly Item[],
  answer: Frame,
  { post }: Asker,
): Promise<Readonly<{ last: readonly Item[]; parts: number }>> {
  const parts = inParts(items, Buffer.byteLength(JSON.stringify(answer)));
  const last = parts.pop() ?? [];
  for (const part of parts) await post({ type, items: part, more: true });
  return { last, parts: parts.length };
}
