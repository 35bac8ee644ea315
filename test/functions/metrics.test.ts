// GET /metrics after everything that is counted has happened once.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { imageStore } from "../../lib/edge/images.ts";
import { kinesisLog } from "../../lib/edge/kinesis.ts";
import { exposition } from "../../lib/edge/metrics/text.ts";
import { vendorFetch } from "../../lib/edge/metrics/vendor-fetch.ts";
import { redisCache } from "../../lib/edge/redis.ts";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { s3Objects } from "../../lib/edge/s3.ts";
import { slackSink } from "../../lib/edge/slack.ts";
import { streaming } from "../../lib/edge/streaming.ts";
import { connectionPosts } from "../../lib/edge/websocket.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { livePush } from "../../lib/jobs/live/push.ts";
import { lagDays } from "../../lib/jobs/metrics.ts";
import { alerting } from "../../lib/jobs/stream/alert.ts";
import { train } from "../../lib/jobs/stream/train.ts";
import { METRICS, type MetricName } from "../../lib/metrics.ts";
import type { Objects } from "../../lib/ports.ts";
import { isoDay } from "../../lib/time.ts";
import { gateway } from "../edge/gateway.ts";
import { kinesisEvent } from "../edge/stream-events.ts";
import { trade, updates } from "../live/updates.ts";
import { moveFeedFigures } from "./feed-figures.ts";
import { moveOrderFigures } from "./order-figures.ts";
import { MARKET, service } from "./service.ts";
import { moveStreamFigures, STREAM_FIGURES } from "./stream-figures.ts";

const { request } = service({ settings: { ACCESS: "keys" } });
type World = typeof import("../../lib/world.ts").world;
const LAST = isoDay(MARKET.sessions.at(-1)!);
const NOBODY = "http://127.0.0.1:9";
let key: string;

const headers = () => ({ "x-api-key": key });
const scraped = async () => (await request("GET /metrics", { headers: headers() })).text;

/** An image store of another process over the same objects, with a fault in them. */
async function otherStore(fault: (objects: Objects) => Partial<Objects>) {
  const { world } = await import("../../lib/world.ts");
  return imageStore({
    objects: { ...world.objects, ...fault(world.objects) },
    writer: "other",
    nowMs: Date.now,
    random: () => 0,
    uuid: () => crypto.randomUUID(),
    sleep: async () => {},
  });
}

const parts = ({ objects, instruments, nowMs }: World) => ({ objects, instruments, nowMs });

async function connects(): Promise<void> {
  const { handler } = await import("../../functions/live/connect.ts");
  const requestContext = { connectionId: "a", eventType: "CONNECT" } as const;
  const opened = await handler({ headers: headers(), requestContext });
  expect(opened.statusCode, opened.body).toBe(200);
}

/** Computed again each time, so that it is noted again where Redis was away. */
async function measuresRisk(): Promise<void> {
  const { status, text } = await request("GET /api/v1/risk/metrics/mine", {
    headers: { ...headers(), "cache-control": "no-cache" },
  });
  expect(status, text).toBe(200);
}

async function opensCircuit(): Promise<void> {
  const { ask, redis: client } = redisConnection({ url: NOBODY, token: "x" });
  for (let at = 0; at < 5; at++) await ask(() => client.ping());
}

/**
 * What is a state and no count may be over when somebody looks: on a busy machine the service's own Redis is given up for
 * a moment, which loses the connection and, when it is back, closes the circuit of the same name.
 */
const STATES: Readonly<Partial<Record<MetricName, () => Promise<void>>>> = {
  active_websocket_connections: connects,
  qf_breaker_open: opensCircuit,
  qf_var_value: measuresRisk,
  qf_es_value: measuresRisk,
};

/** Everything the service counts, by what moves it. */
const ACTS: Readonly<Record<string, () => Promise<unknown>>> = {
  "requests, their time and cache": async () => {
    const target = "GET /index-performance?index=top5-ew";
    const [{ headers: found }] = await Promise.all([
      request(target, { headers: headers() }),
      request(target, { headers: headers() }),
    ]);
    await request(target, { headers: headers() });
    await request(target, { headers: { ...headers(), "if-none-match": found.etag! } });
    // Unhurried, as a busy machine may need longer than a request would wait.
    const cache = redisCache({
      url: process.env.UPSTASH_REDIS_REST_URL!,
      token: "local",
      deadlineMs: 5000,
    });
    await cache.set("any", "value", 10);
    expect(await cache.get("any")).toBe("value");
    expect(await cache.get("other")).toBeUndefined();
  },
  "a refusal": () => request("GET /indices"),
  "a live connection": () => connects(),
  "feeds of the stream": async () =>
    moveFeedFigures((await import("../../lib/world.ts")).world.instruments),
  "frames of a stream": async () =>
    moveStreamFigures((await import("../../lib/world.ts")).world.instruments),
  "orders and trades": () => moveOrderFigures(),
  "a batch of a stream": () =>
    streaming(async () => ({}))(kinesisEvent([{ arrivalMs: Date.now() - 1500 }])),
  "a batch told to live connections": async () => {
    const { world } = await import("../../lib/world.ts");
    const gate = await gateway();
    gate.open.add("a");
    // The subscriptions are given: this is not about the Redis they lie in.
    const one = { id: "a", keyId: null, connectedMs: Date.now(), topics: ["trades A"] };
    const all = async () => [one];
    const posts = connectionPosts({ endpoint: gate.url, nowMs: Date.now });
    const { instruments, nowMs } = world;
    const subscriptions = { all, remove: async () => {} };
    const live = livePush({ subscriptions, posts, keys: undefined, instruments, nowMs });
    expect((await live.push(updates({ trades: [trade("A", 1)] }))).frames).toBe(1);
    await gate.close();
  },
  "an image from the store": async () => {
    const store = await otherStore(() => ({}));
    const snapshot = await store.snapshot("market");
    await snapshot.open("reference");
    snapshot.release();
    store.close();
  },
  "a damaged image": async () => {
    const store = await otherStore(({ get }) => ({
      get: async (name) => {
        const found = await get(name);
        return found && name.endsWith(".zst") ? { ...found, body: Buffer.from("x") } : found;
      },
    }));
    const snapshot = await store.snapshot("market");
    await expect(snapshot.open("reference")).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    snapshot.release();
  },
  "a training": async () => {
    const { world } = await import("../../lib/world.ts");
    const market = {
      barsOf: async () => [],
      symbols: async () => [{ symbol: "AAPL", trades: 1 }],
    };
    await train({ ...parts(world), market }, { budgetMs: 1000 });
  },
  "an alert": async () => {
    const { world } = await import("../../lib/world.ts");
    const sinks = [slackSink({ url: NOBODY, sleep: async () => {} })];
    const tell = alerting({ ...parts(world), cache: world.cache, sinks }, { least: "high" });
    const { Records } = JSON.parse(readFileSync("events/stream/alert.json", "utf8"));
    const { sequenceNumber: seq, partitionKey: sample, data } = Records[0].kinesis;
    const record = { seq, key: sample, bytes: Buffer.from(data, "base64"), arrivalMs: 0 };
    await tell({ log: "enriched", shard: "0", records: [record] });
  },
  "a writer who was faster": async () => {
    let isFirst = true;
    const store = await otherStore(({ put }) => ({
      put: async (name, body, options) => {
        if (!name.endsWith("manifest.json") || !isFirst) return put(name, body, options);
        isFirst = false;
        return { outcome: "precondition_failed" };
      },
    }));
    await store.commit("index", { id: "conflict", note: "conflict" }, async (draft) => {
      draft.drop(Object.keys(draft.parts()).at(-1)!);
    });
    store.close();
  },
  "the risk of a portfolio": async () => {
    const positions = [{ kind: "stock", symbol: "NA", quantity: 1 }];
    const made = await request("POST /api/v1/risk/portfolios", {
      headers: headers(),
      json: { id: "mine", positions },
    });
    expect(made.status, made.text).toBe(201);
    await measuresRisk();
    const refused = { instruments: [{ kind: "stock", symbol: "NA" }], objective: "delta_gamma" };
    const hedge = "POST /api/v1/risk/hedge/mine";
    expect((await request(hedge, { headers: headers(), json: refused })).status).toBe(422);
    const stress = "POST /api/v1/risk/stress/mine";
    expect((await request(stress, { headers: headers(), json: {} })).status).toBe(200);
  },
  "a store, an event log, a Redis and a vendor that are away": async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const objects = s3Objects({ endpoint: NOBODY, bucket: "none", credentials });
    await expect(objects.ping()).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    const streams = { ticks: "ticks" };
    const eventLog = kinesisLog({ region: "us-east-1", endpoint: NOBODY, credentials, streams });
    await expect(
      eventLog.append("ticks", [{ key: "a", bytes: new Uint8Array(1) }]),
    ).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    await opensCircuit();
    const asked = vendorFetch(async () => new Response("", { status: 503 }))(NOBODY);
    expect((await asked).status).toBe(503);
    await expect(vendorFetch(fetch)(NOBODY)).rejects.toThrow();
    const posts = connectionPosts({ endpoint: NOBODY, nowMs: Date.now });
    await expect(posts.post("a", "text")).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
  },
};

beforeAll(async () => {
  const { world } = await import("../../lib/world.ts");
  const limit = { ratePerSecond: 1, burst: 3600, quotaPerDay: null };
  const wanted = {
    name: "all",
    scopes: ["read", "build", "trade"] as const,
    expiresMs: null,
    limit,
  };
  key = (await createKey(world, wanted)).key;
  const json = { start_date: LAST, index: "top5-ew" };
  const built = await request("POST /build-index", { headers: headers(), json });
  expect(built.status, built.text).toBe(200);
  for (const act of Object.values(ACTS)) await act();
});

describe("GET /metrics", () => {
  it("is Prometheus's text, and asks for the scope that reads", async () => {
    expect((await request("GET /metrics")).status).toBe(401);
    const answer = await request("GET /metrics", { headers: headers() });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
        "cache-control": "no-store",
      },
    });
    const sample =
      /^[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"(,[a-z]+="(?:[^"\\\n]|\\.)*")*\})? -?[\d.e+-]+$/;
    for (const line of answer.text.trimEnd().split("\n"))
      if (!line.startsWith("# ")) expect(line).toMatch(sample);
  });

  it.each(Object.keys(METRICS) as MetricName[])("%s moves", async (name) => {
    const suffix = (METRICS[name].type as string) === "histogram" ? "_count" : "";
    const form = new RegExp(`^${name}${suffix}(?:\\{.*\\})? ([\\d.e+]+)$`, "gm");
    const largest = async () => {
      await STATES[name]?.();
      return Math.max(...[...(await scraped()).matchAll(form)].map(([, value]) => Number(value)));
    };
    // On a busy machine Redis may be given up for a moment, and then one figure says so.
    await expect.poll(largest, { timeout: 10_000 }).toBeGreaterThan(0);
  });

  it("tells each kind of event by its labels", async () => {
    const text = await scraped();
    for (const sample of [
      'qf_api_requests_total{route="/build-index",method="POST",status="200"}',
      'qf_api_requests_total{route="/indices",method="GET",status="401"}',
      'qf_access_refusals_total{code="UNAUTHORIZED"}',
      'qf_cache_lookups_total{level="client",outcome="hit"}',
      'qf_cache_lookups_total{level="memory",outcome="hit"}',
      'qf_cache_lookups_total{level="redis",outcome="hit"}',
      'qf_dependency_failures_total{part="s3"}',
      'qf_dependency_failures_total{part="redis"}',
      'qf_dependency_failures_total{part="kinesis"}',
      'qf_dependency_failures_total{part="vendor"}',
      'qf_dependency_failures_total{part="websocket"}',
      'qf_live_events_total{event="connect",outcome="ok"}',
      'stream_iterator_age_seconds{log="ticks",shard="shardId-000000000000"}',
      'qf_live_pushes_total{outcome="sent"}',
      'feed_ticks_total{feed="test",result="stored"}',
      'feed_spill_bytes_total{feed="test",event="read"}',
      'feed_gaps_total{feed="fmp"}',
      'qf_breaker_opened_total{part="redis"}',
      'qf_image_bytes_total{event="opened"}',
      'qf_image_bytes_total{event="read"}',
      'qf_image_bytes_total{event="refused"}',
      'qf_images_refused_total{dataset="market"}',
      'qf_commits_total{dataset="index"}',
      'qf_commit_conflicts_total{dataset="index"}',
      'qf_index_builds_total{outcome="committed"}',
      'qf_ingestions_total{outcome="committed"}',
      'qf_ingest_rows_total{result="accepted"}',
      'qf_model_trainings_total{outcome="too_few_bars"}',
      'qf_alerts_total{sink="slack",outcome="failed"}',
      'qf_risk_calculations_total{kind="metrics",outcome="done"}',
      'qf_risk_calculations_total{kind="hedge",outcome="refused"}',
      'qf_risk_calculations_total{kind="stress",outcome="done"}',
      'qf_commits_total{dataset="risk"}',
    ])
      expect(Number(text.split(`\n${sample} `)[1]?.split("\n")[0]), sample).toBeGreaterThan(0);
  });

  it("tells what the stream did, to the tick", async () => {
    // Of this process alone: where Redis falls silent in the middle of an addition, the shared ones may count it twice.
    const { instruments } = await import("../../lib/edge/metrics/meter.ts");
    const lines = exposition(instruments.series(), instruments.gauges()).split("\n");
    const told = Object.keys(STREAM_FIGURES).map((sample) => [
      sample,
      Number(lines.find((line) => line.startsWith(`${sample} `))?.split(" ")[1]),
    ]);
    expect(Object.fromEntries(told)).toEqual(STREAM_FIGURES);
    const [, rate] = /^messages_per_second\{[^}]*\} (\S+)$/m.exec(await scraped()) ?? [];
    // Four ticks in a second, or in as long as the batch took on a busy machine.
    expect(Number(rate)).toBeGreaterThan(0);
    expect(Number(rate)).toBeLessThanOrEqual(4);
  });

  it("holds no path and nothing a caller wrote", async () => {
    await request("GET /indices/some-secret-index", { headers: headers() });
    const text = await scraped();
    expect(text).toContain('route="/indices/{id}"');
    expect(text).not.toContain("some-secret-index");
  });
});

describe("the lag of the market", () => {
  it.each([
    ["2024-12-31", "2025-01-02T12:00:00Z", 0],
    ["2024-12-31", "2025-01-03T12:00:00Z", 2],
    ["2024-12-20", "2024-12-24T12:00:00Z", 3],
    ["2025-01-02", "2024-12-24T12:00:00Z", 0],
  ])("of one that ends on %s is, at %s, %i days", (last, now, days) => {
    expect(lagDays(last, Date.parse(now))).toBe(days);
  });
});
