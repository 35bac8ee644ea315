import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streamEvent } from "../../lib/edge/stream-event.ts";
import { eventShape } from "../../localstack/event-sources/events.ts";
import { mapping } from "../localstack/event-sources/harness.ts";
import { kafkaEvent, kinesisEvent, SHARD } from "./stream-events.ts";

const readable = (event: unknown, names = {}) =>
  streamEvent(event, names).batches.map(({ records, ...rest }) => ({
    ...rest,
    records: records.map(({ bytes, ...facts }) => ({
      ...facts,
      text: Buffer.from(bytes).toString(),
    })),
  }));

const SEQ = "49590338271490256608559692538361571095921575989136588898";

describe("an event of a stream", () => {
  it("of Kinesis is one batch of its shard, in order", () => {
    const event = kinesisEvent([
      { seq: SEQ, text: "a" },
      { seq: "7", text: "é", key: "b" },
    ]);
    expect(readable(event)).toEqual([
      {
        log: "ticks",
        shard: SHARD,
        records: [
          { seq: SEQ, key: "simulate/0", text: "a", arrivalMs: 1_545_084_650_987 },
          { seq: "7", key: "b", text: "é", arrivalMs: 1_545_084_650_987 },
        ],
      },
    ]);
    expect(streamEvent(event).isReporting).toBe(true);
  });

  it.each(["aws:kafka", "SelfManagedKafka"])(
    "of %s is a batch for each partition, numbered from 1",
    (source) => {
      const event = kafkaEvent(
        {
          0: [{ seq: "15", text: "a", key: "AAPL" }, { seq: "16" }],
          11: [{ seq: "0", text: "c" }],
        },
        source,
      );
      expect(readable(event, { "market.raw": "ticks" })).toEqual([
        {
          log: "ticks",
          shard: "0",
          records: [
            { seq: "16", key: "AAPL", text: "a", arrivalMs: 1_545_084_650_987 },
            { seq: "17", key: "", text: "", arrivalMs: 1_545_084_650_987 },
          ],
        },
        {
          log: "ticks",
          shard: "11",
          records: [{ seq: "1", key: "", text: "c", arrivalMs: 1_545_084_650_987 }],
        },
      ]);
      expect(streamEvent(event).isReporting).toBe(false);
    },
  );

  it("of Kafka may have records without a value", () => {
    const event = kafkaEvent({ 0: [{ seq: "1", key: "a" }] });
    const [[record] = []] = Object.values(event.records);
    Object.assign(record ?? {}, { value: null, key: null });
    expect(readable(event)).toMatchObject([{ records: [{ key: "", text: "" }] }]);
  });

  it("of a consumer with enhanced fan-out names the same stream", () => {
    const event = kinesisEvent([{}], "ticks/consumer/tick:1545084650");
    expect(readable(event)).toMatchObject([{ log: "ticks" }]);
  });

  it("may have no records: the end of a tumbling window", () => {
    expect(streamEvent(kinesisEvent([])).batches).toEqual([]);
    expect(streamEvent(kafkaEvent({})).batches).toEqual([]);
  });

  it("is what the local runner makes of the same records", () => {
    const record = {
      seq: "12",
      key: "lane",
      bytes: Buffer.from("text"),
      arrivalMs: 1_717_423_200_123,
    };
    const sources = [
      mapping().source,
      { kind: "msk", arn: "arn:aws:kafka:::cluster/a/b", topic: "ticks" },
      { kind: "kafka", topic: "ticks", bootstrapServers: ["localhost:9092"] },
    ] as const;
    for (const source of sources) {
      const shard = source.kind === "kinesis" ? SHARD : "3";
      const { event } = eventShape(mapping({ source }), shard, "localhost:9092");
      const sent: unknown = JSON.parse(JSON.stringify(event([record])));
      const seq = source.kind === "kinesis" ? "12" : "13";
      const records = [{ ...record, seq }];
      expect(streamEvent(sent).batches).toEqual([{ log: "ticks", shard, records }]);
    }
  });

  it.each([
    ["null", null, "the event must be an object"],
    ["a text", "event", "the event must be an object"],
    ["an HTTP request", { routeKey: "GET /" }, "Records must be a list"],
    ["of another source", { Records: [{ eventSource: "aws:sqs" }] }, "must be of aws:kinesis"],
    ["without a number", kinesisEvent([{ seq: "x" }]), 'sequenceNumber must be digits, was "x"'],
    [
      "of no stream",
      { Records: [{ ...kinesisEvent([{}]).Records[0], eventSourceARN: "x" }] },
      "ARN",
    ],
    [
      "of no list",
      { eventSource: "aws:kafka", records: { "a-0": {} } },
      'records["a-0"] must be a list',
    ],
    ["without records", { eventSource: "aws:kafka" }, "records must be an object, was missing"],
  ])("that is %s is a BAD_REQUEST that says where", (_, event, message) => {
    expect(() => streamEvent(event)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", message: expect.stringContaining(message) }),
    );
  });

  it("of any form is a batch or a BAD_REQUEST", () => {
    const record = {
      eventSource: fc.constant("aws:kinesis"),
      kinesis: fc.anything(),
      eventID: fc.anything(),
    };
    const any = fc.oneof(
      fc.anything(),
      fc.record({ Records: fc.array(fc.record(record)) }),
      fc.record({
        eventSource: fc.constant("aws:kafka"),
        records: fc.dictionary(fc.string(), fc.array(fc.anything())),
      }),
    );
    fc.assert(
      fc.property(any, (event) => {
        try {
          streamEvent(event);
        } catch (error) {
          expect(error).toMatchObject({ code: "BAD_REQUEST" });
        }
      }),
    );
  });
});
