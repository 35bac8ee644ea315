import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  GetRecordsCommand,
  type KinesisClient,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  HASH_MAX,
  hashOfKey,
  hashRanges,
  shardOfHash,
} from "../../localstack/embedded/kinesis/hashing.ts";
import {
  type KinesisOptions,
  openKinesis,
  startKinesis,
} from "../../localstack/embedded/kinesis/server.ts";
import { shardThrottle } from "../../localstack/embedded/kinesis/throttle.ts";
import type { Listener } from "../../localstack/embedded/listener.ts";
import { startS3 } from "../../localstack/embedded/s3/server.ts";
import { iterator, kinesisClient, putTexts, readAll, textOf, textsOf } from "./kinesis-direct.ts";

const START_MS = 1_795_000_000_000;
let root = "";
let nowMs = START_MS;
let server: Listener;
let client: KinesisClient;

async function start(options: Partial<KinesisOptions> = {}) {
  const clock = () => nowMs;
  server = await startKinesis({ port: 0, root, streams: ["ticks"], nowMs: clock, ...options });
  client = kinesisClient(server.url);
}

async function stop() {
  client.destroy();
  await server.close();
}

async function restart(options: Partial<KinesisOptions> = {}) {
  await stop();
  await start(options);
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kinesis-"));
  nowMs = START_MS;
  await start();
});
afterEach(async () => {
  await stop();
  await rm(root, { recursive: true });
});

const data = (bytes: number) => Buffer.alloc(bytes, 7);
const read = (ShardIterator: string) => client.send(new GetRecordsCommand({ ShardIterator }));

describe("embedded Kinesis", () => {
  it("keeps streams, records and iterators over a restart", async () => {
    await client.send(new CreateStreamCommand({ StreamName: "three", ShardCount: 3 }));
    const texts = Array.from({ length: 50 }, (_, i) => `text ${i}`);
    await putTexts(client, "three", texts, (text) => text);
    await putTexts(client, "ticks", ["1", "2"]);
    const latest = await iterator(client, "ticks", { ShardIteratorType: "LATEST" });
    const before = await readAll(client, "three");
    await restart();
    expect(await readAll(client, "three")).toEqual(before);
    await putTexts(client, "ticks", ["3"]);
    expect((await read(latest)).Records?.map(textOf)).toEqual(["3"]);
    expect(textsOf(await readAll(client, "ticks"))).toEqual(["1", "2", "3"]);
  });

  it("gives greater numbers to a stream that is made again", async () => {
    const [before] = await putTexts(client, "ticks", ["1"]);
    await client.send(new DeleteStreamCommand({ StreamName: "ticks" }));
    nowMs += 1;
    await restart();
    const [after] = await putTexts(client, "ticks", ["1"]);
    expect(after! > before!).toBe(true);
  });

  it("ends an iterator after five minutes, and not before", async () => {
    await putTexts(client, "ticks", ["1"]);
    const ShardIterator = await iterator(client, "ticks");
    nowMs += 300_000;
    const { NextShardIterator, MillisBehindLatest } = await read(ShardIterator);
    expect(MillisBehindLatest).toBe(0);
    nowMs += 1;
    await expect(read(ShardIterator)).rejects.toMatchObject({
      name: "ExpiredIteratorException",
      message: expect.stringContaining("tolerated delay of 300000 milliseconds"),
    });
    expect((await read(NextShardIterator!)).Records).toEqual([]);
  });

  it("refuses iterators that were altered, or of a stream that was made again", async () => {
    const good = await iterator(client, "ticks");
    const altered = `${good.slice(0, 30)}${good[30] === "a" ? "b" : "a"}${good.slice(31)}`;
    await expect(read(altered)).rejects.toMatchObject({ name: "InvalidArgumentException" });
    await client.send(new DeleteStreamCommand({ StreamName: "ticks" }));
    await expect(read(good)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    nowMs += 1;
    await client.send(new CreateStreamCommand({ StreamName: "ticks", ShardCount: 1 }));
    await expect(read(good)).rejects.toMatchObject({ name: "InvalidArgumentException" });
  });

  it("tells a reader how old the last record is that it has read", async () => {
    await putTexts(client, "ticks", ["1", "2"]);
    nowMs += 5_000;
    const ShardIterator = await iterator(client, "ticks");
    const first = await client.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
    expect(first.MillisBehindLatest).toBe(5_000);
    expect((await read(first.NextShardIterator!)).MillisBehindLatest).toBe(0);
  });

  it("answers at most 10 MB at once", async () => {
    const Records = Array.from({ length: 4 }, () => ({ Data: data(1_000_000), PartitionKey: "k" }));
    for (let call = 0; call < 4; call++)
      await client.send(new PutRecordsCommand({ StreamName: "ticks", Records }));
    const first = await read(await iterator(client, "ticks"));
    expect(first.Records?.length).toBe(10);
    expect(first.MillisBehindLatest).toBeGreaterThan(0);
    expect((await read(first.NextShardIterator!)).Records?.length).toBe(6);
  });

  it("takes a number that orders a record only when the shard has given it", async () => {
    const [number] = await putTexts(client, "ticks", ["1"]);
    const put = (SequenceNumberForOrdering: string) =>
      client.send(
        new PutRecordCommand({
          StreamName: "ticks",
          Data: data(1),
          PartitionKey: "k",
          SequenceNumberForOrdering,
        }),
      );
    expect((await put(number!)).SequenceNumber! > number!).toBe(true);
    await expect(put(`${number!.slice(0, 3)}9${number!.slice(4)}`)).rejects.toMatchObject({
      name: "InvalidArgumentException",
    });
  });

  it("refuses a record that the disk does not take, and says why on the console", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    await restart({ streams: ["lost"] });
    await rm(join(root, "lost.stream"), { recursive: true });
    const put = () =>
      client.send(
        new PutRecordsCommand({
          StreamName: "lost",
          Records: [{ Data: data(1), PartitionKey: "k" }],
        }),
      );
    expect(await put()).toMatchObject({
      FailedRecordCount: 1,
      Records: [{ ErrorCode: "InternalFailure", ErrorMessage: "Internal Service Failure" }],
    });
    expect(said).toHaveBeenCalled();
  });
});

describe("throttling", () => {
  it("lets one second's worth through at once, and then as much as time brings", () => {
    const throttle = shardThrottle();
    const admitted = (count: number, ms: number) =>
      Array.from({ length: count }, () => throttle.admits(100, ms)).filter(Boolean).length;
    expect(admitted(1500, 0)).toBe(1000);
    expect(admitted(1500, 100)).toBe(100);
    expect(admitted(1500, 60_000), "what was not used is lost").toBe(1000);
    expect(admitted(1500, 50_000), "a clock that goes back brings nothing").toBe(0);
  });

  it("counts a megabyte too, and lets a small record pass where a large one did not", () => {
    const throttle = shardThrottle();
    expect(throttle.admits(1024 * 1024 - 10, 0)).toBe(true);
    expect([throttle.admits(11, 0), throttle.admits(10, 0)]).toEqual([false, true]);
    expect([throttle.admits(1024 * 1024, 999), throttle.admits(1024 * 1024, 1000)]).toEqual([
      false,
      true,
    ]);
  });

  it("refuses the records that are too many, and stores the others", async () => {
    await restart({ isThrottled: true });
    const Records = Array.from({ length: 500 }, () => ({ Data: data(1), PartitionKey: "k" }));
    const put = () => client.send(new PutRecordsCommand({ StreamName: "ticks", Records }));
    expect([(await put()).FailedRecordCount, (await put()).FailedRecordCount]).toEqual([0, 0]);
    nowMs += 200;
    const answer = await put();
    expect(answer.FailedRecordCount).toBe(300);
    expect(answer.Records?.[199]).toMatchObject({ ShardId: "shardId-000000000000" });
    expect(answer.Records?.[200]).toEqual({
      ErrorCode: "ProvisionedThroughputExceededException",
      ErrorMessage:
        "Rate exceeded for shard shardId-000000000000 in stream ticks under account 000000000000.",
    });
    const one = { StreamName: "ticks", Data: data(1), PartitionKey: "k" };
    await expect(client.send(new PutRecordCommand(one))).rejects.toMatchObject({
      name: "ProvisionedThroughputExceededException",
    });
    expect(await readAll(client, "ticks")).toHaveLength(1200);
  });
});

describe("hashing", () => {
  it.each([1, 2, 3, 7, 200])("cuts all hashes into %i ranges without a gap", (shards) => {
    const ranges = hashRanges(shards);
    expect([ranges[0]!.start, ranges.at(-1)!.end]).toEqual([0n, HASH_MAX]);
    for (const [i, { start, end }] of ranges.entries()) {
      if (i > 0) expect(start).toBe(ranges[i - 1]!.end + 1n);
      expect([shardOfHash(start, shards), shardOfHash(end, shards)]).toEqual([i, i]);
    }
  });

  it("takes the MD5 of a key as one number", () => {
    // RFC 1321, A.5.
    expect(hashOfKey("abc")).toBe(0x900150983cd24fb0d6963f7d28e17f72n);
    expect(hashOfKey("a")).toBe(0x0cc175b9c0f1b6a831c399e269772661n);
  });
});

describe("protocol", () => {
  const good = {
    "x-amz-target": "Kinesis_20131202.ListStreams",
    "content-type": "application/x-amz-json-1.1",
    authorization: "AWS4-HMAC-SHA256 Credential=test",
  };
  const call = async (headers: Record<string, string>, body = "{}") => {
    const response = await fetch(server.url, { method: "POST", headers, body });
    const text = await response.text();
    return { status: response.status, body: text === "" ? "" : JSON.parse(text) };
  };

  it("answers a call that is well formed", async () => {
    expect(await call(good)).toMatchObject({ status: 200, body: { StreamNames: ["ticks"] } });
  });

  it.each([
    ["no signature", { authorization: "" }, "{}", "MissingAuthenticationTokenException"],
    [
      "an unknown action",
      { "x-amz-target": "Kinesis_20131202.SplitShard" },
      "{}",
      "UnknownOperationException",
    ],
    [
      "an action of Object",
      { "x-amz-target": "Kinesis_20131202.toString" },
      "{}",
      "UnknownOperationException",
    ],
    ["CBOR", { "content-type": "application/x-amz-cbor-1.1" }, "{}", "SerializationException"],
    ["no JSON", {}, "{", "SerializationException"],
    ["a list", {}, "[]", "SerializationException"],
    [
      "a number for a name",
      { "x-amz-target": "Kinesis_20131202.DescribeStream" },
      '{"StreamName": 1}',
      "SerializationException",
    ],
    [
      "no stream",
      { "x-amz-target": "Kinesis_20131202.DescribeStream" },
      "{}",
      "InvalidArgumentException",
    ],
    [
      "no record",
      { "x-amz-target": "Kinesis_20131202.PutRecords" },
      '{"StreamName": "ticks", "Records": [null]}',
      "ValidationException",
    ],
    [
      "no base64",
      { "x-amz-target": "Kinesis_20131202.PutRecord" },
      '{"StreamName": "ticks", "PartitionKey": "k", "Data": "a-b!"}',
      "SerializationException",
    ],
    [
      "too many shards",
      { "x-amz-target": "Kinesis_20131202.CreateStream" },
      '{"StreamName": "wide", "ShardCount": 201}',
      "LimitExceededException",
    ],
    [
      "no shards",
      { "x-amz-target": "Kinesis_20131202.CreateStream" },
      '{"StreamName": "none"}',
      "ValidationException",
    ],
    [
      "a name that leaves the folder",
      { "x-amz-target": "Kinesis_20131202.CreateStream" },
      '{"StreamName": "../up", "ShardCount": 1}',
      "ValidationException",
    ],
  ])("refuses %s", async (_, headers, body, code) => {
    expect(await call({ ...good, ...headers }, body)).toMatchObject({
      status: 400,
      body: { __type: code, message: expect.any(String) },
    });
  });

  it("keeps a stream whose name is two dots where it belongs", async () => {
    await client.send(new CreateStreamCommand({ StreamName: "..", ShardCount: 1 }));
    await putTexts(client, "..", ["here"]);
    await restart();
    expect(textsOf(await readAll(client, ".."))).toEqual(["here"]);
  });
});

describe("beside S3", () => {
  it("shares its address, and each takes what is its own", async () => {
    const neighbour = await openKinesis({ root: join(root, "kinesis"), streams: ["ticks"] });
    const s3 = await startS3({ port: 0, root: join(root, "s3"), buckets: ["kept"], neighbour });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const region = "us-east-1";
    const store = new S3Client({ endpoint: s3.url, region, credentials, forcePathStyle: true });
    const kinesis = kinesisClient(s3.url);
    await store.send(new PutObjectCommand({ Bucket: "kept", Key: "a", Body: "object" }));
    await putTexts(kinesis, "ticks", ["record"]);
    const object = await store.send(new GetObjectCommand({ Bucket: "kept", Key: "a" }));
    expect(await object.Body?.transformToString()).toBe("object");
    expect(textsOf(await readAll(kinesis, "ticks"))).toEqual(["record"]);
    const health = await (await fetch(`${s3.url}/_localstack/health`)).json();
    expect(health).toMatchObject({ services: { s3: "running", kinesis: "running" } });
    store.destroy();
    kinesis.destroy();
    await s3.close();
  });
});
