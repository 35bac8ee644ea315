import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSeq } from "../../lib/stream/record.ts";
import {
  BEGINNING,
  beforeSegment,
  behindShard,
  paddedSeq,
  segmentKey,
  segmentsPrefix,
  seqOfKey,
  shardOfKey,
  stateKey,
  tickFileKey,
  tickFileOfKey,
} from "../../lib/stream/segment-names.ts";

const seq = fc.bigInt({ min: 0n, max: 10n ** 56n }).map(String);
const SHARD = "shardId-000000000001";

describe("keys of the stream", () => {
  it("sort as the numbers in them do", () => {
    fc.assert(
      fc.property(seq, seq, (a, b) => {
        const [left, right] = [segmentKey("ticks", SHARD, a), segmentKey("ticks", SHARD, b)];
        expect(left < right ? -1 : left > right ? 1 : 0).toBe(Math.sign(compareSeq(a, b)));
      }),
    );
  });

  it("tell the number they were made of", () => {
    fc.assert(
      fc.property(seq, seq, (after, through) => {
        expect(seqOfKey(segmentKey("ticks", SHARD, after))).toBe(after);
        expect(seqOfKey(stateKey("ticks", SHARD, after))).toBe(after);
        const name = { log: "ticks", shard: SHARD, day: 20131008, after, through };
        expect(tickFileOfKey(tickFileKey(name))).toEqual(name);
      }),
    );
  });

  it("look like this", () => {
    expect(segmentKey("ticks", "0", BEGINNING)).toBe(
      `stream/ticks/0/segments/${"0".repeat(60)}.seg`,
    );
    expect(stateKey("ticks", "0", "42")).toBe(`stream/ticks/0/states/${"0".repeat(58)}42.state`);
  });

  it("of other things are no segments, no states and no ticks", () => {
    for (const key of ["stream/ticks/0/segments/12.seg", "images/bars/manifest.json", ""]) {
      expect(seqOfKey(key)).toBeUndefined();
      expect(tickFileOfKey(key)).toBeUndefined();
      expect(shardOfKey("quotes", key)).toBeUndefined();
    }
  });

  it("of a shard lie between its own prefix and what is behind it, and no other shard's do", () => {
    const shards = ["0", "00", "01", "1", "10", "a", "shardId-1", "shardId-10"];
    for (const shard of shards) {
      for (const other of shards) {
        const key = segmentKey("ticks", other, "7");
        const isBetween =
          key > segmentsPrefix("ticks", shard).replace("segments/", "") &&
          key < behindShard("ticks", shard);
        expect(isBetween, `${other} in ${shard}`).toBe(other === shard);
        expect(shardOfKey("ticks", key)).toBe(other);
      }
    }
  });

  it("before a segment's come those of all earlier ones", () => {
    const place = beforeSegment("ticks", "0", "100");
    expect(place < segmentKey("ticks", "0", "100")).toBe(true);
    expect(place > segmentKey("ticks", "0", "99")).toBe(true);
  });

  it.each(["", "-1", "1.5", "1e3", " 1", "1".repeat(61)])('refuse the number "%s"', (bad) => {
    expect(() => paddedSeq(bad)).toThrow("must be 1 to 60 digits");
  });
});
