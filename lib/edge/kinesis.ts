/** Kinesis as the event log: one stream for each log, records of one key in order. */
import { AppError } from "../errors.ts";
import type { EventLog } from "../ports.ts";
import {
  type KinesisConnectionOptions,
  kinesisConnection,
  type OutgoingRecord,
} from "./kinesis/connection.ts";
import { type Producer, producer, recordSize } from "./kinesis/producer.ts";

export type KinesisLogOptions = KinesisConnectionOptions &
  Readonly<{
    /** The stream of each log: {ticks: "ticks", enriched: "enriched"}. */
    streams: Readonly<Record<string, string>>;
    /** How long refusals may go on with nothing stored before an append fails, 20,000 by default. */
    giveUpMs?: number;
  }>;

/** Key and data of one record together. */
const RECORD_BYTES_MAX = 1024 * 1024;
const KEY_LETTERS_MAX = 256;
const GIVE_UP_MS = 20_000;

export function kinesisLog(options: KinesisLogOptions): EventLog {
  const { streams, giveUpMs = GIVE_UP_MS } = options;
  const connection = kinesisConnection(options);
  const where = options.endpoint ?? "AWS";
  const producers = new Map<string, Producer>(
    Object.entries(streams).map(([log, stream]) => [
      log,
      producer({ connection, stream, where, giveUpMs }),
    ]),
  );

  return {
    async append(log, records) {
      const found = producers.get(log);
      if (found === undefined)
        throw new Error(`there is no log "${log}"; known are ${[...producers.keys()].join(", ")}`);
      for (const record of records) check(log, record);
      await found.append(records);
    },
  };
}

/** @throws AppError DEGENERATE_INPUT for a record that Kinesis takes in no case */
function check(log: string, record: OutgoingRecord): void {
  const { key } = record;
  const bytes = recordSize(record);
  if (bytes > RECORD_BYTES_MAX)
    throw new AppError(
      "DEGENERATE_INPUT",
      `a record of log "${log}" with its key must have at most ${RECORD_BYTES_MAX} bytes, had ${bytes}`,
      { log, key, bytes },
    );
  if (key.length < 1 || key.length > KEY_LETTERS_MAX)
    throw new AppError(
      "DEGENERATE_INPUT",
      `the key of a record of log "${log}" must have 1 to ${KEY_LETTERS_MAX} letters, had ${key.length}`,
      { log, key },
    );
}
