import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startKinesis } from "../../localstack/embedded/kinesis/server.ts";
import { probeRedis, probeS3 } from "../../localstack/embedded/probe.ts";
import LocalStackPlugin from "../../localstack/plugin.ts";
import { startLocal } from "../../localstack/start.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "plugin-"));
});
afterEach(() => rmSync(home, { recursive: true }));

const settings = () => ({
  EQUIPOISE_HOME: home,
  S3_PORT: "0",
  REDIS_PORT: "0",
  FIRST_MARKET: "none",
});
const silent = () => {};
/** What the environment of whoever runs the tests must not bring along. */
const ENDPOINTS = [
  "AWS_ENDPOINT_URL_S3",
  "AWS_ENDPOINT_URL_KINESIS",
  "UPSTASH_REDIS_REST_URL",
  "STAGE",
];

describe("local start", () => {
  it("writes the addresses it found into the environment", async () => {
    const environment: Record<string, string> = { ...settings(), UPSTASH_REDIS_REST_TOKEN: "mine" };
    const stack = await startLocal(environment, silent);
    expect(environment).toEqual({
      ...settings(),
      AWS_ENDPOINT_URL_S3: stack?.s3.url,
      AWS_ENDPOINT_URL_KINESIS: stack?.s3.url,
      UPSTASH_REDIS_REST_URL: stack?.redis.url,
      UPSTASH_REDIS_REST_TOKEN: "mine",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    expect(await probeRedis(environment.UPSTASH_REDIS_REST_URL ?? "", "mine")).toEqual({
      state: "running",
    });
    await stack?.close();
  });

  it("makes the streams under the names that are set, and none where Kafka is the log", async () => {
    const lines: string[] = [];
    const start = async (environment: Record<string, string>) => {
      const stack = await startLocal({ ...settings(), ...environment }, (line) => lines.push(line));
      await stack?.close();
    };
    await start({ TICKS_STREAM: "raw", ENRICHED_STREAM: "made", ORDERS_STREAM: "asked" });
    expect(lines.splice(0)[2]).toMatch(/^Log .*\(embedded: raw, made, asked\)$/);
    await start({ EVENT_LOG: "kafka" });
    expect(lines).toHaveLength(2);
  });

  it("takes another Kinesis where one is set", async () => {
    const other = await startKinesis({ port: 0, root: join(home, "other") });
    const environment = { ...settings(), AWS_ENDPOINT_URL_KINESIS: other.url };
    const stack = await startLocal(environment, silent);
    expect(environment.AWS_ENDPOINT_URL_KINESIS).toBe(other.url);
    expect(stack?.kinesis).toEqual({ url: other.url, embedded: false, hasStreams: true });
    await stack?.close();
    await other.close();
  });

  it("leaves credentials that are set as they are", async () => {
    const own = { AWS_ACCESS_KEY_ID: "mine", AWS_SECRET_ACCESS_KEY: "secret" };
    const environment = { ...settings(), ...own };
    const stack = await startLocal(environment, silent);
    expect(environment).toMatchObject(own);
    await stack?.close();
  });

  it("starts nothing in another stage", async () => {
    const environment = { ...settings(), STAGE: "prod" };
    expect(await startLocal(environment, silent)).toBeUndefined();
    expect(environment).toEqual({ ...settings(), STAGE: "prod" });
    expect(readdirSync(home)).toEqual([]);
  });
});

describe("plugin", () => {
  it("says in the framework's own error what stands in the way", async () => {
    const foreign = createServer((_, response) => {
      response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(foreign, "listening");
    const { port } = foreign.address() as AddressInfo;
    for (const [name, value] of Object.entries({ ...settings(), S3_PORT: String(port) })) {
      vi.stubEnv(name, value);
    }
    for (const name of ENDPOINTS) vi.stubEnv(name, undefined);
    class PlainError extends Error {
      readonly code: string;
      constructor(message: string, code: string) {
        super(message);
        this.code = code;
      }
    }
    const { hooks } = new LocalStackPlugin({ classes: { Error: PlainError } }, {});
    const failure = await hooks["before:offline:start:init"]?.().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PlainError);
    expect(failure).toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining("S3_PORT"),
    });
    foreign.close();
    vi.unstubAllEnvs();
  });

  it("has everything running before offline starts, once, and nothing after it ended", async () => {
    for (const [name, value] of Object.entries(settings())) vi.stubEnv(name, value);
    for (const name of ENDPOINTS) vi.stubEnv(name, undefined);
    const lines: string[] = [];
    const log = { notice: (line: string) => lines.push(line) };
    const { hooks } = new LocalStackPlugin({}, {}, { log });
    await hooks["before:offline:start"]?.();
    await hooks["before:offline:start:init"]?.();
    const url = process.env.AWS_ENDPOINT_URL_S3 ?? "";
    expect(await probeS3(url)).toEqual({ state: "running" });
    expect(lines).toEqual([
      `S3     ${url} (embedded)`,
      `Redis  ${process.env.UPSTASH_REDIS_REST_URL} (embedded)`,
      `Log    ${url} (embedded: ticks, enriched, orders)`,
    ]);
    await hooks["before:offline:start:end"]?.();
    // A connection of the probe before may still be on its way to being closed.
    await expect.poll(() => probeS3(url)).toEqual({ state: "absent" });
    vi.unstubAllEnvs();
  });
});
