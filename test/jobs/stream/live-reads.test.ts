// Who comes late is told what those who were there have heard.
import { describe, expect, it } from "vitest";
import { memoryObjects } from "../../../bench/stores.ts";
import { zstd } from "../../../lib/edge/zstd.ts";
import { liveReads } from "../../../lib/jobs/stream/live-reads.ts";
import { looker } from "../../../lib/jobs/stream/looks.ts";
import { recentSegments } from "../../../lib/jobs/stream/recent.ts";
import { barItem, indicatorItem } from "../../../lib/stream/items.ts";
import { records } from "./records.ts";
import { LOG, OPTIONS, process, SHARD, shared } from "./shard.ts";

const SYMBOL = "MSFT";

async function stage() {
  const told = shared(memoryObjects());
  const all = records({ seed: 41, frames: 120 });
  await process(told)({ log: LOG, shard: SHARD, records: all });
  const stored = { objects: told.objects, packing: zstd };
  const states = { positions: async () => undefined, state: async () => undefined };
  const looks = looker({ ...stored, states, options: OPTIONS }, LOG);
  return {
    told: told.pushed[0]!,
    reads: liveReads({ looks, recent: recentSegments(stored, LOG) }),
  };
}

describe("a client that comes late", () => {
  it("is told the readings that were told last, of each length of bars", async () => {
    const { told, reads } = await stage();
    const own = told.indicators.filter(({ symbol }) => symbol === SYMBOL);
    const last = new Map(own.map((update) => [update.sizeMs, indicatorItem(update)]));
    expect(last.size).toBe(3);
    expect([...last.values()][0]!.values).toHaveProperty("macd_signal", expect.any(Number));
    const snapshot = await reads.snapshot(["indicators"], [SYMBOL]);
    expect(new Set(snapshot)).toEqual(new Set(last.values()));
  });

  it("is told each bar that came after the one it knows", async () => {
    const { told, reads } = await stage();
    const own = told.bars.filter(({ bar }) => bar.symbol === SYMBOL && !bar.partial);
    const { items, gaps } = await reads.since([{ channel: "bars", symbol: SYMBOL, seq: 3 }]);
    const finals = items.filter((item) => item.channel === "bars" && !item.partial);
    expect(finals).toEqual(own.filter(({ seq }) => seq > 3).map(barItem));
    expect(gaps).toEqual([]);
  });
});
