/** `npm start` on Kafka: what a feed appends to a real broker comes out of the tick function as bars. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type KafkaLog, kafkaLog } from "../../lib/edge/kafka.ts";
import { s3Objects } from "../../lib/edge/s3.ts";
import { encodeFrame } from "../../lib/stream/frame.ts";
import { kafkaReader } from "../../localstack/event-sources/kafka.ts";
import { type KafkaBroker, kafkaJars, startKafka } from "./kafka-broker.ts";
import { readAll } from "./kafka-reading.ts";
import { npmStart, type Running } from "./npm-start.ts";

const jars = kafkaJars();
/** A broker, then a service. */
const STARTED_WITHIN_MS = 180_000;
const BEGAN_MS = Date.UTC(2025, 0, 6, 15);

/** One trade of 100 shares a second in each of two minutes, and the clock at the end of the second. */
function frame(number: number): Uint8Array {
  const rows = 120;
  const seconds = Float64Array.from({ length: rows }, (_, i) => i);
  const fromMs = BEGAN_MS + (number - 1) * 120_000;
  return encodeFrame({
    producer: "test/0",
    epochMs: 1,
    number,
    sentMs: fromMs,
    clockMs: fromMs + 120_000,
    isLive: false,
    symbols: ["AAPL"],
    rows,
    columns: {
      timeMs: seconds.map((second) => fromMs + second * 1_000),
      price: seconds.map((second) => 100 + second / 100),
      size: new Float64Array(rows).fill(100),
      symbol: new Int32Array(rows),
    },
  });
}

describe.skipIf("missing" in jars)("npm start with EVENT_LOG=kafka", () => {
  if ("missing" in jars) {
    it(`skipped: ${jars.missing}`, () => {});
    return;
  }
  let broker: KafkaBroker;
  let service: Running | undefined;
  let log: KafkaLog;

  beforeAll(async () => {
    broker = await startKafka(jars);
    log = kafkaLog({ brokers: [broker.address], topics: { ticks: "market.raw" } });
    service = await npmStart({
      EVENT_LOG: "kafka",
      KAFKA_BROKERS: broker.address,
      FIRST_MARKET: "none",
    });
  }, STARTED_WITHIN_MS);
  afterAll(async () => {
    await service?.stop();
    await log?.close();
    await broker?.stop();
  });

  it("stores what was appended and hands on the bars", async () => {
    for (const number of [1, 2, 3])
      await log.append("ticks", [{ key: "test/0", bytes: frame(number) }]);
    const reader = kafkaReader({ brokers: [broker.address], topic: "market.enriched", group: "t" });
    const starts = async () =>
      [...(await readAll(reader)).values()]
        .flat()
        .flatMap(({ key, bytes }) =>
          Buffer.from(bytes)
            .toString()
            .split("\n")
            .map((line) => ({ ...JSON.parse(line), key })),
        )
        .filter(({ type, window }) => type === "bar" && window === "1min");
    await vi.waitFor(async () => expect((await starts()).length).toBeGreaterThanOrEqual(4), {
      timeout: 30_000,
      interval: 200,
    });
    const [first] = await starts();
    expect(first).toMatchObject({ key: "AAPL", open: 100, close: 100.59, volume: 6_000 });
    await reader.close();
    const metrics = async () => (await fetch(`${service!.address}/metrics`)).text();
    // Told by the runner, in the process it shares with the functions.
    const done = 'kafka_consumer_lag{topic="market.raw",partition="0"} 0\n';
    await vi.waitFor(async () => expect(await metrics()).toContain(done), { timeout: 10_000 });
    const objects = s3Objects({
      bucket: "equipoise",
      endpoint: service!.parts.AWS_ENDPOINT_URL_S3!,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    expect((await objects.list("stream/ticks/")).map(({ key }) => key)).not.toEqual([]);
  });
});
