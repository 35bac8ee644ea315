/**
 * The events Lambda makes of records, as AWS documents them, and how large each record is in one: a payload may have
 * 6 MB, and records travel as base64 in it.
 */
import type { PolledRecord } from "./log-reader.ts";
import { type EventSource, type Mapping, sourceName } from "./mapping.ts";

/** Of a synchronous invocation. */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

export type EventShape = Readonly<{
  event: (records: readonly PolledRecord[]) => Record<string, unknown>;
  /** Bytes a record takes in the JSON, a few more at most; with its comma. */
  recordBytes: (record: PolledRecord) => number;
  /** Bytes of an event without records. */
  emptyBytes: number;
}>;

const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

const jsonBytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const base64Bytes = (bytes: number) => 4 * Math.ceil(bytes / 3);

function kinesisRecord(arn: string, shard: string, record: PolledRecord, data: string) {
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.key,
      sequenceNumber: record.seq,
      data,
      approximateArrivalTimestamp: record.arrivalMs / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shard}:${record.seq}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "arn:aws:iam::000000000000:role/local",
    awsRegion: arn.split(":")[3] ?? "",
    eventSourceARN: arn,
  };
}

function kafkaRecord(topic: string, partition: string, record: PolledRecord, value: string) {
  return {
    topic,
    partition: Number(partition),
    offset: Number(record.seq),
    timestamp: record.arrivalMs,
    timestampType: "CREATE_TIME",
    ...(record.key === "" ? {} : { key: Buffer.from(record.key).toString("base64") }),
    value,
    headers: record.headers ?? [],
  };
}

/** @param brokers addresses of Kafka, as its events name them; "" where the mapping does not know any */
function kafkaFacts(source: Exclude<EventSource, { kind: "kinesis" }>, brokers: string) {
  if (source.kind === "msk")
    return { eventSource: "aws:kafka", eventSourceArn: source.arn, bootstrapServers: brokers };
  return {
    eventSource: "SelfManagedKafka",
    bootstrapServers: source.bootstrapServers.join(",") || brokers,
  };
}

/** How records of one shard of a source look to a function. */
export function eventShape({ source }: Mapping, shard: string, brokers = ""): EventShape {
  const make = (record: PolledRecord, data: string): unknown =>
    source.kind === "kinesis"
      ? kinesisRecord(source.arn, shard, record, data)
      : kafkaRecord(source.topic, shard, record, data);
  const event = (records: readonly PolledRecord[]) => {
    const made = records.map((record) => make(record, base64(record.bytes)));
    if (source.kind === "kinesis") return { Records: made };
    const name = `${sourceName(source)}-${shard}`;
    return { ...kafkaFacts(source, brokers), records: made.length > 0 ? { [name]: made } : {} };
  };
  // Everything but the record's own text is the same in each.
  const bare: PolledRecord = { seq: "", key: "", bytes: new Uint8Array(), arrivalMs: 0.001 };
  const fixed = jsonBytes(make(bare, "")) + 32;
  return {
    event,
    recordBytes: ({ seq, key, bytes, headers }) =>
      fixed +
      2 * seq.length +
      base64Bytes(bytes.length) +
      (key === "" ? 0 : Math.max(jsonBytes(key), base64Bytes(Buffer.byteLength(key)) + 10)) +
      (headers === undefined ? 0 : jsonBytes(headers)),
    emptyBytes: jsonBytes(event([])) + 256,
  };
}
