/** One stream: its shards, and which of them a record belongs to. */
import { join } from "node:path";
import { type HashRange, hashOfKey, hashRanges, shardOfHash } from "./hashing.ts";
import { type Sequence, sequenceText } from "./sequence.ts";
import { ShardLog } from "./shard-log.ts";
import { shardThrottle, type Throttle, UNTHROTTLED } from "./throttle.ts";

export type StreamMode = "PROVISIONED" | "ON_DEMAND";

/** What is kept of a stream beside its records. */
export type StreamFacts = Readonly<{
  name: string;
  createdMs: number;
  shards: number;
  mode: StreamMode;
}>;

export type ShardOptions = Readonly<{
  /** Whether a shard refuses more than 1 MB or 1,000 records in a second. */
  isThrottled: boolean;
  shardBytesMax: number;
  segmentBytes: number;
}>;

export type Shard = Readonly<{
  index: number;
  /** "shardId-000000000000" */
  id: string;
  range: HashRange;
  startingSequenceNumber: string;
  log: ShardLog;
  throttle: Throttle;
}>;

export type Stream = Readonly<{ facts: StreamFacts; arn: string; shards: readonly Shard[] }>;

export const ACCOUNT = "000000000000";
export const RETENTION_HOURS = 24;
const RETENTION_MS = RETENTION_HOURS * 3_600_000;

export const shardId = (index: number): string => `shardId-${String(index).padStart(12, "0")}`;

const arnOf = (name: string): string => `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/${name}`;

export async function openStream(
  folder: string,
  facts: StreamFacts,
  options: ShardOptions,
): Promise<Stream> {
  const { isThrottled, shardBytesMax: bytesMax, segmentBytes } = options;
  const start: Sequence = { ms: facts.createdMs, count: 0 };
  const shards: Shard[] = [];
  for (const [index, range] of hashRanges(facts.shards).entries()) {
    const id = shardId(index);
    shards.push({
      index,
      id,
      range,
      startingSequenceNumber: sequenceText(start, index),
      log: await ShardLog.open({
        folder: join(folder, id),
        start,
        retentionMs: RETENTION_MS,
        bytesMax,
        segmentBytes,
      }),
      throttle: isThrottled ? shardThrottle() : UNTHROTTLED,
    });
  }
  return { facts, arn: arnOf(facts.name), shards };
}

/** The shard of a record. One is all there is in most streams, and then nothing is hashed. */
export function shardFor({ shards }: Stream, key: string, explicitHash?: bigint): Shard {
  if (shards.length === 1) return shards[0]!;
  return shards[shardOfHash(explicitHash ?? hashOfKey(key), shards.length)]!;
}
