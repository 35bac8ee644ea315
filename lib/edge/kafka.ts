/**
 * The event log on Kafka. What is appended to one log goes out one request after another, so that nothing overtakes;
 * what is appended meanwhile waits and goes out together. Each request is acknowledged by all replicas in sync, and is
 * tried again under the same numbers, by which the broker knows what it has already. A key goes to the partition that
 * Kafka's own clients choose for it.
 */
import type { Producer } from "@platformatic/kafka";
import { AppError } from "../errors.ts";
import type { EventLog } from "../ports.ts";
import { instruments } from "./metrics/meter.ts";

export type KafkaOptions = Readonly<{
  /** "host:port" of some brokers; they name the others. */
  brokers: readonly string[];
  /** Topic by the name of the log. One that is missing is made where the cluster lets it. */
  topics: Readonly<Record<string, string>>;
  /** Longest time one request may take with all its tries, 20,000 by default. */
  timeoutMs?: number;
}>;

export type KafkaLog = EventLog &
  Readonly<{
    /** Ends the connections when all that was appended is stored or has failed. */
    close(): Promise<void>;
  }>;

type Sdk = typeof import("@platformatic/kafka");
type LogRecords = Parameters<EventLog["append"]>[1];
type LogRecord = LogRecords[number];
type Appended = {
  records: LogRecords;
  /** How many of them are stored. */
  stored: number;
  done: (failure?: AppError) => void;
};

const TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 3_000;
/** A broker that is silent for so long is asked again on a new connection. */
const REQUEST_TIMEOUT_MS = 10_000;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 1_000;
/** Of key and bytes together: what a broker takes unless it is told otherwise (1,048,588), less what surrounds a record. */
const RECORD_BYTES_MAX = 1_048_000;
const REQUEST_BYTES_MAX = 1_048_000;
/** No fewer than surround a record in a request. */
const OVERHEAD_BYTES = 36;

const bytesOf = ({ key, bytes }: LogRecord): number => Buffer.byteLength(key) + bytes.length;
const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** 50 ms, 100, 200, ... up to a second, each cut by up to half at random. */
const retryDelayMs = (_client: object, _operation: string, attempt: number): number =>
  Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (attempt - 1)) * (1 - Math.random() / 2);

/** What a chain of the client's errors comes down to. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error as Error & { cause?: unknown };
  return cause instanceof Error ? `${message} ${reasonOf(cause)}` : message;
}

function openProducer(sdk: Sdk, brokers: readonly string[]): Producer<Buffer, Buffer> {
  return new sdk.Producer<Buffer, Buffer>({
    clientId: "equipoise",
    bootstrapBrokers: [...brokers],
    // Idempotent: acknowledged by all, one request at a time, tried again for ever; the deadline is ours.
    idempotent: true,
    retryDelay: retryDelayMs,
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    autocreateTopics: true,
    // The library's default leaves the sign of the hash in; this is what Java's producer does.
    partitioner: sdk.compatibilityPartitioner,
  });
}

/** Appends to one topic. */
function topicWriter(topic: string, { brokers, timeoutMs = TIMEOUT_MS }: KafkaOptions) {
  const waiting: Appended[] = [];
  let producer: Producer<Buffer, Buffer> | undefined;
  let sending: Promise<void> | undefined;

  function down(cause: unknown): AppError {
    instruments.add("qf_dependency_failures_total", { part: "kafka" });
    return new AppError(
      "DEPENDENCY_DOWN",
      `Kafka at ${brokers.join(", ")} did not store records of topic "${topic}": ${reasonOf(cause)}`,
      { dependency: "kafka", topic },
      { cause },
    );
  }

  /** The next records, in the order they came, and to whom they belong. */
  function cut(): Readonly<{ records: LogRecord[]; owners: [Appended, number][] }> {
    const records: LogRecord[] = [];
    const owners: [Appended, number][] = [];
    let bytes = 0;
    for (const appended of waiting) {
      let at = appended.stored;
      for (; at < appended.records.length; at++) {
        const record = appended.records[at]!;
        bytes += bytesOf(record) + OVERHEAD_BYTES;
        if (bytes > REQUEST_BYTES_MAX && records.length > 0) break;
        records.push(record);
      }
      owners.push([appended, at - appended.stored]);
      if (bytes > REQUEST_BYTES_MAX) break;
    }
    return { records, owners };
  }

  async function send(records: readonly LogRecord[]): Promise<void> {
    producer ??= openProducer(await import("@platformatic/kafka"), brokers);
    const messages = records.map(({ key, bytes }) => ({
      topic,
      key: Buffer.from(key),
      value: bufferOf(bytes),
    }));
    const sent = producer.send({ messages });
    // After the deadline nobody looks at it any more.
    sent.catch(() => {});
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(new Error(`gave no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    await Promise.race([sent, late]).finally(() => clearTimeout(timer));
  }

  /** The client numbers its requests: after one whose fate is unknown another one begins. */
  async function abandon(): Promise<void> {
    const abandoned = producer;
    producer = undefined;
    await abandoned?.close(true).catch(() => {});
  }

  async function drain(): Promise<void> {
    // A turn later, so that what is appended at once goes out at once.
    await undefined;
    while (waiting.length > 0) {
      const { records, owners } = cut();
      try {
        await send(records);
      } catch (error) {
        const failure = down(error);
        void abandon();
        // What waits behind a failure fails with it: stored now, it would come before what is appended again.
        for (const { done } of waiting.splice(0)) done(failure);
        break;
      }
      for (const [appended, count] of owners) {
        appended.stored += count;
        if (appended.stored < appended.records.length) break;
        waiting.shift();
        appended.done();
      }
    }
    // In the same turn as the last look: what is appended after it finds nobody sending.
    sending = undefined;
  }

  return {
    append: (records: LogRecords): Promise<void> =>
      new Promise((resolve, reject) => {
        const done = (failure?: AppError) => (failure ? reject(failure) : resolve());
        waiting.push({ records, stored: 0, done });
        sending ??= drain();
      }),
    async close(): Promise<void> {
      await sending;
      await abandon();
    },
  };
}

export function kafkaLog(options: KafkaOptions): KafkaLog {
  const writers = new Map(
    Object.entries(options.topics).map(([log, topic]) => [log, topicWriter(topic, options)]),
  );
  return {
    async append(log, records) {
      const writer = writers.get(log);
      if (!writer) throw new Error(`no topic for the log "${log}"`);
      const most = records.find((record) => bytesOf(record) > RECORD_BYTES_MAX);
      if (most)
        throw new AppError(
          "DEGENERATE_INPUT",
          `a record of log "${log}" with its key must have at most ${RECORD_BYTES_MAX} bytes, had ${bytesOf(most)}`,
          { log, key: most.key, bytes: bytesOf(most) },
        );
      if (records.length > 0) await writer.append(records);
    },
    async close() {
      await Promise.all([...writers.values()].map((writer) => writer.close()));
    },
  };
}
