/** What a log hands on: records of one shard in order, and the order of their numbers. */

export type LogRecord = Readonly<{
  /** Sequence number: digits, ascending within the shard; Kinesis has up to 56 of them, Kafka few. */
  seq: string;
  /** What the producer chose the shard by. */
  key: string;
  bytes: Uint8Array;
  /** When the log took it, epoch ms. */
  arrivalMs: number;
}>;

export type LogBatch = Readonly<{
  /** "ticks" */
  log: string;
  /** "shardId-000000000000", or the number of a Kafka partition. */
  shard: string;
  records: readonly LogRecord[];
}>;

/** Negative, 0 or positive, as numbers compare; no number type holds 56 digits. */
export const compareSeq = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
