// Who is told of what: topics, the audience of a list of subscriptions, and the cards each is dealt.
import { describe, expect, it } from "vitest";
import { audienceOf, deliveries } from "../../lib/live/audience.ts";
import { inParts } from "../../lib/live/parts.ts";
import { FRAME_BYTES_MAX } from "../../lib/live/pending.ts";
import { byChannel, partsOf, symbolsIn, topicOf, topicsOf } from "../../lib/live/topic.ts";
import { tradeItem } from "../../lib/stream/items.ts";
import { anomaly, bar, forming, readings, trade, updates } from "./updates.ts";

const of = (id: string, ...topics: string[]) => ({ id, keyId: null, connectedMs: 0, topics });

describe("a topic", () => {
  it("is a channel and a symbol, whatever stands in the symbol", () => {
    expect(partsOf(topicOf("bars", "BRK/B"))).toEqual({ channel: "bars", symbol: "BRK/B" });
    for (const other of ["", "bars", "bars ", " A", "quotes A", "trades_A"])
      expect(partsOf(other), other).toBeUndefined();
  });

  it("is made of every channel with every symbol", () => {
    const topics = topicsOf(["bars", "trades"], ["B", "A"]);
    expect(topics).toEqual(["bars B", "bars A", "trades B", "trades A"]);
    expect(symbolsIn(topics)).toBe(2);
    expect(byChannel([...topics, "anomalies C"])).toEqual({
      trades: ["A", "B"],
      bars: ["A", "B"],
      anomalies: ["C"],
    });
  });
});

describe("deliveries", () => {
  it("hold what each subscribed to, exactly: no other channel, no symbol that begins alike", () => {
    const audience = audienceOf([
      of("one", "trades NIFTY", "bars NIFTY", "indicators NIFTY", "anomalies NIFTY"),
      of("other", "trades NIFTYBANK", "anomalies NIFTY", "nonsense"),
      of("nobody"),
    ]);
    const batch = updates({
      trades: [trade("NIFTY", 1), trade("NIFTYBANK", 1), trade("X", 1)],
      bars: [bar("NIFTY", 1), forming("NIFTY", 1, 1, 1), bar("NIFTYBANK", 1)],
      indicators: [readings("NIFTY", 1)],
      anomalies: [anomaly("NIFTY", 1)],
    });
    const hands = deliveries(batch, audience);
    const names = Object.fromEntries(
      [...hands].map(([id, cards]) => [id, cards.map(({ name }) => name)]),
    );
    expect(names).toEqual({
      one: [
        "trades NIFTY",
        "bars NIFTY final 1",
        "bars NIFTY partial 60000",
        "indicators NIFTY 60000",
        "anomalies NIFTY 1",
      ],
      other: ["trades NIFTYBANK", "anomalies NIFTY 1"],
    });
    expect(hands.get("one")!.at(-1), "one text for all").toBe(hands.get("other")!.at(-1));
  });
});

describe("a long list of items", () => {
  it("comes in parts that each fit into a frame, with room for what stands beside the last", () => {
    const items = Array.from({ length: 500 }, (_, at) => tradeItem(trade(`Sä${at}`, 1)));
    const bytes = (list: unknown) => Buffer.byteLength(JSON.stringify(list));
    const parts = inParts(items, 20_000);
    expect(parts.flat()).toEqual(items);
    for (const part of parts) expect(bytes(part)).toBeLessThan(FRAME_BYTES_MAX - 1_000);
    expect(bytes(parts.at(-1)) + 20_000).toBeLessThan(FRAME_BYTES_MAX - 1_000);
    expect(parts.length).toBeGreaterThan(2);
    expect(inParts([])).toEqual([[]]);
    expect(inParts(items.slice(0, 3))).toEqual([items.slice(0, 3)]);
  });
});
