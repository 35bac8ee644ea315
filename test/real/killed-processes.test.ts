/**
 * Real processes, real sockets, a real disk: twenty writers of one dataset, each killed at a random moment, over an
 * embedded S3 that is killed twice itself, and over a real redis-server and an independent S3 where there are some.
 * Afterwards nothing that was acknowledged is missing.
 */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../bench/load/ports.ts";
import type { ImageStore } from "../../lib/edge/images.ts";
import { s3Objects } from "../../lib/edge/s3.ts";
import { startRedis } from "../../localstack/embedded/redis/server.ts";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";
import { BUCKET } from "../faults/jobs.ts";
import {
  type Acknowledged,
  child,
  end,
  endAll,
  expectNothingLost,
  expectOneChain,
  killedWriters,
  readerOf,
} from "../faults/killing.ts";
import { NO_REDIS_SERVER, startRealRedis } from "./redis-server.ts";

const WRITERS = 20;
const SERVER_DEATHS = 2;
const TIMEOUT_MS = 300_000;

afterAll(endAll);

describe(`${WRITERS} writers and their store, killed at random moments`, () => {
  const home = mkdtempSync(join(tmpdir(), "equipoise-killed-"));
  let serverDeaths = 0;
  let acknowledged: Acknowledged;
  let server: S3Server;
  let images: ImageStore;

  const serve = async (port: number): Promise<ChildProcess> => {
    const started = child("test/faults/serve.ts", home, String(port));
    await once(started.stdout!, "data");
    return started;
  };

  beforeAll(async () => {
    const port = await freePort();
    let store = await serve(port);
    const writing = killedWriters({ url: `http://127.0.0.1:${port}`, bucket: BUCKET }, WRITERS);
    for (; serverDeaths < SERVER_DEATHS; serverDeaths++) {
      await sleep(2_000 + Math.random() * 2_000);
      await end(store);
      store = await serve(port);
    }
    acknowledged = await writing;
    await end(store);
    server = await startS3({ port: 0, root: home });
    images = readerOf({ url: server.url, bucket: BUCKET });
  }, TIMEOUT_MS);
  afterAll(async () => {
    images?.close();
    await server?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it("leave every acknowledged job applied once, in the version it was told", async () => {
    expect(serverDeaths).toBe(SERVER_DEATHS);
    expect(acknowledged.size).toBeGreaterThanOrEqual(WRITERS);
    await expectNothingLost(images, acknowledged);
  });

  it("leave one chain of versions, whose newest is whole", () => expectOneChain(images));
});

const endpoint = process.env.S3_TEST_ENDPOINT;
const absent =
  NO_REDIS_SERVER ?? (endpoint === undefined ? "S3_TEST_ENDPOINT is not set" : undefined);
if (absent !== undefined) console.info(`no writers killed over real servers: ${absent}`);

describe.skipIf(absent)(`${WRITERS} writers killed over real Redis and an independent S3`, () => {
  const closing: (() => Promise<void> | void)[] = [];
  let acknowledged: Acknowledged;
  let images: ImageStore;

  beforeAll(async () => {
    const redis = await startRealRedis();
    const front = await startRedis({ port: 0, proxy: redis });
    const bucket = `equipoise-${randomUUID()}`;
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    await s3Objects({ bucket, endpoint: endpoint!, credentials }).ensureBucket();
    const store = { url: endpoint!, bucket, redisUrl: front.url };
    images = readerOf(store);
    closing.push(images.close, front.close, redis.stop);
    acknowledged = await killedWriters(store, WRITERS);
  }, TIMEOUT_MS);
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it("leave every acknowledged job applied once, in the version it was told", async () => {
    expect(acknowledged.size).toBeGreaterThanOrEqual(WRITERS);
    await expectNothingLost(images, acknowledged);
  });

  it("leave one chain of versions, whose newest is whole", () => expectOneChain(images));
});
