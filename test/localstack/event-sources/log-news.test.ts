// A log in the same process tells what comes: its readers ask when there is something, and not all the time.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { startKinesis } from "../../../localstack/embedded/kinesis/server.ts";
import { fileCheckpoints } from "../../../localstack/event-sources/checkpoints.ts";
import { kinesisReader } from "../../../localstack/event-sources/kinesis.ts";
import { LogNews } from "../../../localstack/event-sources/log-news.ts";
import type { LogReader } from "../../../localstack/event-sources/log-reader.ts";
import { startRunner } from "../../../localstack/event-sources/runner.ts";
import { kinesisClient, putTexts } from "../kinesis-direct.ts";
import { type Event, mapping, SHARD, textsOf } from "./harness.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const NEVER = new AbortController().signal;

/** A log with the stream "two", and what reads it. @param isTelling whether it tells what comes */
async function telling(isTelling = true) {
  const home = mkdtempSync(join(tmpdir(), "log-news-"));
  const news = new LogNews();
  const server = await startKinesis({
    port: 0,
    root: join(home, "kinesis"),
    streams: ["two", "other"],
    ...(isTelling && { appended: (stream: string) => news.tell(stream) }),
  });
  const client = kinesisClient(server.url);
  const { url: endpoint } = server;
  const log = kinesisReader({ stream: "two", region: "us-east-1", endpoint, credentials, news });
  onTestFinished(async () => {
    client.destroy();
    await log.close();
    await server.close();
    rmSync(home, { recursive: true });
  });
  return { home, news, log, put: (...texts: string[]) => putTexts(client, "two", texts) };
}

it("wakes a reader for what comes to its stream, before and while it waits", async () => {
  const { log, put, news } = await telling();
  const shard = log.open(SHARD, "TRIM_HORIZON");
  expect(await shard.read(undefined, 10)).toEqual([]);
  let isAwake = false;
  const waiting = shard.whenNews!(60_000, NEVER).then(() => {
    isAwake = true;
  });
  news.tell("other");
  await sleep(20);
  expect(isAwake).toBe(false);
  await put("a", "b");
  await waiting;
  const [first] = await shard.read(undefined, 1);
  // One is left.
  await shard.whenNews!(60_000, NEVER);
  const [second] = await shard.read(first!.seq, 1);
  await put("c");
  await shard.whenNews!(60_000, NEVER);
  expect(await shard.read(second!.seq, 10)).toHaveLength(1);
});

it("lets a reader go after its time, and at a stop", async () => {
  const { log } = await telling();
  const shard = log.open(SHARD, "TRIM_HORIZON");
  await shard.read(undefined, 10);
  await shard.whenNews!(10, NEVER);
  const stop = new AbortController();
  const waiting = shard.whenNews!(60_000, stop.signal);
  stop.abort();
  await waiting;
  await shard.whenNews!(60_000, stop.signal);
});

/** The runner on that log, and how often it has asked for records. */
function run({ home, log }: Awaited<ReturnType<typeof telling>>) {
  const taken: string[] = [];
  const count = { reads: 0 };
  const counting: LogReader = {
    ...log,
    open: (shard, start) => {
      const reader = log.open(shard, start);
      return {
        shard,
        whenNews: reader.whenNews,
        close: () => reader.close(),
        read: (after, limit) => {
          count.reads++;
          return reader.read(after, limit);
        },
      };
    },
  };
  const runner = startRunner({
    mappings: [mapping({ batchSize: 50 })],
    logOf: () => counting,
    invoke: async (_, event) => {
      taken.push(...textsOf(event as unknown as Event));
      return { requestId: "", statusCode: 200, payload: null };
    },
    checkpoints: fileCheckpoints(join(home, "positions"), () => {}),
    log: () => {},
  });
  onTestFinished(() => runner.close(0));
  return { taken, count };
}

it("is asked about once for each record that comes", async () => {
  const given = await telling();
  const { taken, count } = run(given);
  await vi.waitFor(() => expect(count.reads).toBeGreaterThan(0), 5_000);
  const before = count.reads;
  for (let at = 0; at < 20; at++) {
    await given.put(`${at}`);
    await vi.waitFor(() => expect(taken.length).toBe(at + 1), { timeout: 5_000, interval: 1 });
  }
  // A slow machine reaches the time after which it is asked all the same.
  expect(count.reads - before).toBeLessThan(40);
});

it("is read by and by though nothing is told", async () => {
  const given = await telling(false);
  const { taken, count } = run(given);
  await vi.waitFor(() => expect(count.reads).toBeGreaterThan(0), 5_000);
  await given.put("a");
  await vi.waitFor(() => expect(taken).toEqual(["a"]), 5_000);
});
