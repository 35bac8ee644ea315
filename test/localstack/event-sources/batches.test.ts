// Rules 1 and 2: batches of a shard come one at a time and in order; lanes keep the order of each key.
import { describe, expect, it } from "vitest";
import { PAYLOAD_BYTES_MAX } from "../../../localstack/event-sources/events.ts";
import { type Event, harness, MemoryLog, textsOf } from "./harness.ts";
import { virtualClock } from "./virtual-clock.ts";

const many = (count: number) => Array.from({ length: count }, (_, at) => `r${at}`);

describe("rule 1: batches", () => {
  it("come one at a time, in order, each record once", async () => {
    let underWay = 0;
    const most: number[] = [];
    const { clock, log, batches, position } = harness(
      { batchSize: 3 },
      {
        work: async () => {
          most.push(++underWay);
          await clock.sleep(40);
          underWay -= 1;
        },
      },
    );
    for (const text of many(8)) log.put(text);
    await clock.advance(1000);
    expect(batches()).toEqual([
      ["r0", "r1", "r2"],
      ["r3", "r4", "r5"],
      ["r6", "r7"],
    ]);
    expect(Math.max(...most)).toBe(1);
    expect(position()?.after).toBe("8");
  });

  it("go out at once without a batching window, however few records there are", async () => {
    const { clock, log, batches } = harness();
    await clock.advance(500);
    log.put("alone");
    await clock.advance(26);
    expect(batches()).toEqual([["alone"]]);
  });

  it("wait for the batching window to pass, from the first record on", async () => {
    const { clock, log, batches } = harness({ batchWindowMs: 300_000 });
    log.put("first");
    await clock.advance(200_000);
    log.put("second");
    await clock.advance(99_000);
    expect(batches()).toEqual([]);
    await clock.advance(1_100);
    expect(batches()).toEqual([["first", "second"]]);
  });

  it("go out before the window passes when the batch is full", async () => {
    const { clock, log, batches } = harness({ batchWindowMs: 300_000, batchSize: 4 });
    for (const text of many(5)) log.put(text);
    await clock.advance(100);
    expect(batches()).toEqual([["r0", "r1", "r2", "r3"]]);
  });

  it("hold up to 10,000 records", async () => {
    const { clock, log, events } = harness({ batchWindowMs: 60_000, batchSize: 10_000 });
    for (let at = 0; at < 10_001; at++) log.put("x");
    await clock.advance(1000);
    expect(events.map(({ Records }) => Records.length)).toEqual([10_000]);
  });

  it("end before their payload, as JSON with base64, is larger than 6 MB", async () => {
    const { clock, log, events } = harness({ batchWindowMs: 60_000, batchSize: 1000 });
    const megabyte = Buffer.alloc(1_000_000, 7);
    for (let at = 0; at < 9; at++) log.put(megabyte, { key: "ключ".repeat(10) });
    await clock.advance(61_000);
    expect(events.map(({ Records }) => Records.length)).toEqual([4, 4, 1]);
    const sizes = events.map((event) => Buffer.byteLength(JSON.stringify(event)));
    expect(sizes.every((size) => size <= PAYLOAD_BYTES_MAX)).toBe(true);
  });

  it("fill 6 MB with small records to the last few", async () => {
    const { clock, log, events } = harness({ batchWindowMs: 60_000, batchSize: 10_000 });
    for (let at = 0; at < 10_000; at++) log.put(Buffer.alloc(600, at));
    await clock.advance(1000);
    const size = Buffer.byteLength(JSON.stringify(events[0]));
    expect(size).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
    expect(size).toBeGreaterThan(PAYLOAD_BYTES_MAX * 0.95);
  });

  it("leave out a record that fits no payload, and tell the destination", async () => {
    const { clock, log, batches, failures } = harness({ onFailureArn: "arn:aws:s3:::failures" });
    log.put("before");
    const seq = log.put(Buffer.alloc(5_000_000));
    log.put("after");
    await clock.advance(100);
    expect(batches()).toEqual([["before"], ["after"]]);
    expect(failures[0]?.document).toMatchObject({
      requestContext: { condition: "RecordTooLarge", approximateInvokeCount: 0 },
      KinesisBatchInfo: { startSequenceNumber: seq, batchSize: 1 },
    });
  });

  it("of different shards are under way at the same time", async () => {
    const clock = virtualClock();
    const log = new MemoryLog(clock, ["shardId-000000000000", "shardId-000000000001"]);
    const { batches } = harness({}, { clock, log, work: () => clock.sleep(1000) });
    for (const shard of log.shards.keys()) log.put(shard.at(-1) ?? "", { shard });
    await clock.advance(100);
    expect(batches()).toEqual([["0"], ["1"]]);
  });

  it("do not read the whole log into memory while the function is busy", async () => {
    const { clock, log, events } = harness({ batchSize: 10 }, { work: () => clock.sleep(1e9) });
    for (let at = 0; at < 20_000; at++) log.put("x");
    await clock.advance(5_000);
    expect(events).toHaveLength(1);
    expect(Math.max(...log.reads.map((after) => Number(after ?? 0)))).toBe(0);
    expect(log.reads).toEqual([undefined]);
  });
});

describe("rule 2: lanes", () => {
  const keysOf = ({ Records }: Event) => Records.map(({ kinesis }) => kinesis.partitionKey);

  it("keep the order of each key, and let other keys pass a slow one", async () => {
    const taken: string[] = [];
    const { clock, log, events, position } = harness(
      { lanes: 10, batchSize: 2 },
      {
        work: async (event) => {
          await clock.sleep(keysOf(event).includes("slow") ? 5_000 : 10);
          taken.push(...textsOf(event));
        },
      },
    );
    for (let at = 0; at < 30; at++) log.put(`slow${at}`, { key: "slow" });
    for (let at = 0; at < 300; at++) log.put(`k${at % 7}:${at}`, { key: `k${at % 7}` });
    await clock.advance(4_000);
    expect(taken.length).toBeGreaterThan(200);
    expect(position()?.after, "nothing behind the slow key counts as read").toBeUndefined();
    await clock.advance(200_000);
    expect(taken).toHaveLength(330);
    expect(position()?.after).toBe("330");
    for (const key of ["slow", "k0", "k1", "k2", "k3", "k4", "k5", "k6"]) {
      const own = taken.filter((text) => text.startsWith(key)).map((text) => text.split(/\D+/));
      const numbers = own.map((parts) => Number(parts.at(-1)));
      expect(numbers, key).toEqual([...numbers].sort((a, b) => a - b));
    }
    expect(events.every((event) => new Set(keysOf(event)).size <= 7)).toBe(true);
  });

  it("are never more than the factor says", async () => {
    let underWay = 0;
    let most = 0;
    const { clock, log } = harness(
      { lanes: 4, batchSize: 1 },
      {
        work: async () => {
          most = Math.max(most, ++underWay);
          await clock.sleep(50);
          underWay -= 1;
        },
      },
    );
    for (let at = 0; at < 100; at++) log.put("x", { key: `k${at}` });
    await clock.advance(10_000);
    expect(most).toBe(4);
  });
});
