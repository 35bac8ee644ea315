/**
 * The whole way through a real broker that is killed in the middle: feeds append, the runner reads and invokes a
 * function that fails now and then, runner and broker are started again. Afterwards every record took effect once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KafkaLog, kafkaLog } from "../../lib/edge/kafka.ts";
import { fileCheckpoints } from "../../localstack/event-sources/checkpoints.ts";
import { kafkaReader } from "../../localstack/event-sources/kafka.ts";
import { kafkaMappings } from "../../localstack/event-sources/kafka-mappings.ts";
import type { Mapping } from "../../localstack/event-sources/mapping.ts";
import { type Runner, startRunner } from "../../localstack/event-sources/runner.ts";
import type { Answer } from "../../localstack/event-sources/verdict.ts";
import { type KafkaBroker, kafkaJars, makeTopic, startKafka } from "./kafka-broker.ts";
import { readAll } from "./kafka-reading.ts";

const TOPIC = "market.raw";
const PARTITIONS = 3;
const LANES = 9;
const RECORDS_PER_LANE = 14_000;
const RECORDS = LANES * RECORDS_PER_LANE;
const RECORDS_PER_APPEND = 200;
const TIMEOUT_MS = 100_000;

const jars = kafkaJars();
const lanes = Array.from({ length: LANES }, (_, lane) => `feed/${lane}`);

const mapping: Mapping = {
  id: "stream-tick.market.raw",
  functionName: "tick",
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:tick",
  timeoutMs: 30_000,
  source: { kind: "kafka", topic: TOPIC, bootstrapServers: [] },
  start: "TRIM_HORIZON",
  batchSize: 1_000,
  batchWindowMs: 0,
  lanes: 1,
  retriesMax: Number.POSITIVE_INFINITY,
  recordAgeMsMax: Number.POSITIVE_INFINITY,
  isBisecting: false,
  isReportingFailures: false,
  tumblingWindowMs: 0,
  onFailureArn: undefined,
};

type KafkaEvent = Readonly<{
  records: Readonly<
    Record<string, readonly Readonly<{ offset: number; key: string; value: string }>[]>
  >;
}>;

/** A function whose effect and position are kept in one step, as `stream/tick` keeps them. */
class Effects {
  /** By lane: the number of its last record that took effect. */
  readonly last = new Map<string, number>();
  taken = 0;
  /** Records that came again after they had taken effect. */
  repeated = 0;
  failures = 0;
  /** Shards whose last batch was answered with a failure, and so comes again. */
  readonly owed = new Set<string>();
  readonly outOfOrder: string[] = [];
  readonly #offsets = new Map<string, number>();
  #invocations = 0;

  /** Every seventh invocation fails before anything is kept, every eleventh after it. */
  invoke = async (_: string, event: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const invocation = ++this.#invocations;
    await sleep(1);
    const shards = Object.keys((event as KafkaEvent).records);
    for (const shard of shards) this.owed.add(shard);
    if (invocation % 7 === 0) return this.#failed("before");
    for (const [shard, records] of Object.entries((event as KafkaEvent).records)) {
      for (const { offset, key, value } of records) {
        if (offset <= (this.#offsets.get(shard) ?? -1)) this.repeated++;
        else this.#take(text(key), Number(text(value)));
      }
      this.#offsets.set(shard, Math.max(this.#offsets.get(shard) ?? -1, records.at(-1)!.offset));
    }
    if (invocation % 11 === 0) return this.#failed("after");
    for (const shard of shards) this.owed.delete(shard);
    return { requestId: String(invocation), statusCode: 200, payload: null };
  };

  #take(lane: string, number: number): void {
    const last = this.last.get(lane) ?? 0;
    if (number !== last + 1) this.outOfOrder.push(`${lane}: ${number} after ${last}`);
    this.last.set(lane, number);
    this.taken++;
  }

  #failed(when: string): Answer {
    this.failures++;
    const payload = { errorMessage: `failed ${when} its effect` };
    return { requestId: "", statusCode: 200, functionError: "Unhandled", payload };
  }
}

const text = (base64: string) => Buffer.from(base64, "base64").toString();

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

const seconds = (fromMs: number) => (performance.now() - fromMs) / 1_000;

describe.skipIf("missing" in jars)(`a broker that is killed amid ${RECORDS} records`, () => {
  if ("missing" in jars) {
    it(`skipped: ${jars.missing}`, () => {});
    return;
  }
  const home = mkdtempSync(join(tmpdir(), "equipoise-kafka-killed-"));
  const effects = new Effects();
  let broker: KafkaBroker;
  let log: KafkaLog;
  let runner: Runner | undefined;
  let appended = 0;

  beforeAll(async () => {
    broker = await startKafka(jars);
    await makeTopic(broker, TOPIC, PARTITIONS);
    log = kafkaLog({ brokers: [broker.address], topics: { ticks: TOPIC }, timeoutMs: 60_000 });
  });
  afterAll(async () => {
    await runner?.close(0);
    // What is still waiting for an answer ends with the broker.
    await broker?.stop();
    await log?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const run = (): Runner => {
    const files = fileCheckpoints(home, () => {});
    const { logOf, checkpoints } = kafkaMappings([broker.address], files);
    const invoke = effects.invoke;
    return startRunner({ mappings: [mapping], logOf, checkpoints, invoke, log: () => {} });
  };

  async function feed(lane: string): Promise<void> {
    for (let number = 1; number <= RECORDS_PER_LANE; number += RECORDS_PER_APPEND) {
      const records = Array.from({ length: RECORDS_PER_APPEND }, (_, i) => ({
        key: lane,
        bytes: Buffer.from(String(number + i)),
      }));
      await log.append("ticks", records);
      appended += records.length;
    }
  }

  it("loses nothing, doubles nothing and keeps the order of a key", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const startedMs = performance.now();
    runner = run();
    const feeding = Promise.all(lanes.map(feed));
    await until(() => appended > RECORDS / 4 && effects.taken > RECORDS / 8);
    await broker.kill();
    const known = appended;
    console.info(`killed after ${known} records appended, ${effects.taken} taken`);
    expect(known).toBeLessThan(RECORDS);
    const restartMs = await broker.restart();
    const backMs = performance.now();
    const before = effects.taken;
    await until(() => effects.taken > (2 * before + RECORDS) / 3);
    await runner.close();
    runner = run();
    await until(() => effects.taken > (before + 2 * RECORDS) / 3);
    await runner.close(0);
    runner = run();
    await feeding;
    console.info(
      `appended ${Math.round((RECORDS - known) / seconds(backMs))} records/s afterwards`,
    );
    await until(() => effects.taken >= RECORDS && effects.owed.size === 0);
    console.info(
      `took ${Math.round((RECORDS - before) / seconds(backMs))} records/s, ${effects.repeated} came again, ${effects.failures} batches failed; restart ${Math.round(restartMs)} ms, all ${seconds(startedMs).toFixed(1)} s`,
    );
    await runner.close();

    expect(effects.outOfOrder).toEqual([]);
    expect([...effects.last].sort()).toEqual(lanes.map((lane) => [lane, RECORDS_PER_LANE]));
    expect(effects.taken).toBe(RECORDS);
    expect(effects.repeated).toBeGreaterThan(0);
    await expectOnceInLog();
  });

  /** The producer's numbers kept what it tried again from being stored twice; the group knows the end. */
  async function expectOnceInLog(): Promise<void> {
    const reader = kafkaReader({ brokers: [broker.address], topic: TOPIC, group: "another" });
    const all = await readAll(reader);
    const numbers = new Map<string, number[]>(lanes.map((lane) => [lane, []]));
    for (const { key, bytes } of [...all.values()].flat())
      numbers.get(key)?.push(Number(Buffer.from(bytes).toString()));
    const expected = Array.from({ length: RECORDS_PER_LANE }, (_, i) => i + 1);
    for (const lane of lanes) expect(numbers.get(lane), lane).toEqual(expected);
    const admin = new Admin({ clientId: "test", bootstrapBrokers: [broker.address] });
    const [group] = await admin.listConsumerGroupOffsets({ groups: [mapping.id] });
    const committed = group?.topics[0]?.partitions.map(({ partitionIndex, committedOffset }) => [
      String(partitionIndex),
      Number(committedOffset),
    ]);
    expect(committed?.sort()).toEqual([...all].map(([shard, records]) => [shard, records.length]));
    await admin.close();
    await reader.close();
  }
});
