// What waits for a slow connection, and what comes of it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Card } from "../../lib/live/card.ts";
import { cardOf } from "../../lib/live/card.ts";
import { FRAME_BYTES_MAX, Pending } from "../../lib/live/pending.ts";
import { anomaly, bar, forming, readings, trade } from "./updates.ts";

type Item = Readonly<Record<string, unknown>>;
const AT = "2025-01-02T14:30:00.000Z";

function items(pending: Pending, bytesMax?: number): Item[] {
  const all: Item[] = [];
  for (;;) {
    const frame = pending.frame(AT, bytesMax);
    if (!frame) return all;
    all.push(...(JSON.parse(frame.text) as { items: Item[] }).items);
  }
}
const waiting = (...batches: Card[][]): Pending => {
  const pending = new Pending();
  for (const cards of batches) pending.add(cards);
  return pending;
};

describe("what waits for a connection", () => {
  it("goes as it came when nothing came between", () => {
    const pending = waiting([cardOf.trades(trade("A", 1, 3)), cardOf.bars(bar("A", 7))]);
    expect(pending.size).toBe(2);
    const frame = pending.frame(AT);
    expect(JSON.parse(frame!.text)).toEqual({
      type: "data",
      sent_at: AT,
      items: [
        {
          channel: "trades",
          symbol: "A",
          first_seq: 1,
          seq: 3,
          price: 103,
          size: 1,
          time: "2025-01-02T14:30:00.003Z",
          high: 103,
          low: 101,
          volume: 3,
        },
        {
          channel: "bars",
          symbol: "A",
          seq: 7,
          window: "1min",
          start: "2025-01-02T14:30:00.000Z",
          end: "2025-01-02T14:31:00.000Z",
          open: 100,
          high: 101,
          low: 99,
          close: 100.5,
          volume: 10,
          vwap: 100.25,
          trades: 3,
          revision: 0,
          partial: false,
          irregular: false,
        },
      ],
    });
    expect(pending.frame(AT)).toBeUndefined();
  });

  it("adds up trades of a symbol, and of no other", () => {
    const pending = waiting(
      [cardOf.trades(trade("A", 1, 2)), cardOf.trades(trade("B", 1))],
      [cardOf.trades(trade("A", 3, 9))],
    );
    expect(items(pending)).toMatchObject([
      { symbol: "A", first_seq: 1, seq: 9, price: 109, high: 109, low: 101, volume: 9 },
      { symbol: "B", first_seq: 1, seq: 1 },
    ]);
  });

  it.each([
    ["a hole", [1, 2], [5, 6], { first_seq: 5, seq: 6, volume: 2 }],
    ["a batch that came twice", [3, 6], [3, 6], { first_seq: 3, seq: 6, volume: 4 }],
    ["a batch cut otherwise", [1, 4], [3, 6], { first_seq: 3, seq: 6, volume: 4 }],
  ])("never tells a volume that is not that of its trades: %s", (_, one, other, told) => {
    const batches = [one, other].map(([from, to]) => [cardOf.trades(trade("A", from!, to))]);
    expect(items(waiting(...batches))).toMatchObject([told]);
  });

  it("keeps the newest forming bar and readings of a window, and every final bar and anomaly", () => {
    const pending = waiting(
      [cardOf.bars(forming("A", 4, 0, 10)), cardOf.indicators(readings("A", 4, -1))],
      [cardOf.bars(bar("A", 5)), cardOf.indicators(readings("A", 5, 0))],
      [cardOf.anomalies(anomaly("A", 1)), cardOf.bars(forming("A", 5, 1, 12))],
      [cardOf.anomalies(anomaly("A", 2)), cardOf.bars(forming("A", 5, 1, 15))],
    );
    const told = items(pending).map(({ channel, seq, at_trade }) => [channel, seq, at_trade]);
    expect(told, "the forming bar behind the final one of the minute before").toEqual([
      ["bars", 5, undefined],
      ["indicators", 5, undefined],
      ["anomalies", 1, undefined],
      ["bars", 5, 15],
      ["anomalies", 2, undefined],
    ]);
  });

  it("goes before what came since when it could not be sent", () => {
    const pending = waiting([cardOf.bars(bar("A", 1)), cardOf.trades(trade("A", 1))]);
    const { cards } = pending.frame(AT)!;
    pending.add([cardOf.trades(trade("A", 2)), cardOf.bars(bar("A", 2, { minute: 1 }))]);
    pending.putBack(cards);
    expect(items(pending)).toMatchObject([
      { channel: "bars", seq: 1 },
      { channel: "trades", first_seq: 1, seq: 2, volume: 2 },
      { channel: "bars", seq: 2 },
    ]);
  });

  it("fills frames of at most 32 kB, and no letter is lost", () => {
    const symbols = Array.from({ length: 900 }, (_, at) => `S${at}ä`);
    const pending = waiting(symbols.map((symbol) => cardOf.trades(trade(symbol, 1))));
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let frame = pending.frame(AT); frame; frame = pending.frame(AT)) {
      sizes.push(Buffer.byteLength(frame.text));
      seen.push(...JSON.parse(frame.text).items.map(({ symbol }: { symbol: string }) => symbol));
    }
    expect(seen).toEqual(symbols);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(FRAME_BYTES_MAX);
    expect(Math.max(...sizes)).toBeGreaterThan(FRAME_BYTES_MAX - 200);
    expect(sizes.length).toBe(Math.ceil(sizes.reduce((sum, size) => sum + size) / FRAME_BYTES_MAX));
  });

  it("lets nothing that changes all the time wait for ever", () => {
    const symbols = ["A", "B", "C", "D"];
    const pending = new Pending();
    const told: string[] = [];
    for (let batch = 1; batch <= 4; batch++) {
      pending.add(symbols.map((symbol) => cardOf.trades(trade(symbol, batch))));
      told.push(String(JSON.parse(pending.frame(AT, 200)!.text).items[0].symbol));
    }
    expect(told).toEqual(symbols);
  });

  it("tells the last state and every final bar, however the batches are cut", () => {
    const step = fc.record({ trades: fc.nat(3), closes: fc.boolean(), sends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        const pending = new Pending();
        const told: Item[] = [];
        let [seq, bars] = [0, 0];
        for (const { trades, closes, sends } of steps) {
          const cards: Card[] = [];
          if (trades > 0) cards.push(cardOf.trades(trade("A", seq + 1, seq + trades)));
          seq += trades;
          if (closes) cards.push(cardOf.bars(bar("A", ++bars, { minute: bars })));
          cards.push(cardOf.bars(forming("A", bars, bars + 1, seq)));
          pending.add(cards);
          if (sends) told.push(...items(pending, 400));
        }
        told.push(...items(pending, 400));
        const trades = told.filter(({ channel }) => channel === "trades");
        let next = 1;
        for (const { first_seq, seq: last, volume } of trades) {
          expect(first_seq).toBe(next);
          next = Number(last) + 1;
          expect(volume).toBe(next - Number(first_seq));
        }
        expect(next).toBe(seq + 1);
        const finals = told.filter(({ channel, partial }) => channel === "bars" && !partial);
        expect(finals.map(({ seq: one }) => one)).toEqual(
          Array.from({ length: bars }, (_, i) => i + 1),
        );
        expect(told.findLast(({ partial }) => partial)).toMatchObject({ at_trade: seq });
      }),
    );
  });
});
