/**
 * The service as a client sees it, without a gateway: routes of serverless.yml, functions as deployed, S3 and Redis
 * embedded. The market is small, with a halt, a rename, a delisting, a session nobody captured and hostile names.
 */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Context } from "aws-lambda";
import { afterAll, beforeAll, expect } from "vitest";
import type { Reply } from "../../lib/edge/reply.ts";
import type { SecurityRecord } from "../../lib/ports.ts";
import { event } from "../edge/call.ts";
import { source } from "../jobs/home.ts";
import { type RandomMarket, randomMarket } from "../jobs/random-market.ts";
import type { Judge } from "../openapi/contract.ts";
import { wiredFunctions } from "../serverless.ts";
import { startServers } from "./servers.ts";
import { streamed } from "./streamed.ts";

/** 2024-01-17 was a session, and nobody captured it. */
export const MISSING = "2024-01-17";

const record = (ticker: string, name: string): SecurityRecord => ({
  ticker,
  validFrom: 20200101,
  validTo: 99991231,
  exchange: "NYSE",
  name,
  country: "United States",
  securityType: "common",
  issuer: null,
  primaryLine: null,
});

const random = randomMarket(21, 20231218, 20240131, { names: 8, missing: [20240117] });

export const MARKET: RandomMarket = {
  ...random,
  securities: [
    record("NA", "Plain Inc."),
    record("NG", '=HYPERLINK("http://example.com","A")'),
    record("NB", "@SUM(1+1)"),
    record("NC", "Old & <Sons>"),
    record("NCX", "New & <Sons>"),
  ],
};

export type Answer = Readonly<{
  /** "GET /indices/{id}" */
  route: string;
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** The parsed body. */
  body: Readonly<Record<string, unknown>>;
}>;

export type Sent = Readonly<{
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  text?: string;
}>;

export type Service = Readonly<{
  /** `target` is "GET /indices/top5-ew?format=csv". */
  request: (target: string, sent?: Sent) => Promise<Answer>;
}>;

const routes = wiredFunctions().flatMap(({ file, routes: patterns }) =>
  patterns
    .filter((route) => route !== "$default")
    .map((route) => {
      const [method = "", pattern = ""] = route.split(" ");
      const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      const form = new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, "([^/]*)")}$`);
      return { file, route, method, form, names };
    }),
);

type World = typeof import("../../lib/world.ts").world;

type Options = Readonly<{
  /** Whether a Redis stands behind it; without, its port is one where nobody listens. */
  isCached?: boolean;
  settings?: Readonly<Record<string, string>>;
  /** What puts a market into the empty store. */
  load?: (world: World) => Promise<unknown>;
}>;

/** The market of this file. */
async function smallMarket(world: World): Promise<void> {
  const { ingest } = await import("../../lib/jobs/ingest.ts");
  const files = [{ name: "market.csv", rows: MARKET.rows }];
  await ingest(world, {
    source: source({ ...MARKET, files }),
    minDays: 1,
    isStrict: false,
    jobId: "market",
  });
  await streamed(world, "NA");
}

/** The text of an answer in whatever encoding it came. */
function unpacked({ body, headers, isBase64Encoded }: Reply): string {
  if (!isBase64Encoded) return body;
  const bytes = Buffer.from(body, "base64");
  const isBrotli = headers["content-encoding"] === "br";
  return (isBrotli ? brotliDecompressSync(bytes) : gunzipSync(bytes)).toString();
}

let judging: Promise<Judge> | undefined;

/** What of an answer the API document does not say: no function may answer off its schema, whatever it is asked. */
async function undescribed(answer: Answer): Promise<string[]> {
  judging ??= import("../openapi/contract.ts").then(async ({ documentServed, judge }) =>
    judge(await documentServed()),
  );
  return (await judging)(answer.route, answer);
}

export function service(options: Options = {}): Service {
  const { isCached = true, settings = {}, load = smallMarket } = options;
  let servers: Awaited<ReturnType<typeof startServers>>;

  const once: Service["request"] = async (target, sent = {}) => {
    const [method, url = ""] = target.split(/ (.*)/);
    const [path = ""] = url.split("?");
    const found = routes.find((one) => one.method === method && one.form.test(path));
    if (!found) throw new Error(`no route takes "${target}"`);
    const values = found.form.exec(path)!.slice(1);
    const pathParameters = Object.fromEntries(
      found.names.map((name, i) => [name, decodeURIComponent(values[i]!)]),
    );
    const body = sent.text ?? (sent.json === undefined ? undefined : JSON.stringify(sent.json));
    const given = event(target, {
      headers: sent.headers ?? {},
      pathParameters,
      routeKey: found.route,
      ...(body !== undefined && { body }),
    });
    const { handler } = await import(/* @vite-ignore */ resolve(found.file));
    const answer = (await handler(given, { awsRequestId: randomUUID() } as Context)) as Reply;
    const { statusCode: status, headers } = answer;
    const text = unpacked(answer);
    const isJson = /json/.test(headers["content-type"] ?? "");
    const told = {
      route: found.route,
      status,
      headers,
      text,
      body: isJson ? JSON.parse(text) : {},
    };
    expect(await undescribed(told), `${target.slice(0, 200)}: ${text.slice(0, 300)}`).toEqual([]);
    return told;
  };

  /** On a busy machine even a Redis that is well may be late: then as `Retry-After` says, a few times. */
  const request: Service["request"] = async (target, sent) => {
    for (let tries = 1; ; tries++) {
      const answer = await once(target, sent);
      if (!isCached || tries > 3 || answer.body.dependency !== "redis") return answer;
      await sleep(2_100);
    }
  };

  beforeAll(async () => {
    servers = await startServers(isCached);
    Object.assign(process.env, { LOG_LEVEL: "silent", ...servers.settings, ...settings });
    const { world } = await import("../../lib/world.ts");
    await load(world);
  }, 60_000);
  afterAll(() => servers.close());
  return { request };
}
