// What is kept for cancels and corrections, and what a busy stream does not leave room for.
import { describe, expect, it } from "vitest";
import type { TickColumns } from "../../lib/stream/ticks.ts";
import { TradeLog } from "../../lib/stream/trade-log.ts";

const trades = (...timesMs: number[]): TickColumns => ({
  symbol: new Int32Array(timesMs.length),
  timeMs: Float64Array.from(timesMs),
  price: Float64Array.from(timesMs, () => 10),
  size: Float64Array.from(timesMs, () => 1),
  id: Float64Array.from(timesMs),
});

const logOf = (most: number) => {
  const log = new TradeLog(1000, most);
  log.fit(1);
  return log;
};

describe("the log of trades", () => {
  it("lets the oldest go where there are too many, and says from when on it is whole", () => {
    const log = logOf(3);
    log.pushRows(trades(10, 20, 30), 0, 3);
    expect(log.isWholeFrom(0)).toBe(true);
    log.pushRows(trades(40, 50), 0, 2);
    expect([10, 20, 30, 40].map((id) => log.find(0, id) >= 0)).toEqual([false, false, true, true]);
    expect([0, 20, 21].map((ms) => log.isWholeFrom(ms))).toEqual([false, false, true]);
  });

  it("is whole though what was too old has gone", () => {
    const log = logOf(3);
    log.pushRows(trades(10, 20), 0, 2);
    log.evict(1015);
    expect(log.find(0, 10)).toBe(-1);
    expect(log.isWholeFrom(0)).toBe(true);
  });

  it("knows what is missing in another process too", () => {
    const log = logOf(2);
    log.pushRows(trades(10, 20, 30), 0, 3);
    const other = logOf(2);
    other.restore(log.export());
    expect(other.export()).toEqual(log.export());
    expect(other.isWholeFrom(10)).toBe(false);
    expect(other.find(0, 20)).toBeGreaterThanOrEqual(0);
  });
});
