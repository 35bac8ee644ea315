/** The S3, the logs and the Redis behind the functions of one test file: embedded, or real ones where `npm run test:real` has some. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { s3Objects } from "../../lib/edge/s3.ts";
import { startKinesis } from "../../localstack/embedded/kinesis/server.ts";
import { LOCAL_TOKEN, startRedis } from "../../localstack/embedded/redis/server.ts";
import { startS3 } from "../../localstack/embedded/s3/server.ts";

/** Addresses of servers that stand for the whole run. */
export type RealServers = Readonly<{ s3Url?: string; redisUrl?: string; isMoto?: boolean }>;

declare module "vitest" {
  interface ProvidedContext {
    servers?: RealServers;
  }
}

type Part = Readonly<{ settings: Readonly<Record<string, string>>; close: () => Promise<void> }>;

async function embeddedS3(): Promise<Part> {
  const root = await mkdtemp(join(tmpdir(), "equipoise-service-"));
  const s3 = await startS3({ port: 0, root, buckets: ["equipoise"] });
  const close = async () => {
    await s3.close();
    await rm(root, { recursive: true, force: true });
  };
  return { settings: { AWS_ENDPOINT_URL_S3: s3.url }, close };
}

/** The three logs, each of one shard. */
async function embeddedLogs(): Promise<Part> {
  const root = await mkdtemp(join(tmpdir(), "equipoise-logs-"));
  const kinesis = await startKinesis({ port: 0, root, streams: ["ticks", "enriched", "orders"] });
  const close = async () => {
    await kinesis.close();
    await rm(root, { recursive: true, force: true });
  };
  return { settings: { AWS_ENDPOINT_URL_KINESIS: kinesis.url }, close };
}

/** A bucket of its own on a store that others use too. */
async function bucketOn(endpoint: string): Promise<Part> {
  const bucket = `equipoise-${randomUUID()}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  await s3Objects({ bucket, endpoint, credentials }).ensureBucket();
  return { settings: { AWS_ENDPOINT_URL_S3: endpoint, BUCKET: bucket }, close: async () => {} };
}

async function embeddedRedis(): Promise<Part> {
  const { url, close } = await startRedis({ port: 0 });
  return { settings: { UPSTASH_REDIS_REST_URL: url }, close };
}

async function emptyRedis(url: string): Promise<Part> {
  const headers = { authorization: `Bearer ${LOCAL_TOKEN}` };
  const answer = await fetch(url, { method: "POST", headers, body: '["FLUSHALL"]' });
  if (!answer.ok) throw new Error(`Redis was not emptied: ${await answer.text()}`);
  return { settings: { UPSTASH_REDIS_REST_URL: url }, close: async () => {} };
}

const NOBODY: Part = {
  settings: { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9" },
  close: async () => {},
};

/** @param isCached whether a Redis stands there; without, its port is one where nobody listens */
export async function startServers(isCached: boolean): Promise<Part> {
  const { s3Url, redisUrl } = inject("servers") ?? {};
  const s3 = await (s3Url === undefined ? embeddedS3() : bucketOn(s3Url));
  const cached = () => (redisUrl === undefined ? embeddedRedis() : emptyRedis(redisUrl));
  const redis = isCached ? await cached() : NOBODY;
  const logs = await embeddedLogs();
  return {
    settings: { ...s3.settings, ...redis.settings, ...logs.settings },
    close: async () => {
      await logs.close();
      await redis.close();
      await s3.close();
    },
  };
}
