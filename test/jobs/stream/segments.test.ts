// A segment in the store: of those that begin after the same number the first stands.
import { describe, expect, it } from "vitest";
import { zstd } from "../../../lib/edge/zstd.ts";
import { putSegment, readSegment } from "../../../lib/jobs/stream/segments.ts";
import { segmentKey } from "../../../lib/stream/segment-names.ts";
import { TestShard } from "../stream-home.ts";
import { embeddedObjects } from "./embedded-objects.ts";

const objects = embeddedObjects();
const tick = { symbol: "AAPL", timeMs: Date.UTC(2024, 0, 3, 15), price: 100, size: 10 };

describe("a segment", () => {
  it("is stored once; the same one again is told from another of the same place", async () => {
    const store = { objects: objects(), packing: zstd };
    const first = new TestShard("shard-0").next([tick]);
    const other = new TestShard("shard-0").next([{ ...tick, price: 101 }]);
    expect(other.after).toBe(first.after);
    expect(await putSegment(store, first)).toBe("stored");
    expect(await putSegment(store, first)).toBe("same");
    expect(await putSegment(store, other)).toBe("taken");
    const key = segmentKey(first.log, first.shard, first.after);
    expect((await readSegment(store, key))?.ticks.price).toEqual(first.ticks.price);
  });
});
