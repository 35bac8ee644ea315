// The reader of Kinesis, and the whole runner, against the embedded Kinesis by the real SDK.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { freePort } from "../../../bench/load/ports.ts";
import { startKinesis } from "../../../localstack/embedded/kinesis/server.ts";
import type { Listener } from "../../../localstack/embedded/listener.ts";
import { fileCheckpoints } from "../../../localstack/event-sources/checkpoints.ts";
import { kinesisReader } from "../../../localstack/event-sources/kinesis.ts";
import {
  PositionGone,
  type StartingPosition,
} from "../../../localstack/event-sources/log-reader.ts";
import { startRunner } from "../../../localstack/event-sources/runner.ts";
import { type Event, mapping, SHARD, textsOf } from "./harness.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
let home = "";
let server: Listener;
let client: KinesisClient;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "event-sources-"));
  server = await startKinesis({
    port: await freePort(),
    root: join(home, "kinesis"),
    streams: ["one", "two"],
  });
  client = new KinesisClient({
    region: "us-east-1",
    endpoint: server.url,
    credentials,
    requestHandler: new NodeHttpHandler(),
  });
});

afterAll(async () => {
  client.destroy();
  await server.close();
  rmSync(home, { recursive: true });
});

async function put(stream: string, ...texts: string[]): Promise<string[]> {
  const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
  const answer = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
  return answer.Records?.map(({ SequenceNumber = "" }) => SequenceNumber) ?? [];
}

function reading(start: StartingPosition, stream = "one") {
  const log = kinesisReader({ stream, region: "us-east-1", endpoint: server.url, credentials });
  onTestFinished(() => log.close());
  const shard = log.open(SHARD, start);
  return {
    log,
    shard,
    texts: async (after?: string, limit = 100) =>
      (await shard.read(after, limit)).map(({ bytes }) => Buffer.from(bytes).toString()),
  };
}

describe("the reader of Kinesis", () => {
  it("names the shards, and fails for a stream that does not exist", async () => {
    expect(await reading("TRIM_HORIZON").log.shards()).toEqual([SHARD]);
    await expect(reading("TRIM_HORIZON", "none").log.shards()).rejects.toThrow("none");
  });

  it("reads on behind a number, whether it was read before or is told", async () => {
    const seqs = await put("one", "a", "b", "c");
    const first = await reading("TRIM_HORIZON").shard.read(seqs[0], 1);
    expect(first).toEqual([
      {
        seq: seqs[1],
        key: "b",
        bytes: expect.any(Uint8Array),
        arrivalMs: expect.closeTo(Date.now(), -5),
      },
    ]);
    const { texts } = reading("TRIM_HORIZON");
    expect(await texts(seqs[0], 1)).toEqual(["b"]);
    expect(await texts(seqs[1], 1)).toEqual(["c"]);
    expect(await texts(seqs[1], 1)).toEqual(["c"]);
    expect(await texts(seqs[2])).toEqual([]);
  });

  it("keeps what comes after its first read when it begins at LATEST", async () => {
    const { texts } = reading("LATEST");
    expect(await texts()).toEqual([]);
    await put("one", "new");
    expect(await texts()).toEqual(["new"]);
  });

  it("begins at a time", async () => {
    await put("one", "before");
    await new Promise((resolve) => setTimeout(resolve, 5));
    const timestampMs = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await put("one", "after");
    expect(await reading({ timestampMs }).texts()).toEqual(["after"]);
  });

  it("says when a position is not one of this log", async () => {
    const { shard } = reading("TRIM_HORIZON");
    await expect(shard.read("1", 10)).rejects.toThrow(PositionGone);
  });

  it("fails when nobody is there, and reads when somebody is", async () => {
    const endpoint = "http://127.0.0.1:9";
    const log = kinesisReader({ stream: "one", region: "us-east-1", endpoint, credentials });
    await expect(log.open(SHARD, "TRIM_HORIZON").read(undefined, 1)).rejects.toThrow();
    await log.close();
  });
});

describe("a stream that was split", () => {
  /** The embedded Kinesis splits no shards: two calls of the API as a stream answers them whose shard 0 is closed. */
  async function split() {
    const shards = [
      { ShardId: SHARD },
      { ShardId: "shardId-000000000001", ParentShardId: SHARD },
      { ShardId: "shardId-000000000002", ParentShardId: "shardId-long-gone" },
    ];
    const answers: Readonly<Record<string, object>> = {
      ListShards: { Shards: shards },
      GetShardIterator: { ShardIterator: "at" },
      GetRecords: { Records: [], MillisBehindLatest: 0 },
    };
    const api = createServer((request, response) => {
      const action = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      request.resume();
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify(answers[action]));
    }).listen(0, "127.0.0.1");
    await once(api, "listening");
    onTestFinished(() => void api.close());
    const endpoint = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    return kinesisReader({ stream: "one", region: "us-east-1", endpoint, credentials });
  }

  it("shows a child when its parent was read to the end, or is no more", async () => {
    const log = await split();
    onTestFinished(() => log.close());
    expect(await log.shards()).toEqual([SHARD, "shardId-000000000002"]);
    const parent = log.open(SHARD, "TRIM_HORIZON");
    expect(parent.isEnded?.()).toBe(false);
    expect(await parent.read(undefined, 10)).toEqual([]);
    expect(parent.isEnded?.()).toBe(true);
    expect(await log.shards()).toEqual([SHARD, "shardId-000000000001", "shardId-000000000002"]);
  });
});

describe("the runner on the embedded Kinesis", () => {
  it("brings every record once and in order, over a restart of runner and log", async () => {
    const taken: string[] = [];
    const start = () =>
      startRunner({
        mappings: [mapping({ batchSize: 50 })],
        logOf: () => {
          const { url: endpoint } = server;
          return kinesisReader({ stream: "two", region: "us-east-1", endpoint, credentials });
        },
        invoke: async (_, event) => {
          taken.push(...textsOf(event as unknown as Event));
          return { requestId: "", statusCode: 200, payload: null };
        },
        checkpoints: fileCheckpoints(join(home, "positions"), () => {}),
        log: () => {},
      });
    const texts = Array.from({ length: 600 }, (_, at) => `${at}`);
    const first = start();
    await put("two", ...texts.slice(0, 300));
    await vi.waitFor(() => expect(taken.length).toBe(300), 5_000);
    await first.close();
    await put("two", ...texts.slice(300, 400));
    const { port } = server;
    await server.close();
    const second = start();
    server = await startKinesis({ port, root: join(home, "kinesis") });
    await put("two", ...texts.slice(400));
    await vi.waitFor(() => expect(taken.length).toBe(600), 10_000);
    expect(taken).toEqual(texts);
    await second.close();
  });
});
