/** What comes over a live connection, looked at before it is believed; and topics as messages that name them. */
import { CHANNELS, type Channel, type Item, partsOf, type Topic } from "./live-items.ts";
import type { Frame } from "./live-requests.ts";

/** A message names at most so many symbols or positions. */
export const LIST_MAX = 200;

/** `undefined` for what is no frame. */
export function frameOf(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isFrame = typeof value === "object" && value !== null && "type" in value;
    return isFrame && typeof value.type === "string" ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
}

export const listOf = <T>(value: unknown): readonly T[] =>
  Array.isArray(value) ? (value as T[]) : [];

/** Items of channels this client does not know are left out. */
export const itemsOf = (value: unknown): readonly Item[] =>
  listOf<Item>(value).filter((item) => CHANNELS.includes(item?.channel));

type Group = Readonly<{ channels: readonly Channel[]; symbols: readonly string[] }>;

/** Lists of channels and symbols that name exactly these topics, in as few messages as that takes. */
export function grouped(topics: readonly Topic[]): Group[] {
  const channelsOf = new Map<string, Set<Channel>>();
  for (const topic of topics) {
    const { channel, symbol } = partsOf(topic);
    channelsOf.set(symbol, (channelsOf.get(symbol) ?? new Set()).add(channel));
  }
  const symbolsOf = new Map<string, string[]>();
  for (const [symbol, channels] of channelsOf) {
    const name = CHANNELS.filter((channel) => channels.has(channel)).join(" ");
    symbolsOf.set(name, [...(symbolsOf.get(name) ?? []), symbol]);
  }
  return [...symbolsOf].flatMap(([name, symbols]) =>
    inLists(symbols).map((some) => ({ channels: name.split(" ") as Channel[], symbols: some })),
  );
}

/** A list cut into such as a message may name. */
export const inLists = <T>(all: readonly T[]): (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / LIST_MAX) }, (_, at) =>
    all.slice(at * LIST_MAX, (at + 1) * LIST_MAX),
  );
