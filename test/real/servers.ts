/** Gives the tests of functions a real redis-server behind the REST front and the S3 that S3_TEST_ENDPOINT names. */
import type { TestProject } from "vitest/node";
import { startRedis } from "../../localstack/embedded/redis/server.ts";
import type { RealServers } from "../functions/servers.ts";
import { NO_REDIS_SERVER, startRealRedis } from "./redis-server.ts";

const running: (() => Promise<void>)[] = [];

export async function setup({ provide }: TestProject): Promise<void> {
  const { S3_TEST_ENDPOINT: s3Url, S3_TEST_STORE: store } = process.env;
  const s3: RealServers = s3Url === undefined ? {} : { s3Url, isMoto: store === "moto" };
  console.info(`functions on ${s3Url ?? "the embedded S3: S3_TEST_ENDPOINT is not set"}`);
  if (NO_REDIS_SERVER) {
    console.info(`functions on the embedded Redis: ${NO_REDIS_SERVER}`);
    provide("servers", s3);
    return;
  }
  const real = await startRealRedis();
  const front = await startRedis({ port: 0, proxy: real });
  running.push(front.close, real.stop);
  console.info(`functions on Redis ${real.version}`);
  provide("servers", { ...s3, redisUrl: front.url });
}

export async function teardown(): Promise<void> {
  for (const stop of running.splice(0)) await stop();
}
