// The chain of stream functions: what becomes of batches, of failures, and of what is told about them.
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as settings from "../../lib/config.ts";
import { instruments } from "../../lib/edge/metrics/meter.ts";
import { type Streamed, streaming } from "../../lib/edge/streaming.ts";
import { AppError } from "../../lib/errors.ts";
import type { LogBatch } from "../../lib/ports.ts";
import { kafkaEvent, kinesisEvent, SHARD } from "./stream-events.ts";

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  const read = settings.readConfig({});
  vi.spyOn(settings, "config").mockReturnValue({ ...read, LOG_LEVEL: "info" });
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    lines.push(JSON.parse(String(text)) as Record<string, unknown>);
    return true;
  });
});

const EVENT = kinesisEvent([{ seq: "5", text: "a" }, { seq: "6" }, { seq: "7" }]);
const from = (failedFrom?: string) => async (): Promise<Streamed> => ({ failedFrom });
const throwing = (error: Error) => async (): Promise<Streamed> => {
  throw error;
};

describe("a stream function", () => {
  it("is given its batch and reports nothing when all of it is done", async () => {
    const given: LogBatch[] = [];
    const handler = streaming(async (batch) => {
      given.push(batch);
      return {};
    });
    expect(await handler(EVENT)).toEqual({ batchItemFailures: [] });
    expect(given).toMatchObject([{ log: "ticks", shard: SHARD, records: { length: 3 } }]);
  });

  it("reports where what was not done begins", async () => {
    expect(await streaming(from("6"))(EVENT)).toEqual({
      batchItemFailures: [{ itemIdentifier: "6" }],
    });
  });

  it.each([
    ["a refusal", new AppError("DEPENDENCY_DOWN", "no S3"), "DEPENDENCY_DOWN"],
    ["a bug", new TypeError("x is not a function"), "INTERNAL"],
  ])("reports its whole batch for %s, and logs it once", async (_, error, code) => {
    expect(await streaming(throwing(error))(EVENT)).toEqual({
      batchItemFailures: [{ itemIdentifier: "5" }],
    });
    expect(lines).toMatchObject([
      { level: "ERROR", message: "stream batch failed", error: { message: error.message } },
      { level: "INFO", message: "stream", failed_from: "5", code },
    ]);
  });

  it.each(["aws:kafka", "SelfManagedKafka"])(
    "throws what it threw on %s, after every partition had its turn",
    async (source) => {
      const shards: string[] = [];
      const handler = streaming(async ({ shard }) => {
        shards.push(shard);
        if (shard === "0") throw new AppError("DEPENDENCY_DOWN", "no S3");
        return {};
      });
      const event = kafkaEvent({ 0: [{ seq: "1" }], 1: [{ seq: "2" }] }, source);
      await expect(handler(event)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
      expect(shards).toEqual(["0", "1"]);
    },
  );

  it("throws on Kafka when a part was not done, since no report is read there", async () => {
    const event = kafkaEvent({ 0: [{ seq: "1" }, { seq: "2" }] });
    await expect(streaming(from("2"))(event)).rejects.toThrow("records from 2 on");
    expect(await streaming(from())(event)).toEqual({ batchItemFailures: [] });
  });

  it("knows a topic by the name of its log", async () => {
    let log = "";
    const handler = streaming(
      async (batch) => {
        log = batch.log;
        return {};
      },
      { "market.raw": "ticks" },
    );
    await handler(kafkaEvent({ 0: [{}] }));
    expect(log).toBe("ticks");
  });

  it("refuses what is no event of a stream", async () => {
    await expect(streaming(from())({ routeKey: "GET /" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  it("logs one line a batch, with the facts of its invocation", async () => {
    await streaming(from())(EVENT, { awsRequestId: "r1", functionName: "tick" });
    expect(lines).toEqual([
      expect.objectContaining({
        message: "stream",
        function_request_id: "r1",
        function_name: "tick",
        log: "ticks",
        shard: SHARD,
        records: 3,
        from: "5",
        through: "7",
        age_ms: expect.any(Number),
        duration_ms: expect.any(Number),
      }),
    ]);
    expect(lines[0]).not.toHaveProperty("failed_from");
  });

  it("tells the age of the newest record it was given", async () => {
    const ages = [90_000, 2_000];
    const event = kinesisEvent(
      ages.map((ms) => ({ arrivalMs: Date.now() - ms })),
      "aged",
    );
    await streaming(from())(event);
    const told = [...instruments.gauges()].find(({ values }) => values[0] === "aged");
    expect(told).toMatchObject({ name: "stream_iterator_age_seconds", values: ["aged", SHARD] });
    expect(told?.value).toBeGreaterThanOrEqual(2);
    expect(told?.value).toBeLessThan(60);
  });

  it("has no age below zero where the log's clock is ahead", async () => {
    const event = kinesisEvent([{ arrivalMs: Date.now() + 5_000 }], "ahead");
    await streaming(from())(event);
    const told = [...instruments.gauges()].find(({ values }) => values[0] === "ahead");
    expect(told?.value).toBe(0);
  });
});
