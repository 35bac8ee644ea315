// Bars from where the stream keeps them: trades become segments, segments an image, and what is learned is the same.
import { describe, expect, it } from "vitest";
import { believed } from "../../../lib/jobs/stream/market-bars.ts";
import { marketBarsOf } from "../../../lib/jobs/stream/stored-bars.ts";
import { bars } from "../../forecast/markets.ts";
import { streamHomes, TestShard } from "../stream-home.ts";

const home = streamHomes();
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 5, 14, 30);

/** Two trades a minute at the closes of a market, in batches of ten minutes; the last minute is still open. */
function traded(shard: TestShard, symbol: string, minutes: number) {
  const market = bars({ seed: 3, count: minutes });
  const ticks = market.flatMap(({ close }, t) =>
    [10_000, 50_000].map((ms, at) => {
      const timeMs = START_MS + t * MINUTE_MS + ms;
      return { symbol, timeMs, price: at === 0 ? close * 1.001 : close, size: 10 };
    }),
  );
  const batches = Array.from({ length: Math.ceil(ticks.length / 20) }, (_, at) =>
    shard.next(ticks.slice(20 * at, 20 * at + 20)),
  );
  return { batches, closes: market.slice(0, -1).map(({ close }) => close) };
}

describe("the bars of the market", () => {
  it("are the same from segments, from the image, and from both", async () => {
    const { put, compact, reads } = home();
    const shard = new TestShard("0");
    const { batches, closes } = traded(shard, "AAA", 120);
    for (const batch of batches) await put(batch);
    const market = marketBarsOf(reads());
    const fresh = await market.barsOf("AAA", MINUTE_MS, 1000);
    expect(believed(fresh).map(({ close }) => close)).toEqual(closes);
    await compact();
    expect(await market.barsOf("AAA", MINUTE_MS, 1000)).toEqual(fresh);
    expect(await marketBarsOf(reads()).barsOf("AAA", MINUTE_MS, 10)).toEqual(fresh.slice(-10));
  });

  it("are no windows that are still open", async () => {
    const { put, reads } = home();
    const shard = new TestShard("0");
    const { batches, closes } = traded(shard, "AAA", 30);
    for (const batch of batches) await put(batch);
    const seen = await marketBarsOf(reads(() => [shard.state()])).barsOf("AAA", MINUTE_MS, 100);
    expect(believed(seen).length).toBe(closes.length);
  });

  it("know their symbols, and how much each is traded", async () => {
    const { put, compact, reads } = home();
    const [first, second] = [new TestShard("0"), new TestShard("1")];
    for (const batch of traded(first, "MUCH", 60).batches) await put(batch);
    await compact();
    for (const batch of traded(second, "LESS", 20).batches) await put(batch);
    const market = marketBarsOf(reads());
    expect((await market.symbols()).toSorted((a, b) => b.trades - a.trades)).toEqual([
      { symbol: "MUCH", trades: 118 },
      { symbol: "LESS", trades: 38 },
    ]);
    await expect(market.barsOf("NONE", MINUTE_MS, 10)).rejects.toMatchObject({
      code: "UNKNOWN_SYMBOL",
    });
  });
});
