/** Brings what was put into the log `orders` to the function that matches it, as its mapping does. */
import type { _Record as WireRecord } from "@aws-sdk/client-kinesis";
import { kinesisClient, readAll, SHARD_0 } from "../localstack/kinesis-direct.ts";

const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream";

/** A batch of one shard of a stream, as Lambda hands it on. */
export const eventOf = (stream: string, records: readonly WireRecord[]) => ({
  Records: records.map((record) => ({
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.PartitionKey,
      sequenceNumber: record.SequenceNumber,
      data: Buffer.from(record.Data!).toString("base64"),
      approximateArrivalTimestamp: record.ApproximateArrivalTimestamp!.getTime() / 1000,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${SHARD_0}:${record.SequenceNumber}`,
    eventName: "aws:kinesis:record",
    invokeIdentityArn: "arn:aws:iam::000000000000:role/match",
    awsRegion: "us-east-1",
    eventSourceARN: `${ARN}/${stream}`,
  })),
});

export async function logged(stream: string): Promise<WireRecord[]> {
  const client = kinesisClient(process.env.AWS_ENDPOINT_URL_KINESIS!);
  try {
    return await readAll(client, stream);
  } finally {
    client.destroy();
  }
}

export type OrderLog = Readonly<{
  /** Hands on all that came since the last time. @returns how many records */
  match: () => Promise<number>;
  /** Hands on everything again, from the beginning. */
  again: () => Promise<void>;
}>;

export function orderLog(): OrderLog {
  let taken = 0;
  const deliver = async (records: readonly WireRecord[]) => {
    const { handler } = await import("../../functions/orders/match.ts");
    const answer = await handler(eventOf("orders", records), { awsRequestId: "match" });
    if (answer.batchItemFailures.length > 0) throw new Error("the batch was not taken");
  };
  return {
    async match() {
      const records = (await logged("orders")).slice(taken);
      if (records.length > 0) await deliver(records);
      taken += records.length;
      return records.length;
    },
    again: async () => deliver(await logged("orders")),
  };
}
