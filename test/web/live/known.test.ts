// The rules by which a client of live connections tells new items from old ones.
import { describe, expect, it } from "vitest";
import { anomalyItem, barItem, indicatorItem, tradeItem } from "../../../lib/stream/items.ts";
import type { How, Item } from "../../../web/api/live-items.ts";
import { Known } from "../../../web/api/live-known.ts";
import { anomaly, bar, forming, readings, trade } from "../../live/updates.ts";

const knowing = (...items: Item[]): Known => {
  const known = new Known();
  for (const item of items) known.take(item);
  return known;
};
const trades = (first: number, last = first) => tradeItem(trade("A", first, last));
const final = (seq: number, minute: number, sizeMs = 60_000) =>
  barItem(bar("A", seq, { minute, sizeMs }));
const partial = (seq: number, minute: number, atTrade: number) =>
  barItem(forming("A", seq, minute, atTrade));

describe("an item", () => {
  it.each<[string, Item[], Item, How, "new" | "old" | "jump"]>([
    ["trades of which nothing is known", [], trades(7, 9), "stream", "new"],
    ["trades that follow", [trades(1, 3)], trades(4, 9), "stream", "new"],
    ["trades that came before", [trades(1, 3)], trades(1, 3), "stream", "old"],
    ["trades that begin before and go further", [trades(1, 3)], trades(2, 5), "stream", "new"],
    ["trades with some missing before", [trades(1, 3)], trades(5, 9), "stream", "jump"],
    ["trades in a snapshot", [trades(1, 3)], trades(9), "snapshot", "new"],
    ["trades that were asked for again", [trades(1, 3)], trades(9), "resumed", "new"],
    ["a bar that follows", [final(4, 0)], final(5, 1), "stream", "new"],
    ["a bar of another window that follows", [final(4, 0)], final(5, 0, 300_000), "stream", "new"],
    ["a bar that came before", [final(5, 1)], final(5, 1), "stream", "old"],
    ["a bar with one missing before", [final(4, 0)], final(6, 2), "stream", "jump"],
    ["the last bar of a window, told late", [final(9, 5)], final(6, 0, 300_000), "snapshot", "new"],
    ["a later look at a partial bar", [partial(4, 1, 10)], partial(4, 1, 11), "stream", "new"],
    ["the same look again", [partial(4, 1, 10)], partial(4, 1, 10), "stream", "old"],
    ["a partial bar that has become final", [final(5, 1)], partial(4, 1, 11), "stream", "old"],
    ["the partial bar after a final one", [final(5, 1)], partial(5, 2, 12), "stream", "new"],
    ["a final bar after its partial ones", [partial(4, 1, 10)], final(5, 1), "stream", "new"],
    [
      "readings that are later",
      [indicatorItem(readings("A", 4))],
      indicatorItem(readings("A", 9)),
      "stream",
      "new",
    ],
    [
      "readings that are not",
      [indicatorItem(readings("A", 4))],
      indicatorItem(readings("A", 4)),
      "stream",
      "old",
    ],
    [
      "an anomaly that follows",
      [anomalyItem(anomaly("A", 1))],
      anomalyItem(anomaly("A", 2)),
      "stream",
      "new",
    ],
    [
      "an anomaly with one missing before",
      [anomalyItem(anomaly("A", 1))],
      anomalyItem(anomaly("A", 3)),
      "stream",
      "jump",
    ],
    [
      "an anomaly of another symbol",
      [anomalyItem(anomaly("B", 1))],
      anomalyItem(anomaly("A", 3)),
      "stream",
      "new",
    ],
  ])("%s", (_, before, item, how, verdict) => {
    expect(knowing(...before).judge(item, how)).toBe(verdict);
  });

  it("of a service that counts from the beginning again is known for it", () => {
    const later = { ...trades(2), time: "2025-01-03T09:00:00.000Z" };
    expect(knowing(trades(1, 900)).isAnew(later)).toBe(true);
    expect(knowing(trades(1, 900)).isAnew(trades(800)), "a frame that came late").toBe(false);
    expect(knowing(trades(1, 900)).isAnew({ ...later, seq: 901 })).toBe(false);
    expect(knowing(final(90, 40)).isAnew(final(3, 41))).toBe(true);
    expect(knowing(final(90, 40)).isAnew(final(89, 39))).toBe(false);
    expect(knowing(final(90, 40)).isAnew(final(91, 20)), "a revision").toBe(false);
  });

  it("of a partial bar is a position where there is no other, and what is passed over is one", () => {
    const known = knowing(partial(4, 1, 10), partial(6, 2, 12), trades(1, 5));
    expect(known.judge(final(5, 1), "stream")).toBe("new");
    expect(known.judge(final(6, 1), "stream")).toBe("jump");
    expect(known.positions(["bars A", "trades A", "anomalies A"])).toEqual([
      { channel: "bars", symbol: "A", seq: 4 },
      { channel: "trades", symbol: "A", seq: 5 },
    ]);
    known.skip("anomalies A", 0);
    known.skip("trades A", 3);
    expect(known.positions(["trades A", "anomalies A"]).map(({ seq }) => seq)).toEqual([5, 0]);
    known.forget("trades A");
    expect(known.seq("trades A")).toBeUndefined();
  });
});
