// The function behind the log `enriched`, as a mapping invokes it: settings, Redis, S3 and a receiver are real.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startRedis } from "../../localstack/embedded/redis/server.ts";
import { alertReceiver, type Receiver } from "../edge/alert-receiver.ts";
import { embeddedWorld } from "./embedded.ts";

embeddedWorld();

let slack: Receiver;
let webhook: Receiver;
let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  [slack, webhook, redis] = await Promise.all([
    alertReceiver(),
    alertReceiver(),
    startRedis({ port: 0 }),
  ]);
  Object.assign(process.env, {
    UPSTASH_REDIS_REST_URL: redis.url,
    SLACK_WEBHOOK_URL: slack.url,
    ALERT_WEBHOOK_URL: webhook.url,
    ALERT_WEBHOOK_SECRET: "sixteen letters.",
  });
});
afterAll(async () => {
  await Promise.all([slack.close(), webhook.close(), redis.close()]);
});

const sample = () => JSON.parse(readFileSync("events/stream/alert.json", "utf8"));

it("tells both, keeps what one does not take, and says that the batch is done", async () => {
  const { handler } = await import("../../functions/stream/alert.ts");
  webhook.plays([410]);
  const invoked = () => handler(sample(), { awsRequestId: "sample" });
  expect(await invoked()).toEqual({ batchItemFailures: [] });
  expect(await invoked()).toEqual({ batchItemFailures: [] });
  expect([slack.got.length, webhook.got.length]).toEqual([1, 1]);
  expect(JSON.parse(slack.taken[0]!).text).toBe(
    "AAPL: close 7.2 % above the mean of the 20 bars before (1min, high)",
  );
  expect(webhook.got[0]!.headers["x-equipoise-signature"]).toMatch(/^v1=[0-9a-f]{64}$/);
  const { world } = await import("../../lib/world.ts");
  const [{ key } = { key: "" }, ...others] = await world.objects.list("alerts/");
  expect(others).toEqual([]);
  expect(key).toMatch(/^alerts\/dead\/2024-01-03\/[0-9a-f]{32}\.json$/);
  const letter = (await world.objects.get(key))!.body.toString();
  expect(JSON.parse(letter)).toMatchObject({
    alert: { symbol: "AAPL", severity: "high" },
    failed: [{ sink: "webhook", attempts: 1, reason: "answered 410" }],
  });
  expect(await world.exposition()).toContain('qf_alerts_total{sink="webhook",outcome="failed"} 1');
});
