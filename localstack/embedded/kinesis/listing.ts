/** The calls on streams: create, delete, describe, and the lists of streams and shards. */
import { KinesisFailure } from "./failure.ts";
import {
  constraint,
  type Input,
  invalid,
  namedStream,
  needed,
  newName,
  streamName,
  text,
  whole,
  word,
} from "./input.ts";
import { RETENTION_HOURS, type Shard, type Stream } from "./stream.ts";
import type { Streams } from "./streams.ts";

/** Of one stream, so that a slip of the pen does not make a million folders. */
const SHARDS_MAX = 200;
/** What Kinesis gives a stream that grows by itself to begin with. */
const ON_DEMAND_SHARDS = 4;
const PAGE_SHARDS = 1000;
const TOKEN_LIFE_MS = 300_000;

export async function createStream(streams: Streams, input: Input): Promise<object> {
  const name = newName(input);
  const count = whole(input, "ShardCount", 1, 100_000);
  const details = (input.StreamModeDetails ?? {}) as Input;
  const mode = word(details, "StreamMode", ["ON_DEMAND", "PROVISIONED"]) ?? "PROVISIONED";
  const shards = mode === "ON_DEMAND" ? ON_DEMAND_SHARDS : count;
  if (shards === undefined)
    throw new KinesisFailure(
      "ValidationException",
      "ShardCount must be specified for a stream of PROVISIONED capacity.",
    );
  if (shards > SHARDS_MAX)
    throw new KinesisFailure(
      "LimitExceededException",
      `This request would exceed the shard limit of ${SHARDS_MAX} of one stream here; ${shards} were wanted.`,
    );
  await streams.create(name, shards, mode);
  return {};
}

export async function deleteStream(streams: Streams, input: Input): Promise<object> {
  await streams.remove(namedStream(streams, input).facts.name);
  return {};
}

const wireShard = ({ id, range, startingSequenceNumber }: Shard) => ({
  ShardId: id,
  HashKeyRange: { StartingHashKey: String(range.start), EndingHashKey: String(range.end) },
  SequenceNumberRange: { StartingSequenceNumber: startingSequenceNumber },
});

const summary = ({ facts, arn }: Stream) => ({
  StreamName: facts.name,
  StreamARN: arn,
  StreamStatus: "ACTIVE",
  StreamModeDetails: { StreamMode: facts.mode },
  StreamCreationTimestamp: facts.createdMs / 1000,
});

const described = (stream: Stream) => ({
  ...summary(stream),
  RetentionPeriodHours: RETENTION_HOURS,
  EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
  EncryptionType: "NONE",
});

export function describeStream(streams: Streams, input: Input): object {
  const stream = namedStream(streams, input);
  const limit = whole(input, "Limit", 1, 10_000) ?? 100;
  const after = text(input, "ExclusiveStartShardId") ?? "";
  const shards = stream.shards.filter(({ id }) => id > after);
  return {
    StreamDescription: {
      ...described(stream),
      Shards: shards.slice(0, limit).map(wireShard),
      HasMoreShards: shards.length > limit,
    },
  };
}

export function describeStreamSummary(streams: Streams, input: Input): object {
  const stream = namedStream(streams, input);
  const counts = { OpenShardCount: stream.shards.length, ConsumerCount: 0 };
  return { StreamDescriptionSummary: { ...described(stream), ...counts } };
}

export function listStreams(streams: Streams, input: Input): object {
  const limit = whole(input, "Limit", 1, 10_000) ?? 100;
  const after = text(input, "NextToken") ?? text(input, "ExclusiveStartStreamName") ?? "";
  const all = streams.all().filter(({ facts }) => facts.name > after);
  const page = all.slice(0, limit);
  const HasMoreStreams = all.length > limit;
  return {
    StreamNames: page.map(({ facts }) => facts.name),
    StreamSummaries: page.map(summary),
    HasMoreStreams,
    ...(HasMoreStreams && { NextToken: page.at(-1)!.facts.name }),
  };
}

type ShardPage = Readonly<{ name: string; after: string }>;

function tokenPage(token: string, nowMs: number): ShardPage {
  const decoded = Buffer.from(token, "base64").toString();
  const [, madeMs, name, after] = /^(\d+) (\S+) (shardId-\d{12})$/.exec(decoded) ?? [];
  if (name === undefined || after === undefined) throw invalid("NextToken is invalid.");
  if (nowMs - Number(madeMs) > TOKEN_LIFE_MS)
    throw new KinesisFailure("ExpiredNextTokenException", "NextToken has expired.");
  return { name, after };
}

function askedPage(input: Input, nowMs: number): ShardPage {
  const token = text(input, "NextToken");
  const name = streamName(input);
  if (token === undefined)
    return { name: needed(name, "StreamName"), after: text(input, "ExclusiveStartShardId") ?? "" };
  if (name !== undefined) throw invalid("NextToken and StreamName cannot be provided together.");
  return tokenPage(token, nowMs);
}

/** Shards never end here, so every filter finds the same. */
export function listShards(streams: Streams, input: Input): object {
  const limit = whole(input, "MaxResults", 1, 10_000) ?? PAGE_SHARDS;
  if (input.ShardFilter !== undefined && typeof input.ShardFilter !== "object")
    throw constraint("ShardFilter", "Member must be a structure");
  const nowMs = streams.nowMs();
  const { name, after } = askedPage(input, nowMs);
  const shards = streams.find(name).shards.filter(({ id }) => id > after);
  const page = shards.slice(0, limit);
  const token = `${nowMs} ${name} ${page.at(-1)?.id}`;
  return {
    Shards: page.map(wireShard),
    ...(shards.length > limit && { NextToken: Buffer.from(token).toString("base64") }),
  };
}
