// Alerts from the log to their receivers: each told once whatever is delivered twice, none lost without a trace, and no
// sink in another's way. Receivers are real servers, S3 the embedded one; what stands for Redis can be away.
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slackSink } from "../../../lib/edge/slack.ts";
import { webhookSink } from "../../../lib/edge/webhook.ts";
import { AppError } from "../../../lib/errors.ts";
import { type AlertWorld, alerting } from "../../../lib/jobs/stream/alert.ts";
import { enrichedRecords } from "../../../lib/jobs/stream/enriched.ts";
import type { Cache } from "../../../lib/ports.ts";
import type { LogBatch } from "../../../lib/stream/record.ts";
import { NO_UPDATES } from "../../../lib/stream/updates.ts";
import { alertReceiver, type Receiver } from "../../edge/alert-receiver.ts";
import { mapCache } from "../../edge/maps.ts";
import { embeddedObjects } from "./embedded-objects.ts";

const objectsOf = embeddedObjects();

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 5, 14, 30);

let slack: Receiver;
let webhook: Receiver;
let cache: Cache;
let symbol: string;
let count: Record<string, number>;
beforeEach(async () => {
  [slack, webhook] = await Promise.all([alertReceiver(), alertReceiver()]);
  cache = mapCache();
  symbol = `S${randomUUID().slice(0, 8)}`;
  count = {};
});
afterEach(() => Promise.all([slack.close(), webhook.close()]));

type Item = Readonly<{ minute: number; severity?: string; symbol?: string; seq?: number }>;

const updatesOf = (item: Item) => {
  const { minute, severity } = item;
  const endMs = START + minute * MINUTE_MS;
  const name = item.symbol ?? symbol;
  const bar = {
    ...{ symbol: name, sizeMs: MINUTE_MS, startMs: endMs - MINUTE_MS, endMs },
    ...{ open: 1, high: 1, low: 1, close: 1, volume: 1, vwap: 1, trades: 1, revision: 0 },
    ...{ partial: false, irregular: false },
  };
  if (severity === undefined) return { ...NO_UPDATES, bars: [{ bar, seq: minute, atTrade: 1 }] };
  const anomaly = {
    ...{ symbol: name, seq: item.seq ?? minute, type: "price_spike", severity, endMs },
    ...{ sizeMs: MINUTE_MS, value: 0.07, baseline: 100, threshold: 0.05, alert: true },
  };
  return { ...NO_UPDATES, anomalies: [anomaly] };
};

/** Records of the log, numbered from `from` on. */
const batch = (items: readonly Item[], from = 1): LogBatch => ({
  log: "enriched",
  shard: "shardId-0",
  records: items.map((item, at) => ({
    seq: String(from + at),
    arrivalMs: START,
    ...enrichedRecords({ log: "ticks", shard: "shardId-0" }, updatesOf(item))[0]!,
  })),
});
/** The same items in one record. */
const oneRecord = (items: readonly Item[], seq = 1): LogBatch => {
  const { records, ...of } = batch(items);
  const bytes = Buffer.from(records.map((record) => String(Buffer.from(record.bytes))).join("\n"));
  return { ...of, records: [{ ...records[0]!, seq: String(seq), bytes }] };
};
const damagedRecord = { seq: "2", key: "x", arrivalMs: 0, bytes: Buffer.from("{") };

function consumer(over: Partial<AlertWorld> = {}, budgetMs = 20_000) {
  // Waits pass at once: what is counted here is requests.
  const quick = { sleep: async () => {}, timeoutMs: 10_000 };
  const alertWorld: AlertWorld = {
    objects: objectsOf(),
    cache,
    sinks: [slackSink({ url: slack.url, ...quick }), webhookSink({ url: webhook.url, ...quick })],
    instruments: {
      add: (_, labels) => {
        const name = Object.values(labels).join(" ");
        count[name] = (count[name] ?? 0) + 1;
      },
    },
    nowMs: Date.now,
    ...over,
  };
  return alerting(alertWorld, { least: "high", budgetMs });
}

async function deadLetters() {
  const found = await objectsOf().list("alerts/dead/2026-01-05/");
  const letters = await Promise.all(
    found.map(async ({ key }) => JSON.parse((await objectsOf().get(key))!.body.toString())),
  );
  return letters.filter(({ alert }) => alert.symbol.startsWith(symbol));
}
const idsOf = ({ taken }: Receiver) => taken.map((body) => JSON.parse(body).id);

describe("an alert", () => {
  it("is the same whether the findings of a batch of ticks come together or one record after the other", async () => {
    const minutes = Array.from({ length: 3_000 }, (_, at) => at + 1);
    const of = (minute: number, severity?: string) =>
      updatesOf({ minute, ...(severity && { severity }) });
    const records = enrichedRecords(
      { log: "ticks", shard: "shardId-0" },
      {
        ...NO_UPDATES,
        bars: minutes.flatMap((minute) => of(minute).bars),
        anomalies: [1, 2, 30, 1_700, 1_701].flatMap((minute) => of(minute, "high").anomalies),
      },
    ).map((record, at) => ({ ...record, seq: String(at + 1), arrivalMs: START }));
    expect(records.length).toBeGreaterThan(2);
    const told = async (batches: readonly LogBatch["records"][]) => {
      cache = mapCache();
      const tell = consumer({ sinks: [] });
      let alerts = 0;
      for (const some of batches)
        alerts += (await tell({ log: "enriched", shard: "shardId-0", records: some })).alerts;
      return alerts;
    };
    expect(await told([records])).toBe(3);
    expect(await told(records.map((record) => [record]))).toBe(3);
  });

  it("reaches both sinks once of an episode, and of another one again", async () => {
    const tell = consumer();
    const high = (minute: number) => ({ minute, severity: "high" });
    const first = await tell(batch([high(1), high(2), { minute: 2, severity: "low" }, high(3)]));
    expect(first).toMatchObject({ records: 4, anomalies: 4, alerts: 1, delivered: 2, failed: 0 });
    const bars = [4, 5, 6, 7, 8].map((minute) => ({ minute }));
    expect(await tell(batch(bars, 5))).toMatchObject({ records: 5, alerts: 0 });
    expect(await tell(batch([high(9)], 10))).toMatchObject({ alerts: 1, delivered: 2 });
    expect([slack.got.length, webhook.got.length]).toEqual([2, 2]);
    expect(JSON.parse(webhook.taken[0]!)).toMatchObject({
      ...{ symbol, type: "price_spike", severity: "high", time: "2026-01-05T14:31:00.000Z" },
      ...{ window: "1min", value: 0.07, baseline: 100, threshold: 0.05 },
    });
    expect(count).toEqual({ "slack delivered": 2, "webhook delivered": 2 });
    expect(await deadLetters()).toEqual([]);
  });

  it("is not told again when its batch comes again, in whole or in part, here or to another process", async () => {
    const items = [
      { minute: 1, severity: "high" },
      { minute: 2 },
      { minute: 3, severity: "critical" },
    ];
    const tell = consumer();
    await tell(batch(items));
    expect(await tell(batch(items))).toMatchObject({ repeated: 3, alerts: 0 });
    const other = consumer();
    expect(await other(batch(items.slice(1), 2))).toMatchObject({ repeated: 2, alerts: 0 });
    expect([slack.got.length, idsOf(webhook).length]).toEqual([1, 2]);
  });

  it("is not told again when a process ended after telling and before it wrote that down", async () => {
    const { set } = cache;
    const items = [{ minute: 1, severity: "high" }];
    cache = {
      ...cache,
      set: async (key, ...rest) => void (key.endsWith(":state") || (await set(key, ...rest))),
    };
    await consumer()(batch(items));
    expect(await consumer()(batch(items))).toMatchObject({ repeated: 0, alerts: 1 });
    expect([slack.got.length, webhook.got.length]).toEqual([1, 1]);
    expect(count).toMatchObject({ "slack repeated": 1, "webhook repeated": 1 });
  });

  it("is told again under the same id where nothing at all is remembered", async () => {
    const items = [{ minute: 1, severity: "high" }];
    for (const _ of [1, 2]) await consumer({ cache: mapCache() })(batch(items));
    const [first, second] = idsOf(webhook);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
  });

  it("is told once while Redis is away, by a process that lives on", async () => {
    const away = { get: async () => undefined, set: async () => {} };
    const tell = consumer({ cache: away });
    await tell(batch([{ minute: 1, severity: "high" }]));
    await tell(
      batch([
        { minute: 1, severity: "high" },
        { minute: 2, severity: "high" },
      ]),
    );
    expect([slack.got.length, webhook.got.length]).toEqual([1, 1]);
  });

  it("is one of an episode, though a batch names all its bars before their anomalies", async () => {
    const tell = consumer();
    await tell(batch([{ minute: 1, severity: "high" }]));
    const minutes = [2, 3, 4, 5, 6, 7, 8, 9];
    const bars = minutes.map((minute) => ({ minute }));
    const anomalies = minutes.map((minute) => ({ minute, severity: "high" }));
    expect(await tell(batch([...bars, ...anomalies], 2))).toMatchObject({ alerts: 0 });
  });

  it("is found between records that are none", async () => {
    const tell = consumer();
    const { records, ...of } = batch([{ minute: 1, severity: "high" }]);
    const told = await tell({ ...of, records: [...records, damagedRecord] });
    expect(told).toMatchObject({ records: 2, damaged: 1, alerts: 1, delivered: 2 });
    expect(await tell(batch([{ minute: 2, severity: "critical" }], 3))).toMatchObject({
      alerts: 1,
    });
  });
});

describe("a record of many lines", () => {
  /** Of episodes far enough from each other: an alert each. */
  const apart = [1, 41, 81].map((minute) => ({ minute, severity: "high" }));

  it("has each of its alerts told once, and its bars counted", async () => {
    const tell = consumer();
    const bars = [2, 3, 4, 5, 6, 7].map((minute) => ({ minute }));
    const items = [...bars, ...apart, { minute: 8, severity: "critical" }];
    const told = await tell(oneRecord(items));
    expect(told).toMatchObject({ records: 1, damaged: 0, anomalies: 4, alerts: 4, delivered: 8 });
    expect(new Set(idsOf(webhook)).size).toBe(4);
    expect(await tell(oneRecord(items))).toMatchObject({ records: 1, repeated: 1, alerts: 0 });
    expect(webhook.got.length).toBe(4);
  });

  it("has what stands beside damaged lines told, and each of those counted", async () => {
    const { records, ...of } = oneRecord(apart);
    const [first, ...others] = String(Buffer.from(records[0]!.bytes)).split("\n");
    const bytes = Buffer.concat([
      Buffer.from(`{"type":\n${first}\n[]\n`),
      Buffer.of(0xff, 0x0a),
      Buffer.from(others.join("\n")),
    ]);
    const told = await consumer()({ ...of, records: [{ ...records[0]!, bytes }] });
    expect(told).toMatchObject({ records: 1, damaged: 3, anomalies: 3, alerts: 3, delivered: 6 });
  });

  it("has those of its alerts kept that a sink did not take, and the others not", async () => {
    webhook.plays([200, 404, 200]);
    const tell = consumer();
    expect(await tell(oneRecord(apart))).toMatchObject({ alerts: 3, delivered: 5, failed: 1 });
    const letters = await deadLetters();
    expect(letters.map(({ alert }) => alert.time)).toEqual(["2026-01-05T15:11:00.000Z"]);
    expect(letters[0].failed).toMatchObject([{ sink: "webhook", reason: "answered 404" }]);
  });

  it("comes again where a dead letter cannot be kept, and only that alert is tried again", async () => {
    webhook.plays([200, 404, 200, 404]);
    const down = async (): Promise<never> => {
      throw new AppError("DEPENDENCY_DOWN", "down", { dependency: "s3" });
    };
    await expect(consumer({ objects: { put: down } })(oneRecord(apart))).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
    });
    const told = await consumer()(oneRecord(apart));
    expect(told).toMatchObject({ repeated: 0, alerts: 3, delivered: 0, failed: 1 });
    expect([slack.taken.length, webhook.got.length, webhook.taken.length]).toEqual([1, 4, 2]);
    expect(await deadLetters()).toHaveLength(1);
  });
});

describe("a sink that fails", () => {
  it("has its alerts tried again, and the other sink told once", async () => {
    slack.plays([500, 429]);
    webhook.plays(["cut"]);
    const told = await consumer()(batch([{ minute: 1, severity: "high" }]));
    expect(told).toMatchObject({ delivered: 2, failed: 0 });
    expect([slack.got.length, slack.taken.length]).toEqual([3, 1]);
    expect([webhook.got.length, webhook.taken.length]).toEqual([2, 1]);
  });

  it("has what it never took kept as a dead letter, and its shard goes on", async () => {
    webhook.plays([404], true);
    const tell = consumer();
    const told = await tell(batch([{ minute: 1, severity: "high" }]));
    expect(told).toMatchObject({ alerts: 1, delivered: 1, failed: 1 });
    const [letter, ...others] = await deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      alert: { symbol, severity: "high" },
      failed: [{ sink: "webhook", attempts: 1, reason: "answered 404" }],
    });
    expect(JSON.stringify(letter)).not.toMatch(/127\.0\.0\.1|secret/);
    webhook.plays([]);
    expect(await tell(batch([{ minute: 2, severity: "critical" }], 2))).toMatchObject({
      delivered: 2,
    });
    expect([slack.taken.length, webhook.taken.length]).toEqual([2, 1]);
    expect(count).toEqual({ "slack delivered": 2, "webhook failed": 1, "webhook delivered": 1 });
  });

  it("keeps the others waiting no longer than the time of a batch", async () => {
    webhook.plays(["hang"], true);
    const startedMs = performance.now();
    const items = Array.from({ length: 30 }, (_, i) => ({
      ...{ minute: 1, severity: "high", symbol: `${symbol}-${i}` },
    }));
    const told = await consumer({}, 600)(batch(items));
    expect(told).toMatchObject({ alerts: 30, delivered: 30, failed: 30 });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    // Slack is told of twenty at once.
    expect([slack.taken.length, webhook.taken.length]).toEqual([2, 0]);
    expect(webhook.got.length).toBeLessThan(3);
    const letters = await deadLetters();
    expect(letters.length).toBe(30);
    expect(new Set(letters.map(({ failed }) => failed.length))).toEqual(new Set([1]));
  });

  it("has its batch come again where a dead letter cannot be kept, and the other sink is not told twice", async () => {
    webhook.plays([404], true);
    const items = [{ minute: 1, severity: "high" }];
    const down = async (): Promise<never> => {
      throw new AppError("DEPENDENCY_DOWN", "down", { dependency: "s3" });
    };
    const first = consumer({ objects: { put: down } });
    await expect(first(batch(items))).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    const told = await consumer()(batch(items));
    expect(told).toMatchObject({ repeated: 0, alerts: 1, delivered: 0, failed: 1 });
    expect([slack.got.length, webhook.got.length]).toEqual([1, 2]);
    expect((await deadLetters()).length).toBe(1);
  });

  it("has its batch come again while Redis is away too, and the process remembers whom it told", async () => {
    webhook.plays([404], true);
    let isDown = true;
    const put = async (...given: Parameters<AlertWorld["objects"]["put"]>) => {
      if (isDown) throw new AppError("DEPENDENCY_DOWN", "down", { dependency: "s3" });
      return objectsOf().put(...given);
    };
    const away = { get: async () => undefined, set: async () => {} };
    const tell = consumer({ cache: away, objects: { put } });
    const items = [{ minute: 1, severity: "high" }];
    await expect(tell(batch(items))).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    isDown = false;
    expect(await tell(batch(items))).toMatchObject({ alerts: 1, failed: 1 });
    expect([slack.got.length, webhook.got.length]).toEqual([1, 2]);
  });
});

it("without an address there is nobody to tell, and nothing to fail", async () => {
  const tell = consumer({ sinks: [] });
  expect(await tell(batch([{ minute: 1, severity: "high" }]))).toMatchObject({
    ...{ alerts: 1, delivered: 0, failed: 0 },
  });
});
