/** GetShardIterator and GetRecords. */
import { KinesisFailure } from "./failure.ts";
import { type Input, invalid, namedStream, needed, text, whole, word } from "./input.ts";
import { iteratorText, parseIterator } from "./iterators.ts";
import type { StoredRecord } from "./record.ts";
import { comparedSequences, parseSequence, type Sequence, sequenceText } from "./sequence.ts";
import type { Position } from "./shard-log.ts";
import { ACCOUNT, type Shard, type Stream, shardId } from "./stream.ts";
import type { Streams } from "./streams.ts";

const RECORDS_MAX = 10_000;
const ANSWER_BYTES_MAX = 10 * 1024 * 1024;

const TYPES = [
  "AFTER_SEQUENCE_NUMBER",
  "AT_SEQUENCE_NUMBER",
  "AT_TIMESTAMP",
  "LATEST",
  "TRIM_HORIZON",
] as const;

function namedShard({ shards, facts }: Stream, id: string): Shard {
  const shard = shards.find((one) => one.id === id);
  if (shard) return shard;
  throw new KinesisFailure(
    "ResourceNotFoundException",
    `Shard ${id} in stream ${facts.name} under account ${ACCOUNT} does not exist`,
  );
}

function startingSequence(input: Input, type: string, shard: Shard): Sequence {
  const given = text(input, "StartingSequenceNumber", /^(0|[1-9]\d{0,128})$/);
  if (given === undefined)
    throw invalid(`Must either specify timestamp or startingSequenceNumber for ${type}.`);
  const sequence = parseSequence(given, shard.index);
  const start = parseSequence(shard.startingSequenceNumber, shard.index)!;
  if (sequence === undefined || comparedSequences(sequence, start) < 0)
    throw invalid(
      `StartingSequenceNumber ${given} used in GetShardIterator on shard ${shard.id} is invalid because it did not come from this shard.`,
    );
  return sequence;
}

/** Timestamps travel as seconds, with the milliseconds behind the point. */
function startingMs(input: Input, nowMs: number): number {
  const { Timestamp: seconds } = input;
  if (typeof seconds !== "number")
    throw invalid("Must specify timestampInMillis for AT_TIMESTAMP type iterator.");
  const ms = Math.round(seconds * 1000);
  if (ms > nowMs)
    throw invalid(
      `The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: ${ms}, currentTimestampInMillis: ${nowMs}`,
    );
  return ms;
}

function positionOf(shard: Shard, input: Input, nowMs: number): Promise<Position> | Position {
  const { log } = shard;
  const type = needed(word(input, "ShardIteratorType", TYPES), "ShardIteratorType");
  if (type === "LATEST") return log.end();
  if (type === "TRIM_HORIZON") return log.seek(() => false, nowMs);
  if (type === "AT_TIMESTAMP") {
    const fromMs = startingMs(input, nowMs);
    return log.seek(({ ms }) => ms < fromMs, nowMs);
  }
  const target = startingSequence(input, type, shard);
  const isAfter = type === "AFTER_SEQUENCE_NUMBER";
  return log.seek((sequence) => {
    const order = comparedSequences(sequence, target);
    return isAfter ? order <= 0 : order < 0;
  }, nowMs);
}

export async function getShardIterator(streams: Streams, input: Input): Promise<object> {
  const stream = namedStream(streams, input);
  const shard = namedShard(stream, needed(text(input, "ShardId"), "ShardId"));
  const nowMs = streams.nowMs();
  const position = await positionOf(shard, input, nowMs);
  const { name, createdMs } = stream.facts;
  const iterator = { stream: name, createdMs, shard: shard.index, position };
  return { ShardIterator: iteratorText(iterator, nowMs) };
}

const wireRecord = ({ sequence, key, data }: StoredRecord, shard: number) => ({
  SequenceNumber: sequenceText(sequence, shard),
  ApproximateArrivalTimestamp: sequence.ms / 1000,
  Data: data.toString("base64"),
  PartitionKey: key,
  EncryptionType: "NONE",
});

export async function getRecords(streams: Streams, input: Input): Promise<object> {
  const nowMs = streams.nowMs();
  const recordsMax = whole(input, "Limit", 1, RECORDS_MAX) ?? RECORDS_MAX;
  const iterator = parseIterator(needed(text(input, "ShardIterator"), "ShardIterator"), nowMs);
  const stream = streams.find(iterator.stream);
  if (stream.facts.createdMs !== iterator.createdMs) throw invalid("Invalid ShardIterator.");
  const { log } = namedShard(stream, shardId(iterator.shard));
  const limits = { recordsMax, bytesMax: ANSWER_BYTES_MAX, nowMs };
  const { records, next, isTip } = await log.read(iterator.position, limits);
  const behindMs = records.length === 0 ? 1 : nowMs - records.at(-1)!.sequence.ms;
  return {
    Records: records.map((record) => wireRecord(record, iterator.shard)),
    NextShardIterator: iteratorText({ ...iterator, position: next }, nowMs),
    MillisBehindLatest: isTip ? 0 : Math.max(1, behindMs),
  };
}
