/**
 * The chain of a function that reads a log: facts for its log lines before it, one line and the lag for each batch after it,
 * and failures in the form its mapping understands. What is thrown holds the shard until the batch succeeds or is discarded,
 * so bad records are for the work to set aside.
 */
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import { AppError } from "../errors.ts";
import type { LogBatch } from "../ports.ts";
import { beginInvocation, log } from "./log.ts";
import { invocationEnded } from "./metrics/invocation.ts";
import { instruments } from "./metrics/meter.ts";
import { type LogNames, streamEvent } from "./stream-event.ts";
import { annotate, annotateFault, traced } from "./tracer.ts";

/** All before `failedFrom` is done, it and what follows comes again; everything is done when it is left out. */
export type Streamed = Readonly<{ failedFrom?: string | undefined }>;

/** What the mapping reads. Kafka's reads nothing. */
export type StreamReply = Readonly<{
  batchItemFailures: readonly Readonly<{ itemIdentifier: string }>[];
}>;

type Done = Streamed & Readonly<{ error?: unknown }>;

const codeOf = (error: unknown): string | undefined => {
  if (error === undefined) return undefined;
  return error instanceof AppError ? error.code : "INTERNAL";
};

function tellLag({ log: name, shard, records }: LogBatch): number {
  const seconds = Math.max(0, (Date.now() - records.at(-1)!.arrivalMs) / 1000);
  instruments.set("stream_iterator_age_seconds", { log: name, shard }, seconds);
  return seconds;
}

/** Does one batch and never throws. */
async function done(work: (batch: LogBatch) => Promise<Streamed>, batch: LogBatch): Promise<Done> {
  const startedMs = performance.now();
  const ageSeconds = tellLag(batch);
  const { records } = batch;
  const result: Done = await work(batch).catch((error: unknown) => {
    annotateFault();
    log("error", "stream batch failed", { error });
    return { failedFrom: records[0]!.seq, error };
  });
  log("info", "stream", {
    log: batch.log,
    shard: batch.shard,
    records: records.length,
    from: records[0]!.seq,
    through: records.at(-1)!.seq,
    failed_from: result.failedFrom,
    code: codeOf(result.error),
    age_ms: Math.round(ageSeconds * 1000),
    duration_ms: Math.round((performance.now() - startedMs) * 100) / 100,
  });
  return result;
}

/**
 * @param work is given each batch, one after the other; the same batch may come again, whole or in part, at any time
 * @param names the log a stream or topic holds, where it is called otherwise
 * @throws what `work` threw, or an Error, where the mapping takes no report of failures; AppError BAD_REQUEST for what is no
 * event of a stream
 */
export const streaming =
  (work: (batch: LogBatch) => Promise<Streamed>, names: LogNames = {}) =>
  (
    event: unknown,
    context: Partial<Pick<Context, "awsRequestId" | "functionName">> = {},
  ): Promise<StreamReply> =>
    traced(context.functionName, async () => {
      const requestId = context.awsRequestId ?? randomUUID();
      annotate({ ColdStart: beginInvocation(requestId, context), RequestId: requestId });
      try {
        const { batches, isReporting } = streamEvent(event, names);
        const failed: Done[] = [];
        for (const batch of batches) {
          const result = await done(work, batch);
          if (result.failedFrom !== undefined) failed.push(result);
        }
        const [first] = failed;
        if (first && !isReporting)
          throw first.error ?? new Error(`records from ${first.failedFrom} on were not taken`);
        return {
          batchItemFailures: failed.map(({ failedFrom = "" }) => ({ itemIdentifier: failedFrom })),
        };
      } finally {
        await invocationEnded();
      }
    });
