// What a batch of the log `ticks` hands on: few records, though it closes thousands of bars of one symbol.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { memoryObjects } from "../../../bench/stores.ts";
import { kinesisLog } from "../../../lib/edge/kinesis.ts";
import { enrichedRecords } from "../../../lib/jobs/stream/enriched.ts";
import { encodeFrame } from "../../../lib/stream/frame.ts";
import { LINES_BYTES_MAX, LINES_MAX, recordLines } from "../../../lib/stream/record-lines.ts";
import { openKinesis } from "../../../localstack/embedded/kinesis/server.ts";
import { listen } from "../../../localstack/embedded/listener.ts";
import { anomaly, bar, readings } from "../../live/updates.ts";
import { kinesisClient, readAll } from "../../localstack/kinesis-direct.ts";
import { START_MS } from "./records.ts";
import { atOnce, LOG, process, SHARD, shared } from "./shard.ts";

let root = "";
let closing: (() => unknown)[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "enriched-"));
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
  await rm(root, { recursive: true });
});

/** An embedded Kinesis that counts the requests it gets. */
async function countingKinesis() {
  const kinesis = await openKinesis({ root, streams: ["ticks", "enriched"] });
  closing.push(kinesis.close);
  let requests = 0;
  const { url, close } = await listen({
    name: "a Kinesis that counts",
    port: 0,
    respond: (request, response) => {
      requests++;
      return kinesis.respond(request, response);
    },
  });
  closing.push(close);
  return { url, requests: () => requests };
}

const logAt = (endpoint: string) =>
  kinesisLog({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    streams: { ticks: "ticks", enriched: "enriched" },
  });

/** When the bar of a minute is over. */
const endMs = (minute: number): number => bar("A", 1, { minute }).bar.endMs;

/** One record of the log: a trade of one symbol each second. */
function trades(rows: number) {
  const column = (of: (row: number) => number) =>
    Float64Array.from({ length: rows }, (_, n) => of(n));
  const bytes = encodeFrame({
    producer: "test/0",
    ...{ epochMs: START_MS, number: 1, sentMs: START_MS, clockMs: null, isLive: false },
    ...{ symbols: ["AAPL"], rows },
    columns: {
      symbol: new Int32Array(rows),
      timeMs: column((n) => START_MS + n * 1000),
      price: column((n) => 100 + ((n * 7919) % 100) / 100),
      size: column(() => 10),
    },
  });
  return { seq: "1000", key: "test/0", bytes, arrivalMs: START_MS + rows * 1000 };
}

it("thousands of bars of one symbol go to Kinesis in few requests, in order", async () => {
  const { url, requests } = await countingKinesis();
  const all = [trades(5_000)];
  const stage = { ...shared(memoryObjects()), log: logAt(url) };
  await process(stage)({ log: LOG, shard: SHARD, records: all });
  const sent = requests();
  const client = kinesisClient(url);
  const records = await readAll(client, "enriched");
  client.destroy();
  const lines = records.flatMap(({ Data }) => recordLines(Data!));
  const { updates } = atOnce(all);
  expect(updates.bars.length).toBeGreaterThan(5_000);
  expect(lines).toHaveLength(
    updates.bars.length + updates.indicators.length + updates.anomalies.length,
  );
  expect(lines).toEqual(stage.enriched);
  const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line!) + 1, 0);
  // What fills each but the last to nine tenths.
  const few = Math.ceil(lines.length / LINES_MAX + bytes / (0.9 * LINES_BYTES_MAX));
  expect(sent).toBe(records.length);
  expect(sent).toBeLessThanOrEqual(few);
  expect(few).toBeLessThan(60);
});

it("is one record of each symbol, a bar between what was found in it and its readings", () => {
  const symbols = ["A", "B", "C.D"];
  const records = enrichedRecords(
    { log: LOG, shard: SHARD },
    {
      bars: [1, 2, 3].flatMap((seq) => symbols.map((symbol) => bar(symbol, seq, { minute: seq }))),
      indicators: [1, 3].flatMap((seq) => symbols.map((symbol) => readings(symbol, seq))),
      anomalies: [2, 9].flatMap((minute, at) =>
        symbols.map((symbol) => ({ ...anomaly(symbol, at + 1), endMs: endMs(minute) })),
      ),
    },
  );
  expect(records.map(({ key }) => key)).toEqual(symbols);
  for (const { key, bytes } of records) {
    const items = recordLines(bytes).map((line) => JSON.parse(line!));
    expect(items).toMatchObject([
      { type: "bar", log: LOG, shard: SHARD, channel: "bars", symbol: key, seq: 1 },
      { type: "indicators", channel: "indicators", symbol: key, seq: 1 },
      { log: LOG, shard: SHARD, channel: "anomalies", symbol: key, seq: 1 },
      { type: "bar", seq: 2 },
      { type: "bar", seq: 3 },
      { type: "indicators", seq: 3 },
      { channel: "anomalies", seq: 2 },
    ]);
  }
});
