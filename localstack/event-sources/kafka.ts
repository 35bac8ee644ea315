/**
 * Polls a topic of a real Kafka: a shard is a partition, a sequence number is an offset. Nobody joins a group, so that
 * nothing is committed behind the runner's back: which offset comes next is its own to say. What it has done with for
 * good it may tell the group, where Kafka's tools then show the lag.
 */
import { Consumer, findErrorBy, type RecordsBatch } from "@platformatic/kafka";
import type { Instruments } from "../../lib/metrics.ts";
import { groupOffsets } from "./kafka-group.ts";
import { kafkaLag } from "./kafka-lag.ts";
import {
  type LogReader,
  type PolledRecord,
  PositionGone,
  type ShardReader,
  type StartingPosition,
} from "./log-reader.ts";

export type KafkaReaderOptions = Readonly<{
  /** "host:port" of some brokers; they name the others. */
  brokers: readonly string[];
  /** One that is missing is made where the cluster lets it. */
  topic: string;
  /** The consumer group that is told what was done with. */
  group: string;
  /** How long a read at the end waits for a record (ms); 0 by default: not at all. */
  waitMs?: number;
  /** Who is told how far the work is behind the end, once a second; nobody when omitted. */
  instruments?: Pick<Instruments, "set">;
}>;

export type KafkaShardReader = ShardReader &
  Readonly<{
    /** How many offsets lie between the last record that was read and the end. */
    lag(): Promise<number>;
  }>;

export type KafkaReader = Omit<LogReader, "open"> &
  Readonly<{
    open(shard: string, start: StartingPosition): KafkaShardReader;
    /**
     * Everything up to a sequence number is done with. The group is told soon, and at the latest when the reader is
     * closed; it is for lag tools only, nothing here reads it.
     */
    settled(shard: string, through: string): void;
  }>;

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** A connection that broke is made anew; beyond that the runner waits and reads again. */
const RETRIES = 2;
const RETRY_DELAY_MS = 50;
/** About how much one request brings; the rest of it is kept for the next reads. */
const FETCH_BYTES = 4_194_304;

const EARLIEST = -2n;
const LATEST = -1n;
const CONTROL = 0x20;
const LOG_APPEND_TIME = 0x08;

function client({ brokers }: KafkaReaderOptions) {
  return {
    clientId: "equipoise",
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
    autocreateTopics: true,
  };
}

function openConsumer(options: KafkaReaderOptions): Consumer {
  const consumer = new Consumer({ ...client(options), groupId: options.group, autocommit: false });
  // Or it looks for the leader where it was when the connection broke.
  consumer.topics.track(options.topic);
  return consumer;
}

/** The topic as the brokers know it now, or did within the last 5 s. @throws when nobody tells */
async function topicOf(consumer: Consumer, topic: string, forceUpdate = false) {
  try {
    const metadata = await consumer.metadata({ topics: [topic], forceUpdate });
    const found = metadata.topics.get(topic);
    if (!found) throw new Error(`no broker knows the topic "${topic}"`);
    return found;
  } catch (error) {
    consumer.clearMetadata();
    throw error;
  }
}

/** Offsets of partitions at a time, epoch ms; or where they begin or end. */
async function offsetsAt(
  consumer: Consumer,
  topic: string,
  partitions: readonly number[],
  timestamp: bigint,
): Promise<ReadonlyMap<number, bigint>> {
  const wanted = { topics: [topic], partitions: { [topic]: [...partitions] }, timestamp };
  const offsets = (await consumer.listOffsets(wanted)).get(topic)!;
  return new Map(partitions.map((partition) => [partition, offsets[partition]!]));
}

/** The records of a batch from an offset on; what the transactions of producers leave behind is none. */
function recordsOf(batch: RecordsBatch, from: bigint): PolledRecord[] {
  if ((batch.attributes & CONTROL) !== 0) return [];
  const isBrokersTime = (batch.attributes & LOG_APPEND_TIME) !== 0;
  const records: PolledRecord[] = [];
  for (const { offsetDelta, timestampDelta, key, value, headers } of batch.records) {
    const offset = batch.firstOffset + BigInt(offsetDelta);
    // A batch comes whole, also where it begins before what was asked for.
    if (offset < from) continue;
    records.push({
      seq: String(offset),
      key: key?.toString() ?? "",
      bytes: value ?? new Uint8Array(),
      arrivalMs: Number(isBrokersTime ? batch.maxTimestamp : batch.firstTimestamp + timestampDelta),
      ...(headers.length > 0 && {
        headers: headers.map(([name, bytes]) => ({ [String(name ?? "")]: [...(bytes ?? [])] })),
      }),
    });
  }
  return records;
}

/** Where one partition is read, and what was fetched of it and not read yet. */
class PartitionCursor {
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #partition: number;
  readonly #start: StartingPosition;
  readonly #waitMs: number;
  readonly #begins: (offset: bigint) => void;
  #fetched: readonly PolledRecord[] = [];
  #read = 0;
  /** What `next` follows: the sequence number of the last record that was handed out. */
  #after: string | undefined;
  /** The offset to fetch; not known before the first read. */
  #next: bigint | undefined;

  /** @param begins is told the offset at which reading begins */
  constructor(
    options: KafkaReaderOptions,
    partition: number,
    start: StartingPosition,
    begins: (offset: bigint) => void,
  ) {
    this.#consumer = openConsumer(options);
    this.#topic = options.topic;
    this.#partition = partition;
    this.#start = start;
    this.#waitMs = options.waitMs ?? 0;
    this.#begins = begins;
  }

  async read(after: string | undefined, limit: number): Promise<readonly PolledRecord[]> {
    if (this.#next === undefined || after !== this.#after) {
      this.#fetched = [];
      this.#read = 0;
      const next = after === undefined ? await this.#startOffset() : BigInt(after) + 1n;
      if (this.#next === undefined) this.#begins(next);
      this.#next = next;
      this.#after = after;
    }
    if (this.#read === this.#fetched.length) await this.#fetch(this.#next);
    const records = this.#fetched.slice(this.#read, this.#read + limit);
    this.#read += records.length;
    this.#after = records.at(-1)?.seq ?? after;
    return records;
  }

  async lag(): Promise<number> {
    const unread = this.#fetched[this.#read]?.seq ?? this.#next;
    const from = unread === undefined ? await this.#startOffset() : BigInt(unread);
    return Number((await this.#offsetAt(LATEST)) - from);
  }

  async close(): Promise<void> {
    await this.#consumer.close(true);
  }

  async #startOffset(): Promise<bigint> {
    if (this.#start === "TRIM_HORIZON") return this.#offsetAt(EARLIEST);
    if (this.#start === "LATEST") return this.#offsetAt(LATEST);
    const offset = await this.#offsetAt(BigInt(Math.ceil(this.#start.timestampMs)));
    // Nothing is that young yet.
    return offset < 0n ? this.#offsetAt(LATEST) : offset;
  }

  async #offsetAt(timestamp: bigint): Promise<bigint> {
    const offsets = await offsetsAt(this.#consumer, this.#topic, [this.#partition], timestamp);
    return offsets.get(this.#partition)!;
  }

  async #fetch(from: bigint): Promise<void> {
    const batches = await this.#batches(from).catch((error: unknown) => {
      // The next try asks anew who leads, and what the topic's id is.
      this.#consumer.clearMetadata();
      if (findErrorBy(error as Error, "apiId", "OFFSET_OUT_OF_RANGE") === null) throw error;
      const where = `partition ${this.#partition} of topic "${this.#topic}"`;
      throw new PositionGone(`${where} holds no offset ${from}`, { cause: error });
    });
    this.#fetched = batches.flatMap((batch) => recordsOf(batch, from));
    this.#read = 0;
    const last = batches.at(-1);
    if (last) this.#next = last.firstOffset + BigInt(last.lastOffsetDelta) + 1n;
  }

  async #batches(fetchOffset: bigint): Promise<readonly RecordsBatch[]> {
    const { id: topicId, partitions } = await topicOf(this.#consumer, this.#topic);
    const wanted = {
      partition: this.#partition,
      fetchOffset,
      partitionMaxBytes: FETCH_BYTES,
      // The client does not follow epochs here: the broker's leader is taken as it is.
      currentLeaderEpoch: -1,
      lastFetchedEpoch: -1,
    };
    const { responses } = await this.#consumer.fetch({
      node: partitions[this.#partition]!.leader,
      maxWaitTime: this.#waitMs,
      minBytes: 1,
      maxBytes: FETCH_BYTES,
      topics: [{ topicId, partitions: [wanted] }],
    });
    return responses[0]?.partitions[0]?.records ?? [];
  }
}

export function kafkaReader(options: KafkaReaderOptions): KafkaReader {
  const { topic, group, instruments } = options;
  const consumer = openConsumer(options);
  const offsets = groupOffsets(client(options), group, topic);
  const ends = (partitions: readonly number[]) => offsetsAt(consumer, topic, partitions, LATEST);
  const lag = instruments && kafkaLag({ topic, ends, instruments });
  return {
    async shards() {
      const { partitionsCount } = await topicOf(consumer, topic, true);
      return Array.from({ length: partitionsCount }, (_, partition) => String(partition));
    },
    open(shard, start) {
      const partition = Number(shard);
      const begins = (offset: bigint) => lag?.goesOnAt(partition, offset);
      const cursor = new PartitionCursor(options, partition, start, begins);
      return {
        shard,
        read: (after, limit) => cursor.read(after, limit),
        lag: () => cursor.lag(),
        close: () => cursor.close(),
      };
    },
    settled(shard, through) {
      offsets.settled(Number(shard), BigInt(through));
      lag?.goesOnAt(Number(shard), BigInt(through) + 1n);
    },
    async close() {
      await lag?.close();
      await Promise.all([consumer.close(true), offsets.close()]);
    },
  };
}
