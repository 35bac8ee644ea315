// Updates as they travel.
import { describe, expect, it } from "vitest";
import { anomalyItem, barItem, indicatorItem, tradeItem } from "../../lib/stream/items.ts";
import { mergedTrades } from "../../lib/stream/updates.ts";
import { anomaly, bar, forming, readings, trade } from "../live/updates.ts";

describe("an item", () => {
  it("of a partial bar says at which trade, of a final one it does not", () => {
    expect(barItem(forming("A", 4, 1, 17))).toMatchObject({ seq: 4, at_trade: 17, partial: true });
    expect(barItem(bar("A", 5, { minute: 1, atTrade: 17 }))).not.toHaveProperty("at_trade");
  });

  it("of a bar that was withdrawn has no prices", () => {
    const { bar: whole, ...rest } = bar("A", 5);
    const prices = { open: null, high: null, low: null, close: null, vwap: null };
    const item = barItem({ bar: { ...whole, ...prices, trades: 0, revision: 1 }, ...rest });
    expect(JSON.parse(JSON.stringify(item))).toMatchObject({ ...prices, trades: 0, revision: 1 });
  });

  it("has instants in ISO, those of many bars too", () => {
    for (let minute = 0; minute < 1_100; minute++) {
      const startMs = Date.parse("2025-01-02T14:30:00Z") + minute * 60_000;
      expect(barItem(bar("A", 1, { minute })).start).toBe(new Date(startMs).toISOString());
    }
    expect(indicatorItem(readings("A", 1, 4))).toEqual({
      channel: "indicators",
      symbol: "A",
      seq: 1,
      window: "1min",
      time: "2025-01-02T14:35:00.000Z",
      values: { sma20: 100.5, rsi14: null },
      stable: { sma20: true, rsi14: false },
    });
    expect(anomalyItem(anomaly("A", 2))).toEqual({
      channel: "anomalies",
      symbol: "A",
      seq: 2,
      type: "price_spike",
      severity: "high",
      window: "1min",
      time: "2025-01-02T14:32:00.000Z",
      value: 0.06,
      baseline: 100,
      threshold: 0.05,
      alert: true,
    });
  });
});

describe("two updates of trades", () => {
  it("are one where the later follows the earlier", () => {
    const merged = mergedTrades(
      { ...trade("A", 1, 3), high: 200 },
      { ...trade("A", 4, 6), low: 50, size: 7 },
    );
    expect(merged).toEqual({ ...trade("A", 1, 6), high: 200, low: 50, size: 7 });
    expect(tradeItem(merged)).toMatchObject({ first_seq: 1, seq: 6, volume: 6 });
  });

  it("are never one with a hole, or with trades counted twice", () => {
    const [one, later, same] = [trade("A", 1, 3), trade("A", 5, 6), trade("A", 2, 4)];
    expect(mergedTrades(one, later)).toBe(later);
    expect(mergedTrades(one, same)).toBe(same);
    expect(mergedTrades(same, one)).toBe(same);
  });
});
