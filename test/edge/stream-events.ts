/** Events of streams as AWS sends them, with as little said as a test needs. */

export const SHARD = "shardId-000000000000";

type Made = Readonly<{
  seq?: string;
  text?: string;
  bytes?: Uint8Array;
  key?: string;
  arrivalMs?: number;
}>;

const base64 = (text: string) => Buffer.from(text).toString("base64");

export const kinesisEvent = (records: readonly Made[], stream = "ticks", shard = SHARD) => ({
  Records: records.map(
    ({ seq = "1", text = "", bytes, key = "simulate/0", arrivalMs = 1_545_084_650_987 }) => ({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: key,
        sequenceNumber: seq,
        data: bytes ? Buffer.from(bytes).toString("base64") : base64(text),
        approximateArrivalTimestamp: arrivalMs / 1000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shard}:${seq}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: "arn:aws:iam::123456789012:role/lambda-role",
      awsRegion: "us-east-2",
      eventSourceARN: `arn:aws:kinesis:us-east-2:123456789012:stream/${stream}`,
    }),
  ),
});

/** @param partitions records by number of the partition */
export const kafkaEvent = (
  partitions: Readonly<Record<string, readonly Made[]>>,
  eventSource = "aws:kafka",
  topic = "market.raw",
) => ({
  eventSource,
  eventSourceArn: "arn:aws:kafka:us-east-1:123456789012:cluster/market/abc",
  bootstrapServers: "b-1.example:9098,b-2.example:9098",
  records: Object.fromEntries(
    Object.entries(partitions).map(([partition, records]) => [
      `${topic}-${partition}`,
      records.map(({ seq = "1", text = "", key, arrivalMs = 1_545_084_650_987 }) => ({
        topic,
        partition: Number(partition),
        offset: Number(seq),
        timestamp: arrivalMs,
        timestampType: "CREATE_TIME",
        ...(key === undefined ? {} : { key: base64(key) }),
        value: base64(text),
        headers: [{ kind: [98, 97, 114] }],
      })),
    ]),
  ),
});
