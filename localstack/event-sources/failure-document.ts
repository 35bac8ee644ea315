/** What an on-failure destination is told of discarded records, as AWS documents it. */
import { createHash } from "node:crypto";
import type { PolledRecord } from "./log-reader.ts";
import { type Mapping, sourceName } from "./mapping.ts";
import type { Answer } from "./verdict.ts";

export type Discard = Readonly<{
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded" | "RecordTooLarge";
  records: readonly PolledRecord[];
  /** How often the function was asked. */
  invocations: number;
  /** The last answer; none when it was never asked. */
  answer?: Answer | undefined;
}>;

const iso = (ms: number | undefined) => new Date(ms ?? 0).toISOString();

/** A UUID that is the same for the same mapping after every start. */
export function mappingUuid({ id }: Mapping): string {
  const hex = createHash("sha256").update(id).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join("-");
}

function batchFacts({ source }: Mapping, shard: string, records: readonly PolledRecord[]) {
  const first = records[0];
  const last = records.at(-1);
  if (source.kind === "kinesis")
    return {
      KinesisBatchInfo: {
        shardId: shard,
        startSequenceNumber: first?.seq,
        endSequenceNumber: last?.seq,
        approximateArrivalOfFirstRecord: iso(first?.arrivalMs),
        approximateArrivalOfLastRecord: iso(last?.arrivalMs),
        batchSize: records.length,
        streamArn: source.arn,
      },
    };
  return {
    KafkaBatchInfo: {
      batchSize: records.length,
      ...(source.kind === "msk"
        ? { eventSourceArn: source.arn }
        : { bootstrapServers: source.bootstrapServers.join(",") }),
      payloadSize: records.reduce((sum, { bytes }) => sum + bytes.length, 0),
      recordsInfo: {
        [`${sourceName(source)}-${shard}`]: {
          firstRecordOffset: first?.seq,
          firstRecordTimestamp: iso(first?.arrivalMs),
          lastRecordOffset: last?.seq,
          lastRecordTimestamp: iso(last?.arrivalMs),
        },
      },
    },
  };
}

export function failureDocument(
  mapping: Mapping,
  shard: string,
  { condition, records, invocations, answer }: Discard,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  return {
    requestContext: {
      requestId: answer?.requestId ?? mappingUuid(mapping),
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: answer?.statusCode ?? 200,
      executedVersion: "$LATEST",
      ...(answer?.functionError === undefined ? {} : { functionError: answer.functionError }),
    },
    version: "1.0",
    timestamp: iso(nowMs),
    ...batchFacts(mapping, shard, records),
  };
}

/** Where the document lies in a bucket. @param uuid a new one for each */
export function failureKey(mapping: Mapping, shard: string, nowMs: number, uuid: string): string {
  const second = iso(nowMs).slice(0, 19);
  const day = second.slice(0, 10).replaceAll("-", "/");
  return `aws/lambda/${mappingUuid(mapping)}/${shard}/${day}/${second.replaceAll(":", ".")}-${uuid}`;
}
