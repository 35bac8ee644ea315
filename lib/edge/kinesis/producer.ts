/**
 * Puts records into one stream, in order per key: requests carry at most one record of a key, since Kinesis may refuse one
 * of a request and store those behind it. What was refused, or met no answer, is sent again after a wait drawn from zero up
 * to a bound that doubles. While requests are under way, appends gather; so many small ones make few requests.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../errors.ts";
import type { KinesisConnection, OutgoingRecord } from "./connection.ts";
import { KeyedQueue } from "./keyed-queue.ts";

export type ProducerOptions = Readonly<{
  connection: KinesisConnection;
  stream: string;
  /** How it is called where it is, for messages. */
  where: string;
  /** How long refusals may go on with nothing stored between them before all that waits is given up. */
  giveUpMs: number;
}>;

export type Producer = Readonly<{
  /** @throws AppError DEPENDENCY_DOWN; some may have been stored */
  append: (records: readonly OutgoingRecord[]) => Promise<void>;
}>;

type Append = { left: number; resolve: () => void; reject: (error: Error) => void };
type Item = OutgoingRecord &
  Readonly<{ size: number; append: Append }> & {
    /** When it was first sent; 0 before. */
    sentMs: number;
    tries: number;
    /** Requests in a row that carried it and were not answered. */
    unanswered: number;
  };

/** What Kinesis takes in one request. */
const LIMITS = { recordsMax: 500, sizeMax: 5 * 1024 * 1024 };
const REQUESTS_MAX = 4;
const UNANSWERED_MAX = 3;
/** How many times `giveUpMs` one record may wait while others are stored. */
const PATIENCE = 5;
const FIRST_WAIT_MS = 50;
const WAIT_MS_MAX = 1_000;

export const recordSize = ({ key, bytes }: OutgoingRecord): number =>
  Buffer.byteLength(key) + bytes.length;

export function producer({ connection, stream, where, giveUpMs }: ProducerOptions): Producer {
  const queue = new KeyedQueue<Item>();
  /** Requests under way and waits between them. */
  let busy = 0;
  let requests = 0;
  /** When a record was last stored. */
  let storedMs = 0;
  /** Set while everything is given up, until the last request under way has ended. */
  let failure: AppError | undefined;

  function pump(): void {
    while (failure === undefined && requests < REQUESTS_MAX) {
      const items = queue.take(LIMITS);
      if (items.length === 0) return;
      busy += 1;
      // What `send` throws is a fault of ours; the appends must hear of it all the same.
      send(items)
        .catch((error: Error) => giveUp(error))
        .finally(settle);
    }
  }

  /** After each request: goes on, or ends the appends that failed once nothing of theirs is under way. */
  function settle(): void {
    busy -= 1;
    if (failure === undefined) {
      pump();
      return;
    }
    if (busy > 0) return;
    const reason = failure;
    failure = undefined;
    for (const append of new Set(queue.clear().map((item) => item.append))) append.reject(reason);
  }

  async function send(items: readonly Item[]): Promise<void> {
    requests += 1;
    for (const item of items) item.sentMs ||= performance.now();
    const outcome = await connection.put(stream, items).finally(() => {
      requests -= 1;
    });
    if ("failure" in outcome) {
      if (outcome.kind === "unanswered") for (const item of items) item.unanswered += 1;
      if (outcome.kind === "final") giveUp(outcome.failure);
      else await later(items, outcome.failure);
      return;
    }
    const refused = items.filter((item, i) => {
      item.unanswered = 0;
      if (outcome.codes[i] === null) stored(item);
      return outcome.codes[i] !== null;
    });
    if (refused.length === 0) return;
    const code = outcome.codes.find((one) => one !== null);
    // Others may go on while these wait.
    pump();
    await later(refused, new Error(`${code} for ${refused.length} of ${items.length} records`));
  }

  function stored(item: Item): void {
    storedMs = performance.now();
    queue.done(item);
    item.append.left -= 1;
    if (item.append.left === 0) item.append.resolve();
  }

  async function later(items: readonly Item[], reason: Error): Promise<void> {
    const nowMs = performance.now();
    const isOver = ({ sentMs, unanswered }: Item) =>
      nowMs - Math.max(sentMs, storedMs) > giveUpMs ||
      nowMs - sentMs > giveUpMs * PATIENCE ||
      unanswered >= UNANSWERED_MAX;
    if (items.some(isOver)) {
      giveUp(reason);
      return;
    }
    const tries = Math.min(...items.map((item) => item.tries++));
    await sleep(Math.random() * Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** tries));
    for (const item of items) queue.again(item);
  }

  function giveUp(cause: Error): void {
    failure ??= new AppError(
      "DEPENDENCY_DOWN",
      `append to stream "${stream}" at ${where}: Kinesis gave ${cause.name} ${cause.message}`.trim(),
      { dependency: "kinesis", operation: "append", stream },
      { cause },
    );
  }

  return {
    append: (records) =>
      new Promise((resolve, reject) => {
        const append: Append = { left: records.length, resolve, reject };
        if (records.length === 0) resolve();
        for (const record of records)
          queue.push({
            key: record.key,
            bytes: record.bytes,
            size: recordSize(record),
            append,
            sentMs: 0,
            tries: 0,
            unanswered: 0,
          });
        pump();
      }),
  };
}
