/** What the runner asks of a log: its shards, and the records of one shard in order. One file per kind of log. */

/** A record as the log keeps it. */
export type PolledRecord = Readonly<{
  /** Digits, ascending within the shard: Kinesis' sequence number, Kafka's offset. */
  seq: string;
  /** What the producer chose the shard by; empty where Kafka's record has none. */
  key: string;
  bytes: Uint8Array;
  /** When the log took it, epoch ms. */
  arrivalMs: number;
  /** Of a Kafka record, as its event shows them: one name each, values as bytes. */
  headers?: readonly Readonly<Record<string, readonly number[]>>[];
}>;

export type StartingPosition = "TRIM_HORIZON" | "LATEST" | Readonly<{ timestampMs: number }>;

/** Reads one shard. Calls never overlap. */
export type ShardReader = Readonly<{
  /** "shardId-000000000000", or the number of a Kafka partition. */
  shard: string;
  /**
   * The records after a sequence number, at once and without waiting for any: none when there are none. `undefined` is
   * the starting position; a reader that began at LATEST keeps what came after its first read.
   * @throws PositionGone when the shard no longer holds what came right after `after`
   * @throws anything else when the log cannot be reached: the runner waits and reads again
   */
  read(after: string | undefined, limit: number): Promise<readonly PolledRecord[]>;
  /**
   * Resolves when there may be more than was read last, or after `ms` or a stop at the latest. A log that cannot tell
   * has none, and is asked after a pause.
   */
  whenNews?: ((ms: number, stop: AbortSignal) => Promise<void>) | undefined;
  /** Whether the shard was closed (split, merged) and the last read came to its end. Never, when omitted. */
  isEnded?(): boolean;
  close(): Promise<void>;
}>;

export type LogReader = Readonly<{
  /** The names of the shards there are now, in order. @throws when the log cannot be reached */
  shards(): Promise<readonly string[]>;
  open(shard: string, start: StartingPosition): ShardReader;
  close(): Promise<void>;
}>;

/** The log has dropped the position (retention, or the log was made anew): only its oldest record is left to begin at. */
export class PositionGone extends Error {
  override readonly name = "PositionGone";
}
