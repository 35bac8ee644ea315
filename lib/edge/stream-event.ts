/**
 * What Lambda's event-source mappings hand to a function, whichever log it came from: `aws:kinesis`, `aws:kafka` (MSK) and
 * `SelfManagedKafka`, as batches of one shard each.
 */
import { AppError } from "../errors.ts";
import type { LogBatch, LogRecord } from "../ports.ts";

export type StreamEvent = Readonly<{
  batches: readonly LogBatch[];
  /** Whether the mapping is told which records failed; where not, only a throw says so, of the whole event. */
  isReporting: boolean;
}>;

/** The log a stream or topic holds, where it has another name: {"market.raw": "ticks"}. */
export type LogNames = Readonly<Record<string, string>>;

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const bad = (where: string, wanted: string, was: unknown) =>
  new AppError(
    "BAD_REQUEST",
    `event of a stream: ${where} must be ${wanted}, was ${(JSON.stringify(was) ?? "missing").slice(0, 80)}`,
  );

function object(value: unknown, where: string): Members {
  if (!isObject(value)) throw bad(where, "an object", value);
  return value;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(where, "a list", value);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value !== "string") throw bad(where, "a text", value);
  return value;
}

function finite(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw bad(where, "a number", value);
  return value;
}

function digits(value: unknown, where: string): string {
  const seq = String(value);
  if (!/^\d{1,128}$/.test(seq)) throw bad(where, "digits", value);
  return seq;
}

const bytesOf = (base64: unknown, where: string) => Buffer.from(text(base64, where), "base64");

/** Groups records by shard, each in the order of the event. */
function grouped(
  log: (source: string) => string,
  records: readonly Readonly<{ source: string; shard: string; record: LogRecord }>[],
): readonly LogBatch[] {
  const shards = new Map<string, { log: string; shard: string; records: LogRecord[] }>();
  for (const { source, shard, record } of records) {
    const key = `${source}\t${shard}`;
    const known = shards.get(key);
    if (known) known.records.push(record);
    else shards.set(key, { log: log(source), shard, records: [record] });
  }
  return [...shards.values()];
}

/** "arn:aws:kinesis:us-east-1:1:stream/ticks", with "/consumer/..." behind it for enhanced fan-out. */
function streamOf(arn: unknown, where: string): string {
  const [, stream] = /:stream\/([^/]+)/.exec(text(arn, where)) ?? [];
  if (stream === undefined) throw bad(where, "the ARN of a stream", arn);
  return stream;
}

function kinesisRecord(given: unknown, at: number) {
  const where = `Records[${at}]`;
  const { kinesis, eventID, eventSourceARN } = object(given, where);
  const facts = object(kinesis, `${where}.kinesis`);
  const [shard = "", behind] = text(eventID, `${where}.eventID`).split(":");
  if (shard === "" || behind === undefined) throw bad(`${where}.eventID`, "shard:number", eventID);
  const { approximateArrivalTimestamp: seconds } = facts;
  return {
    source: streamOf(eventSourceARN, `${where}.eventSourceARN`),
    shard,
    record: {
      seq: digits(facts.sequenceNumber, `${where}.kinesis.sequenceNumber`),
      key: text(facts.partitionKey, `${where}.kinesis.partitionKey`),
      bytes: bytesOf(facts.data, `${where}.kinesis.data`),
      arrivalMs: Math.round(finite(seconds, `${where}.kinesis.approximateArrivalTimestamp`) * 1000),
    },
  };
}

function kafkaRecord(given: unknown, where: string) {
  const { topic, partition, offset, timestamp, key, value } = object(given, where);
  // A record without key or value has null there, or nothing.
  const keyBytes = key === undefined || key === null ? "" : bytesOf(key, `${where}.key`);
  const valueBytes = value ?? "";
  return {
    source: text(topic, `${where}.topic`),
    shard: digits(partition, `${where}.partition`),
    record: {
      // Offsets begin at 0, which elsewhere stands for the number before all records.
      seq: String(BigInt(digits(offset, `${where}.offset`)) + 1n),
      key: keyBytes.toString(),
      bytes: bytesOf(valueBytes, `${where}.value`),
      arrivalMs: finite(timestamp, `${where}.timestamp`),
    },
  };
}

/** @throws AppError BAD_REQUEST for what is no event of a stream, and says where */
export function streamEvent(event: unknown, names: LogNames = {}): StreamEvent {
  const { Records, eventSource, records } = object(event, "the event");
  const log = (source: string) => names[source] ?? source;
  if (eventSource === "aws:kafka" || eventSource === "SelfManagedKafka") {
    const all = Object.entries(object(records, "records")).flatMap(([name, some]) =>
      list(some, `records["${name}"]`).map((record, at) =>
        kafkaRecord(record, `records["${name}"][${at}]`),
      ),
    );
    return { batches: grouped(log, all), isReporting: false };
  }
  const all = list(Records, "Records");
  const foreign = all.find((record) => !isObject(record) || record.eventSource !== "aws:kinesis");
  if (foreign !== undefined)
    throw bad("the event", "of aws:kinesis, aws:kafka or SelfManagedKafka", foreign);
  return { batches: grouped(log, all.map(kinesisRecord)), isReporting: true };
}
