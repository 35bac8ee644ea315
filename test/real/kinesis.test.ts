/**
 * The Kinesis contract, and our producer, against a real endpoint: LocalStack, moto. KINESIS_TEST_ENDPOINT, or the
 * S3_TEST_ENDPOINT of a stand-in that has all services at one address (S3_TEST_STORE=moto).
 */
import { randomUUID } from "node:crypto";
import { CreateStreamCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kinesisLog } from "../../lib/edge/kinesis.ts";
import { ensureStreams } from "../../localstack/embedded/kinesis/ensure.ts";
import { kinesisContract, type SkippedCases } from "../localstack/kinesis.contract.ts";
import { kinesisClient, readAll, textOf } from "../localstack/kinesis-direct.ts";

const { S3_TEST_ENDPOINT, S3_TEST_STORE: store = "", KINESIS_TEST_ENDPOINT } = process.env;
const endpoint = KINESIS_TEST_ENDPOINT ?? (store === "moto" ? S3_TEST_ENDPOINT : undefined);

/** What known stand-ins do otherwise than Kinesis. */
const SKIPPED: Readonly<Record<string, SkippedCases>> = {
  moto: {
    "lists shards page by page": "moto wants the same MaxResults beside a NextToken",
    "lets an explicit hash win over the key": "moto fails on the largest hash",
    "numbers records by 56 digits": "moto counts 1, 2, 3",
    "tells how far behind a reader is": "moto answers in whole seconds",
    "takes 500 records in a call and no more": "moto does not count them",
    "takes a record of 1 MB with its key and no larger one": "moto has no limit of 1 MB",
    "counts the key in the size of a record": "moto has no limit of 1 MB",
    "refuses an iterator that never was": "moto answers 500",
    "refuses a number that this shard never gave": "moto takes every number",
    "refuses a time to come": "moto takes every time",
    "refuses a key of more than 256 letters": "moto answers InvalidArgumentException",
    "refuses names and limits that its model does not allow": "moto does not look at them",
  },
};

if (endpoint === undefined) {
  describe("Kinesis: real endpoint", () => {
    it.skip("skipped: KINESIS_TEST_ENDPOINT is not set", () => {});
  });
} else {
  let client: KinesisClient;
  beforeAll(() => {
    client = kinesisClient(endpoint);
  });
  afterAll(() => client.destroy());

  kinesisContract(endpoint, () => client, SKIPPED[store]);

  describe("our own clients", () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };

    it("make the streams that are not there, and find them then", async () => {
      const names = [`ticks-${randomUUID()}`, `enriched-${randomUUID()}`];
      expect(await ensureStreams(endpoint, names)).toBeUndefined();
      expect(await ensureStreams(endpoint, names)).toBeUndefined();
      expect(await readAll(client, names[1]!)).toEqual([]);
    });

    it("append to the log in order per key", async () => {
      const StreamName = `log-${randomUUID()}`;
      await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
      await ensureStreams(endpoint, [StreamName]);
      const log = kinesisLog({
        region: "us-east-1",
        endpoint,
        credentials,
        streams: { ticks: StreamName },
      });
      const records = Array.from({ length: 1200 }, (_, i) => ({
        key: `lane ${i % 300}`,
        bytes: Buffer.from(String(i)),
      }));
      await log.append("ticks", records);
      const read = await readAll(client, StreamName);
      const byKey = Map.groupBy(read, ({ PartitionKey }) => PartitionKey!);
      expect([read.length, byKey.size]).toEqual([1200, 300]);
      for (const of of byKey.values()) {
        const numbers = of.map((record) => Number(textOf(record)));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    });
  });
}
