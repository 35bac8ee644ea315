/** Trades of a morning in the store, as the stream's function leaves them there. */
import { putSegment, type SegmentStore } from "../../lib/jobs/stream/segments.ts";
import { TestShard, type TestTick } from "../jobs/stream-home.ts";

/** The first trade. */
export const OPENING_MS = Date.UTC(2024, 11, 31, 14, 30);
export const TRADES = 720;
const STEP_MS = 5000;
/** Of each batch. */
const TICKS = 24;

const tickAt = (symbol: string, at: number): TestTick => ({
  symbol,
  timeMs: OPENING_MS + at * STEP_MS,
  price: 100 + (at % 40) / 4,
  size: 100 * (1 + (at % 3)),
  id: at + 1,
});

/** An hour of trades, one every five seconds, of one symbol. */
export async function streamed(store: SegmentStore, symbol: string): Promise<TestShard> {
  const shard = new TestShard("shardId-000000000000");
  const all = Array.from({ length: TRADES }, (_, at) => tickAt(symbol, at));
  for (let at = 0; at < all.length; at += TICKS) {
    await putSegment(store, shard.next(all.slice(at, at + TICKS)));
  }
  return shard;
}
