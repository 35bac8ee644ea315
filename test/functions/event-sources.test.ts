// The plugin of serverless: what the logs of the local stack hold reaches the functions that serverless.yml names.
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { kinesisLog } from "../../lib/edge/kinesis.ts";
import { probeS3 } from "../../localstack/embedded/probe.ts";
import { type Event, textsOf } from "../localstack/event-sources/harness.ts";

let home = "";
let lambda: Server;
const invocations: [path: string | undefined, texts: readonly string[]][] = [];

beforeEach(async () => {
  // The world reads its settings once, and each test has others.
  vi.resetModules();
  home = mkdtempSync(join(tmpdir(), "plugin-events-"));
  const settings = { EQUIPOISE_HOME: home, S3_PORT: "0", REDIS_PORT: "0", FIRST_MARKET: "none" };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  for (const name of [
    "AWS_ENDPOINT_URL_KINESIS",
    "AWS_ENDPOINT_URL_S3",
    "UPSTASH_REDIS_REST_URL",
    "STAGE",
  ])
    vi.stubEnv(name, undefined);
  invocations.length = 0;
  lambda = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    if (body !== "") invocations.push([request.url, textsOf(JSON.parse(body) as Event)]);
    response.end("{}");
  }).listen(0, "localhost");
  await once(lambda, "listening");
});

afterEach(() => {
  lambda.closeAllConnections();
  lambda.close();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

async function plugin(event: Readonly<Record<string, unknown>>) {
  const service = {
    provider: { region: "us-east-1" },
    custom: { "serverless-offline": { lambdaPort: 9 } },
    functions: { tick: { name: "equipoise-local-tick", events: [event] } },
    resources: {},
  };
  const lines: string[] = [];
  class PlainError extends Error {}
  const { default: LocalStackPlugin } = await import("../../localstack/plugin.ts");
  const { hooks } = new LocalStackPlugin(
    { service, classes: { Error: PlainError } },
    { host: "localhost", lambdaPort: (lambda.address() as AddressInfo).port },
    { log: { notice: (line: string) => lines.push(line) } },
  );
  return { hooks, lines, PlainError };
}

const put = (text: string) =>
  kinesisLog({
    region: "us-east-1",
    endpoint: process.env.AWS_ENDPOINT_URL_KINESIS ?? process.env.AWS_ENDPOINT_URL_S3 ?? "",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    streams: { ticks: "ticks" },
  }).append("ticks", [{ key: "lane", bytes: Buffer.from(text) }]);

const ARN = { "Fn::GetAtt": ["TicksStream", "Arn"] };

describe("the plugin", () => {
  it("invokes the functions of stream events until it ends, and keeps where it was", async () => {
    const { hooks, lines } = await plugin({ stream: { type: "kinesis", arn: ARN } });
    await hooks["before:offline:start:init"]?.();
    await put("tick");
    const path = "/2015-03-31/functions/equipoise-local-tick/invocations";
    await vi.waitFor(() => expect(invocations).toEqual([[path, ["tick"]]]), 5_000);
    expect(lines).toContain("tick.ticks: reads shardId-000000000000");
    await hooks["before:offline:start:end"]?.();
    const text = readFileSync(join(home, "event-sources", "tick.ticks.json"), "utf8");
    expect(JSON.parse(text)).toEqual({
      shards: { "shardId-000000000000": { after: expect.stringMatching(/^\d{56}$/) } },
    });
  });

  it("reads nothing for an event that is not enabled", async () => {
    const { hooks } = await plugin({ stream: { arn: ARN, enabled: false } });
    await hooks["before:offline:start:init"]?.();
    expect(existsSync(join(home, "event-sources"))).toBe(false);
    await hooks["before:offline:start:end"]?.();
  });

  it("waits for a Kafka that is not there, where a function reads one", async () => {
    vi.stubEnv("KAFKA_BROKERS", "127.0.0.1:9");
    const { hooks, lines } = await plugin({ msk: { arn: { Ref: "A" }, topic: "market.raw" } });
    await hooks["before:offline:start:init"]?.();
    const told = "tick.market.raw: its log cannot be reached, trying on";
    await vi.waitFor(() => expect(lines.join()).toContain(told), 15_000);
    await hooks["before:offline:start:end"]?.();
  });

  it("says in the framework's own error what it cannot run, and leaves nothing listening", async () => {
    const { hooks, lines, PlainError } = await plugin({
      stream: { arn: ARN, filterPatterns: [{ data: {} }] },
    });
    const failure = await hooks["before:offline:start:init"]?.().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PlainError);
    expect((failure as Error).message).toContain("filterPatterns are not emulated");
    const [, url = ""] = /^S3 +(\S+)/.exec(lines[0] ?? "") ?? [];
    expect(await probeS3(url)).toEqual({ state: "absent" });
  });
});
