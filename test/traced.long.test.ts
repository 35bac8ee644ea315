/** A function's bundle, run as Lambda runs it: what it writes to its log and sends to X-Ray's daemon. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { esbuild } from "../bundle.js";
import { type RedisServer, startRedis } from "../localstack/embedded/redis/server.ts";
import { daemon, onLambda, PARENT, traceHeader, traceOf } from "./edge/daemon.ts";
import { embeddedS3 } from "./jobs/stream/embedded-objects.ts";

const folder = mkdtempSync(join(tmpdir(), "traced-"));
const bundle = join(folder, "health.mjs");
const s3 = embeddedS3();
let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis({ port: 0 });
  const entryPoints = ["functions/system/health.ts"];
  await build({ ...esbuild, entryPoints, outfile: bundle, logLevel: "error" });
}, 60_000);

afterAll(async () => {
  await redis.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Invokes the handler once for each trace, and last tells whether X-Ray's SDK was evaluated. */
const RUNTIME = `
  const [bundle, ...traces] = process.argv.slice(1);
  const { handler } = await import(bundle);
  const event = { routeKey: "GET /api/v1/health", rawPath: "/api/v1/health", headers: {} };
  for (const [at, trace] of traces.entries()) {
    process.env._X_AMZN_TRACE_ID = trace;
    const context = { functionName: "equipoise-prod-health", awsRequestId: "request-" + at };
    const { statusCode } = await handler(event, context);
    if (statusCode !== 200) throw new Error("answered " + statusCode);
    await new Promise((frozen) => setTimeout(frozen, 50));
  }
  console.log(JSON.stringify({ isEvaluated: "namespaces" in process }));`;

/** What the function writes to its log, and what is sent to the daemon. */
async function run(areSampled: readonly boolean[], settings = {}) {
  const xray = await daemon();
  const traces = areSampled.map((isSampled, at) => traceHeader(at, isSampled));
  const env = {
    ...onLambda(xray.address),
    ACCESS: "open",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_S3: s3().url,
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: "local",
    ...settings,
  };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", RUNTIME, "--", bundle, ...traces],
    { cwd: folder, env },
  );
  const told = await xray.taken();
  await xray.close();
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { told, stderr, lines: lines.slice(0, -1), isEvaluated: lines.at(-1).isEvaluated };
}

it("sends the subsegments of each sampled invocation, and its log names their trace", async () => {
  const { told, lines, stderr } = await run([true, true, false, true]);
  expect(stderr).toBe("");
  const invocations = told.filter(({ name }) => name.startsWith("##"));
  expect(invocations).toMatchObject(
    [0, 1, 3].map((at) => ({
      trace_id: traceOf(at),
      parent_id: PARENT,
      name: "## equipoise-prod-health",
      annotations: {
        Service: "equipoise",
        RequestId: `request-${at}`,
        Route: "GET /api/v1/health",
        ColdStart: at === 0,
      },
    })),
  );
  for (const { id, trace_id: trace } of invocations) {
    const calls = told.filter(({ parent_id }) => parent_id === id);
    expect(calls.every(({ trace_id }) => trace_id === trace)).toBe(true);
    expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(["S3", "Redis"]));
  }
  expect(lines.filter(({ message }) => message === "request")).toMatchObject(
    [0, 1, 2, 3].map((at) => ({
      level: "INFO",
      service: "equipoise",
      function_name: "equipoise-prod-health",
      function_request_id: `request-${at}`,
      cold_start: at === 0,
      xray_trace_id: traceOf(at),
    })),
  );
});

it("evaluates nothing and sends nothing where no invocation is sampled, or traces are switched off", async () => {
  expect(await run([false, false])).toMatchObject({ told: [], isEvaluated: false });
  const off = await run([true], { POWERTOOLS_TRACE_ENABLED: "false" });
  expect(off).toMatchObject({ told: [], isEvaluated: false });
  const local = await run([true], { STAGE: "local" });
  expect(local).toMatchObject({ told: [], isEvaluated: false });
});

it("answers without a daemon, and without an address that could be one's", async () => {
  const away = await run([true, true], { AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:9" });
  expect(away).toMatchObject({ told: [], isEvaluated: true, stderr: "" });
  const wrong = await run([true], { AWS_XRAY_DAEMON_ADDRESS: "nowhere" });
  expect(wrong.lines.filter(({ level }) => level === "WARN")).toMatchObject([
    { message: "no traces" },
  ]);
});
