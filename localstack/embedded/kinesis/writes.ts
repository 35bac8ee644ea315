/** PutRecord and PutRecords. */
import { KinesisFailure } from "./failure.ts";
import { HASH_MAX } from "./hashing.ts";
import { blob, constraint, type Input, invalid, namedStream, needed, text } from "./input.ts";
import { type KeyedBytes, RECORD_BYTES_MAX } from "./record.ts";
import { comparedSequences, parseSequence, type Sequence, sequenceText } from "./sequence.ts";
import { ACCOUNT, type Shard, type Stream, shardFor } from "./stream.ts";
import type { Streams } from "./streams.ts";

const RECORDS_MAX = 500;
const CALL_BYTES_MAX = 5 * 1024 * 1024;
const KEY_LETTERS_MAX = 256;

type Entry = KeyedBytes & Readonly<{ bytes: number; shard: Shard }>;

type Refused = Readonly<{ ErrorCode: string; ErrorMessage: string }>;
type Stored = Readonly<{ SequenceNumber: string; ShardId: string }>;

function explicitHash(input: Input): bigint | undefined {
  const given = text(input, "ExplicitHashKey", /^(0|[1-9]\d{0,38})$/);
  if (given === undefined) return undefined;
  const hash = BigInt(given);
  if (hash > HASH_MAX)
    throw invalid(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${given}`,
    );
  return hash;
}

function entryOf(stream: Stream, input: Input): Entry {
  const data = blob(input, "Data");
  const key = needed(text(input, "PartitionKey"), "PartitionKey");
  if (key.length < 1)
    throw constraint("PartitionKey", "Member must have length greater than or equal to 1", key);
  if (key.length > KEY_LETTERS_MAX)
    throw constraint("PartitionKey", "Member must have length less than or equal to 256", key);
  const bytes = data.length + Buffer.byteLength(key);
  if (bytes > RECORD_BYTES_MAX)
    throw constraint("Data", `Member must have length less than or equal to ${RECORD_BYTES_MAX}`);
  return { data, key, bytes, shard: shardFor(stream, key, explicitHash(input)) };
}

const rateExceeded = ({ facts }: Stream, { id }: Shard): string =>
  `Rate exceeded for shard ${id} in stream ${facts.name} under account ${ACCOUNT}.`;

/** Stores entries in their order, each shard's together. What a shard does not take now is refused by itself. */
async function store(
  { nowMs: now, appended }: Streams,
  stream: Stream,
  entries: readonly Entry[],
): Promise<readonly (Stored | Refused)[]> {
  const nowMs = now();
  const results: (Stored | Refused)[] = new Array(entries.length);
  const byShard = new Map<Shard, number[]>();
  for (const [i, { shard, bytes }] of entries.entries()) {
    if (!shard.throttle.admits(bytes, nowMs)) {
      const ErrorMessage = rateExceeded(stream, shard);
      results[i] = { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage };
      continue;
    }
    const taken = byShard.get(shard);
    if (taken) taken.push(i);
    else byShard.set(shard, [i]);
  }
  const writing = [...byShard].map(async ([shard, taken]) => {
    const { sequences, stored } = shard.log.append(
      taken.map((i) => entries[i]!),
      nowMs,
    );
    const isStored = await stored.then(() => true, failedWrite(shard));
    for (const [n, i] of taken.entries())
      results[i] = isStored
        ? { SequenceNumber: sequenceText(sequences[n]!, shard.index), ShardId: shard.id }
        : { ErrorCode: "InternalFailure", ErrorMessage: "Internal Service Failure" };
  });
  await Promise.all(writing);
  if (byShard.size > 0) appended(stream.facts.name);
  return results;
}

/** A disk that is full is told to the client as Kinesis tells its own faults, and here in full. */
const failedWrite = (shard: Shard) => (error: unknown) => {
  console.error(`embedded Kinesis: ${shard.id} could not be written`, error);
  return false;
};

/** A number this shard gave, of a record before this one: ours ascend anyway. */
function checkOrdering(given: string | undefined, shard: Shard): void {
  if (given === undefined) return;
  const sequence: Sequence | undefined = parseSequence(given, shard.index);
  if (sequence === undefined || comparedSequences(sequence, shard.log.last) > 0)
    throw invalid(`ExclusiveMinimumSequenceNumber ${given} used in PutRecord is invalid.`);
}

export async function putRecord(streams: Streams, input: Input): Promise<object> {
  const stream = namedStream(streams, input);
  const entry = entryOf(stream, input);
  checkOrdering(text(input, "SequenceNumberForOrdering"), entry.shard);
  const [result] = await store(streams, stream, [entry]);
  if (result && "ErrorCode" in result) {
    const isRate = result.ErrorCode === "ProvisionedThroughputExceededException";
    throw new KinesisFailure(isRate ? result.ErrorCode : "InternalFailure", result.ErrorMessage);
  }
  return { ...result, EncryptionType: "NONE" };
}

export async function putRecords(streams: Streams, input: Input): Promise<object> {
  const { Records: given } = input;
  if (!Array.isArray(given)) throw constraint("Records", "Member must not be null");
  if (given.length < 1)
    throw constraint("Records", "Member must have length greater than or equal to 1");
  if (given.length > RECORDS_MAX)
    throw constraint("Records", `Member must have length less than or equal to ${RECORDS_MAX}`);
  const stream = namedStream(streams, input);
  const entries = given.map((record: Input | null) => entryOf(stream, record ?? {}));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (bytes > CALL_BYTES_MAX) throw invalid("Records size exceeds 5 MB limit");
  const Records = await store(streams, stream, entries);
  const FailedRecordCount = Records.filter((result) => "ErrorCode" in result).length;
  return { FailedRecordCount, Records, EncryptionType: "NONE" };
}
