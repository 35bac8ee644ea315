// Rules 3 and 5: what happens to a batch the function fails on.
import { describe, expect, it } from "vitest";
import { mappingUuid } from "../../../localstack/event-sources/failure-document.ts";
import { NotInvoked } from "../../../localstack/event-sources/verdict.ts";
import { ARN, failing, harness, mapping, SHARD, textsOf, type Work } from "./harness.ts";

const failingOn =
  (bad: string): Work =>
  (event) =>
    textsOf(event).includes(bad) ? failing() : null;

describe("rule 3: a batch that fails", () => {
  it("is tried again as a whole until it succeeds, and the shard waits for it", async () => {
    const work: Work = (_, { invocation }) => (invocation <= 5 ? failing() : null);
    const { clock, log, batches, position } = harness({ batchSize: 2 }, { work });
    for (const text of ["a", "b", "c"]) log.put(text);
    await clock.advance(100);
    expect(position()).toBeUndefined();
    await clock.advance(60_000);
    expect(batches()).toEqual([...Array(6).fill(["a", "b"]), ["c"]]);
    expect(position()?.after).toBe("3");
  });

  it("waits longer after each try, ten seconds at most", async () => {
    const times: number[] = [];
    const { clock, log, lines } = harness(
      {},
      {
        work: () => {
          times.push(clock.nowMs());
          return failing("no table");
        },
      },
    );
    log.put("a");
    await clock.advance(60_000);
    const waits = times.slice(1).map((ms, at) => ms - (times[at] ?? 0));
    expect(waits.slice(0, 9)).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    expect(lines).toContain(
      "stream-tick.ticks shardId-000000000000: record 1: Unhandled: Error: no table; again in 100 ms",
    );
  });

  it("fails when the function takes longer than its timeout", async () => {
    const { clock, log, events, lines } = harness(
      { timeoutMs: 6_000 },
      { work: (_, { invocation }) => (invocation === 1 ? clock.sleep(6_001) : null) },
    );
    log.put("slow");
    await clock.advance(5_999);
    expect(events).toHaveLength(1);
    await clock.advance(500);
    expect(events).toHaveLength(2);
    expect(lines.join()).toContain("Task timed out after 6.00 seconds");
  });

  it("is discarded after MaximumRetryAttempts retries, and the destination is told", async () => {
    const { clock, log, batches, failures, lines, position } = harness(
      { retriesMax: 2, batchSize: 2, onFailureArn: "arn:aws:s3:::failures" },
      { work: failingOn("b") },
    );
    for (const text of ["a", "b"]) log.put(text);
    await clock.advance(20);
    log.put("c");
    const arrivedMs = clock.nowMs() - 20;
    await clock.advance(1_000);
    expect(batches()).toEqual([["a", "b"], ["a", "b"], ["a", "b"], ["c"]]);
    expect(position()?.after).toBe("3");
    expect(lines.join()).toContain("discarded 2 records from 1 (RetryAttemptsExhausted");
    const arrived = new Date(arrivedMs).toISOString();
    const discardedMs = arrivedMs + 300;
    expect(failures).toEqual([
      {
        key: expect.stringMatching(
          new RegExp(
            `^aws/lambda/${mappingUuid(mapping())}/${SHARD}/2024/06/03/2024-06-03T14\\.00\\.00-[0-9a-f-]{36}$`,
          ),
        ),
        event: expect.objectContaining({ Records: expect.any(Array) }),
        document: {
          requestContext: {
            requestId: "request-3",
            functionArn: mapping().functionArn,
            condition: "RetryAttemptsExhausted",
            approximateInvokeCount: 3,
          },
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            functionError: "Unhandled",
          },
          version: "1.0",
          timestamp: expect.stringMatching(/^2024-06-03T14:00:00\.3\d\dZ$/),
          KinesisBatchInfo: {
            shardId: SHARD,
            startSequenceNumber: "1",
            endSequenceNumber: "2",
            approximateArrivalOfFirstRecord: arrived,
            approximateArrivalOfLastRecord: arrived,
            batchSize: 2,
            streamArn: ARN,
          },
        },
      },
    ]);
    expect(discardedMs).toBeLessThan(clock.nowMs());
  });

  it("is discarded at once when no retry is allowed", async () => {
    const { clock, log, batches } = harness({ retriesMax: 0 }, { work: failingOn("a") });
    log.put("a");
    await clock.advance(1_000);
    expect(batches()).toEqual([["a"]]);
  });

  it("loses the records that become older than MaximumRecordAgeInSeconds, and keeps the others", async () => {
    const { clock, log, batches, failures, position } = harness(
      { recordAgeMsMax: 60_000, batchWindowMs: 50_000, onFailureArn: "arn:aws:sqs:::failures" },
      { work: (_, { invocation }) => (invocation < 9 ? failing() : null) },
    );
    log.put("old");
    await clock.advance(30_000);
    log.put("young");
    await clock.advance(60_000);
    const tried = batches();
    expect(tried[0]).toEqual(["old", "young"]);
    expect(tried.at(-1)).toEqual(["young"]);
    expect(failures.map(({ document }) => document)).toMatchObject([
      {
        requestContext: { condition: "RecordAgeExceeded" },
        KinesisBatchInfo: { startSequenceNumber: "1", endSequenceNumber: "1" },
      },
    ]);
    expect(position()?.after).toBe("2");
  });

  it("never reaches the function when its records are too old from the start", async () => {
    const { clock, log, batches } = harness({ recordAgeMsMax: 60_000 });
    log.failure = new Error("away");
    log.put("old");
    await clock.advance(70_000);
    log.failure = undefined;
    await clock.advance(6_000);
    log.put("new");
    await clock.advance(1_000);
    expect(batches()).toEqual([["new"]]);
  });

  it("uses no retry when nobody was invoked", async () => {
    const work: Work = (_, { invocation }) => {
      if (invocation < 5) throw new NotInvoked("connection refused");
      return null;
    };
    const { clock, log, events, failures } = harness({ retriesMax: 0 }, { work });
    log.put("a");
    await clock.advance(10_000);
    expect(events).toHaveLength(5);
    expect(failures).toEqual([]);
  });

  it("holds its shard alone", async () => {
    const { clock, log, batches } = harness({}, { work: failingOn("bad") });
    log.shards.set("shardId-000000000001", []);
    log.put("bad");
    await clock.advance(11_000);
    log.put("good", { shard: "shardId-000000000001" });
    await clock.advance(200);
    expect(batches().at(-1)).toEqual(["good"]);
  });
});

describe("rule 5: bisecting", () => {
  it("splits a failing batch in two until the bad record is alone, in order and without a retry", async () => {
    const { clock, log, batches, failures } = harness(
      { isBisecting: true, retriesMax: 0, onFailureArn: "arn:aws:s3:::failures" },
      { work: failingOn("d") },
    );
    for (const text of ["a", "b", "c", "d", "e"]) log.put(text);
    await clock.advance(100);
    expect(batches()).toEqual([
      ["a", "b", "c", "d", "e"],
      ["a", "b", "c"],
      ["d", "e"],
      ["d"],
      ["e"],
    ]);
    expect(failures.map(({ document }) => document)).toMatchObject([
      {
        requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 3 },
        KinesisBatchInfo: { startSequenceNumber: "4", batchSize: 1 },
      },
    ]);
  });

  it("retries the bad record as often as the mapping says once it is alone", async () => {
    const { clock, log, batches } = harness(
      { isBisecting: true, retriesMax: 2 },
      { work: failingOn("b") },
    );
    for (const text of ["a", "b"]) log.put(text);
    await clock.advance(5_000);
    expect(batches()).toEqual([["a", "b"], ["a"], ["b"], ["b"], ["b"]]);
  });

  it("goes on with the shard when the destination is away", async () => {
    const { clock, log, batches, failures, lines } = harness(
      { retriesMax: 0, onFailureArn: "arn:aws:s3:::failures" },
      { work: failingOn("a") },
    );
    failures.push = () => {
      throw new Error("no such bucket");
    };
    log.put("a");
    await clock.advance(100);
    log.put("b");
    await clock.advance(100);
    expect(batches()).toEqual([["a"], ["b"]]);
    expect(lines.join()).toContain("destination was not told: Error: no such bucket");
  });
});
