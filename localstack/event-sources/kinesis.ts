/**
 * Polls a stream of Kinesis by its API: the embedded one, LocalStack's, any other. A shard that came of a split or a
 * merge is shown when everything in its parents has been read, so that records of a key stay in order.
 */
import type {
  GetRecordsCommandOutput,
  GetShardIteratorCommandInput,
  KinesisClient,
  Shard,
} from "@aws-sdk/client-kinesis";
import type { LogNews } from "./log-news.ts";
import {
  type LogReader,
  type PolledRecord,
  PositionGone,
  type ShardReader,
  type StartingPosition,
} from "./log-reader.ts";

export type KinesisReaderOptions = Readonly<{
  stream: string;
  region: string;
  endpoint: string;
  credentials: Readonly<{ accessKeyId: string; secretAccessKey: string }>;
  /** Of a log in this process. */
  news?: LogNews | undefined;
}>;

type Sdk = typeof import("@aws-sdk/client-kinesis");
type Opened = Readonly<{ sdk: Sdk; client: KinesisClient }>;

const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** GetRecords takes no more. */
const LIMIT_MAX = 10_000;

async function opened({ region, endpoint, credentials }: KinesisReaderOptions): Promise<Opened> {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import("@aws-sdk/client-kinesis"),
    import("@smithy/node-http-handler"),
  ]);
  // The SDK's own choice is HTTP/2, which local servers do not speak.
  const requestHandler = new NodeHttpHandler({
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    httpAgent: { keepAlive: true },
  });
  const client = new sdk.KinesisClient({
    region,
    endpoint,
    credentials,
    requestHandler,
    // The runner waits and reads again by itself.
    maxAttempts: 1,
  });
  return { sdk, client };
}

const isNamed = (error: unknown, name: string) => error instanceof Error && error.name === name;

/** Where an iterator begins, in the words of the API. */
function place(
  after: string | undefined,
  start: StartingPosition,
): Omit<GetShardIteratorCommandInput, "StreamName" | "ShardId"> {
  if (after !== undefined)
    return { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after };
  if (typeof start === "string") return { ShardIteratorType: start };
  return { ShardIteratorType: "AT_TIMESTAMP", Timestamp: new Date(start.timestampMs) };
}

const polled = ({ Records = [] }: GetRecordsCommandOutput): PolledRecord[] =>
  Records.map((record) => ({
    seq: record.SequenceNumber ?? "",
    key: record.PartitionKey ?? "",
    bytes: record.Data ?? new Uint8Array(),
    arrivalMs: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
  }));

class KinesisShardReader implements ShardReader {
  readonly shard: string;
  readonly #open: () => Promise<Opened>;
  readonly #news: LogNews | undefined;
  readonly #stream: string;
  readonly #start: StartingPosition;
  readonly #whenEnded: () => void;
  #iterator: string | undefined;
  /** The record the iterator stands behind. */
  #after: string | undefined;
  #isEnded = false;
  /** Whether the last read left something behind. */
  #isBehind = true;
  /** What the news counted when the last read began. */
  #seenNews = 0;
  readonly whenNews: ShardReader["whenNews"];

  constructor(
    shard: string,
    start: StartingPosition,
    { stream, news }: KinesisReaderOptions,
    open: () => Promise<Opened>,
    whenEnded: () => void,
  ) {
    this.shard = shard;
    this.#start = start;
    this.#stream = stream;
    this.#open = open;
    this.#whenEnded = whenEnded;
    this.#news = news;
    if (news)
      this.whenNews = async (ms, stop) => {
        if (!this.#isBehind) await news.since(stream, this.#seenNews, ms, stop);
      };
  }

  async read(after: string | undefined, limit: number): Promise<readonly PolledRecord[]> {
    if (this.#isEnded) return [];
    const { sdk, client } = await this.#open();
    if (this.#iterator === undefined || this.#after !== after) {
      this.#iterator = await this.#iteratorAfter(after);
      this.#after = after;
    }
    this.#seenNews = this.#news?.count(this.#stream) ?? 0;
    const command = new sdk.GetRecordsCommand({
      ShardIterator: this.#iterator,
      Limit: Math.min(limit, LIMIT_MAX),
    });
    const answer = await client.send(command).catch((error: unknown) => {
      // It has expired, or its server was started anew: the next read makes another.
      this.#iterator = undefined;
      this.#isBehind = true;
      if (isNamed(error, "ExpiredIteratorException")) return undefined;
      throw error;
    });
    return answer ? this.#came(answer) : [];
  }

  isEnded(): boolean {
    return this.#isEnded;
  }

  async close(): Promise<void> {}

  #came(answer: GetRecordsCommandOutput): PolledRecord[] {
    const records = polled(answer);
    this.#iterator = answer.NextShardIterator;
    this.#after = records.at(-1)?.seq ?? this.#after;
    this.#isBehind = answer.MillisBehindLatest !== 0;
    if (answer.NextShardIterator === undefined) {
      this.#isEnded = true;
      this.#whenEnded();
    }
    return records;
  }

  async #iteratorAfter(after: string | undefined): Promise<string | undefined> {
    const { sdk, client } = await this.#open();
    const input = {
      StreamName: this.#stream,
      ShardId: this.shard,
      ...place(after, this.#start),
    };
    try {
      const { ShardIterator } = await client.send(new sdk.GetShardIteratorCommand(input));
      return ShardIterator;
    } catch (error) {
      if (after !== undefined && isNamed(error, "InvalidArgumentException"))
        throw new PositionGone(error instanceof Error ? error.message : String(error), {
          cause: error,
        });
      throw error;
    }
  }
}

async function listed({ sdk, client }: Opened, stream: string): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let next: string | undefined;
  do {
    const input = next === undefined ? { StreamName: stream } : { NextToken: next };
    const { Shards = [], NextToken } = await client.send(new sdk.ListShardsCommand(input));
    shards.push(...Shards);
    next = NextToken;
  } while (next !== undefined);
  return shards;
}

export function kinesisReader(options: KinesisReaderOptions): LogReader {
  const { stream } = options;
  /** Shards that were read to their end. */
  const ended = new Set<string>();
  let opening: Promise<Opened> | undefined;
  const open = () => {
    opening ??= opened(options);
    return opening;
  };

  return {
    async shards() {
      const shards = await listed(await open(), stream);
      const unread = new Set(
        shards.map(({ ShardId = "" }) => ShardId).filter((id) => !ended.has(id)),
      );
      const isReady = ({ ParentShardId = "", AdjacentParentShardId = "" }: Shard) =>
        !unread.has(ParentShardId) && !unread.has(AdjacentParentShardId);
      return shards.filter(isReady).map(({ ShardId = "" }) => ShardId);
    },
    open: (shard, start) =>
      new KinesisShardReader(shard, start, options, open, () => ended.add(shard)),
    async close() {
      (await opening)?.client.destroy();
    },
  };
}
