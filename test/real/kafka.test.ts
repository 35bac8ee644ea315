/** The log on Kafka against a real broker: what is appended, what is read, and what is left when the broker is killed. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Admin, Producer } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type KafkaLog, kafkaLog } from "../../lib/edge/kafka.ts";
import { meter } from "../../lib/edge/metrics/meter.ts";
import { type KafkaReader, kafkaReader } from "../../localstack/event-sources/kafka.ts";
import { type PolledRecord, PositionGone } from "../../localstack/event-sources/log-reader.ts";
import { type KafkaBroker, kafkaJars, makeTopic, startKafka } from "./kafka-broker.ts";
import { lossyProxy } from "./kafka-proxy.ts";
import { readAll } from "./kafka-reading.ts";

const jars = kafkaJars();
if ("missing" in jars) {
  describe("the log on a real Kafka", () => {
    it.skip(`skipped: ${jars.missing}`, () => {});
  });
} else {
  let broker: KafkaBroker;
  const open: { close(): Promise<void> }[] = [];
  let topics = 0;

  beforeAll(async () => {
    broker = await startKafka(jars);
    console.info(`real Kafka ${broker.version}`);
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await broker?.stop();
  });

  const opened = <One extends { close(): Promise<void> }>(one: One): One => {
    open.push(one);
    return one;
  };
  const newTopic = async (partitions: number): Promise<string> => {
    const topic = `market.raw.${++topics}`;
    await makeTopic(broker, topic, partitions);
    return topic;
  };
  const logOn = (topic: string, timeoutMs = 20_000): KafkaLog =>
    opened(kafkaLog({ brokers: [broker.address], topics: { ticks: topic }, timeoutMs }));
  const readerOf = (topic: string, waitMs = 0): KafkaReader =>
    opened(kafkaReader({ brokers: [broker.address], topic, group: `${topic}.group`, waitMs }));
  const record = (key: string, text: string) => ({ key, bytes: Buffer.from(text) });
  const textOf = ({ bytes }: PolledRecord) => Buffer.from(bytes).toString();

  describe("kafkaLog", () => {
    it("keeps each key in order, on the partition Kafka's own producer would choose", async () => {
      const topic = await newTopic(5);
      const log = logOn(topic);
      const keys = Array.from({ length: 200 }, (_, i) => `lane/${i * i}`);
      // Without waiting in between: order is the log's business.
      const rounds = ["1", "2", "3"].map((round) =>
        log.append(
          "ticks",
          keys.map((key) => record(key, round)),
        ),
      );
      await Promise.all(rounds);
      const shards = await readAll(readerOf(topic));
      const found = new Map<string, string[]>();
      for (const [shard, records] of shards)
        for (const one of records) {
          const place = `${one.key} ${shard}`;
          found.set(place, [...(found.get(place) ?? []), textOf(one)]);
        }
      const chosen = javaPartitions(jars.folder, keys, 5);
      expect([...found.keys()].sort()).toEqual(
        keys.map((key, at) => `${key} ${chosen?.[at] ?? found.get(key)}`).sort(),
      );
      expect([...found.values()].every((texts) => texts.join("") === "123")).toBe(true);
    });

    it("takes the longest record there may be, and more than a request holds at once", async () => {
      const topic = await newTopic(1);
      const longest = { key: "k", bytes: Buffer.alloc(1_047_999, 7) };
      const many = Array.from({ length: 60 }, (_, i) => ({
        key: "k",
        bytes: Buffer.alloc(99_000, i),
      }));
      await logOn(topic).append("ticks", [longest, ...many]);
      const [records = []] = (await readAll(readerOf(topic))).values();
      expect(records.map(({ bytes }) => [bytes.length, bytes[0]])).toEqual(
        [longest, ...many].map(({ bytes }) => [bytes.length, bytes[0]]),
      );
    });

    it("stands behind the event log of the service where EVENT_LOG says so", async () => {
      const topic = await newTopic(1);
      vi.stubEnv("EVENT_LOG", "kafka");
      vi.stubEnv("KAFKA_BROKERS", broker.address);
      vi.stubEnv("KAFKA_TOPIC_ENRICHED", topic);
      vi.resetModules();
      const { world } = await import("../../lib/world.ts");
      await world.eventLog.append("enriched", [record("AAPL", "a bar")]);
      vi.unstubAllEnvs();
      const [records = []] = (await readAll(readerOf(topic))).values();
      expect(records.map((one) => [one.key, textOf(one)])).toEqual([["AAPL", "a bar"]]);
    });

    it("stores once what was stored and not acknowledged", async () => {
      const topic = await newTopic(3);
      const proxy = opened(await lossyProxy(broker.proxied));
      const log = opened(kafkaLog({ brokers: [proxy.address], topics: { ticks: topic } }));
      const append = (text: string) =>
        log.append(
          "ticks",
          Array.from({ length: 9 }, (_, i) => record(`lane/${i}`, text)),
        );
      await append("first");
      proxy.loseNext();
      await Promise.all([append("lost"), append("behind it")]);
      expect(proxy.lost()).toBe(1);
      const records = [...(await readAll(readerOf(topic))).values()].flat();
      for (let lane = 0; lane < 9; lane++)
        expect(records.filter(({ key }) => key === `lane/${lane}`).map(textOf)).toEqual([
          "first",
          "lost",
          "behind it",
        ]);
    });

    it("says that a dead broker is down, and goes on when it is back", async () => {
      const topic = await newTopic(3);
      const log = logOn(topic, 1_500);
      const reader = readerOf(topic);
      const cursor = reader.open("0", "TRIM_HORIZON");
      await log.append("ticks", [record("a", "before")]);
      await cursor.read(undefined, 10);
      await broker.kill();
      await expect(log.append("ticks", [record("a", "lost")])).rejects.toMatchObject({
        code: "DEPENDENCY_DOWN",
        details: { dependency: "kafka" },
      });
      await expect(cursor.read(undefined, 10)).rejects.toThrow();
      await expect(reader.shards()).rejects.toThrow();
      const restartMs = await broker.restart();
      console.info(`Kafka answers ${Math.round(restartMs)} ms after its restart`);
      const records = Array.from({ length: 30 }, (_, i) => record(`k${i}`, "after"));
      await log.append("ticks", records);
      const all = [...(await readAll(reader)).values()].flat().map(textOf);
      expect(all.filter((text) => text === "after")).toHaveLength(30);
      expect(all.filter((text) => text === "before")).toHaveLength(1);
      await cursor.read(undefined, 10);
      await cursor.close();
    });
  });

  describe("kafkaReader", () => {
    it("begins at the oldest record, at the newest, or at an instant", async () => {
      const topic = await newTopic(1);
      const log = logOn(topic);
      const reader = readerOf(topic);
      await log.append("ticks", [record("a", "1")]);
      await new Promise((resolve) => setTimeout(resolve, 20));
      const timestampMs = Date.now();
      await log.append("ticks", [record("a", "2"), record("a", "3")]);
      const starts = ["TRIM_HORIZON", "LATEST", { timestampMs }, { timestampMs: 9e12 }] as const;
      const cursors = starts.map((start) => reader.open("0", start));
      const firsts = await Promise.all(cursors.map((cursor) => cursor.read(undefined, 10)));
      expect(firsts.map((records) => records.map(textOf))).toEqual([
        ["1", "2", "3"],
        [],
        ["2", "3"],
        [],
      ]);
      await log.append("ticks", [record("a", "4")]);
      const seconds = await Promise.all(
        cursors.map((cursor, at) => cursor.read(firsts[at]!.at(-1)?.seq, 10)),
      );
      expect(seconds.map((records) => records.map(textOf))).toEqual([["4"], ["4"], ["4"], ["4"]]);
      for (const cursor of cursors) await cursor.close();
    });

    it("gives at most so many, numbered by offset, and again from any of them", async () => {
      const topic = await newTopic(1);
      const sentMs = Date.now();
      const texts = Array.from({ length: 25 }, (_, i) => String(i));
      await logOn(topic).append(
        "ticks",
        texts.map((text) => record("lane/0", text)),
      );
      const cursor = readerOf(topic).open("0", "TRIM_HORIZON");
      const first = await cursor.read(undefined, 10);
      expect(first.map(({ seq }) => seq)).toEqual(texts.slice(0, 10));
      expect(first[0]).toMatchObject({ key: "lane/0" });
      expect(first[0]!.arrivalMs).toBeGreaterThanOrEqual(sentMs);
      expect(first[0]!.arrivalMs).toBeLessThanOrEqual(Date.now());
      expect((await cursor.read("9", 10)).map(textOf)).toEqual(texts.slice(10, 20));
      expect((await cursor.read("19", 10)).map(textOf)).toEqual(texts.slice(20));
      expect(await cursor.read("24", 10)).toEqual([]);
      expect((await cursor.read("3", 2)).map(textOf)).toEqual(["4", "5"]);
      expect((await cursor.read(undefined, 1)).map(textOf)).toEqual(["0"]);
      await cursor.close();
    });

    it("tells the lag, and the group what was done with, where Kafka's tools look", async () => {
      const topic = await newTopic(1);
      const records = Array.from({ length: 7 }, (_, i) => record("a", String(i)));
      await logOn(topic).append("ticks", records);
      const reader = readerOf(topic);
      const cursor = reader.open("0", "TRIM_HORIZON");
      expect(await cursor.lag()).toBe(7);
      await cursor.read(undefined, 3);
      expect(await cursor.lag()).toBe(4);
      reader.settled("0", "1");
      reader.settled("0", "2");
      await reader.close();
      const admin = opened(new Admin({ clientId: "test", bootstrapBrokers: [broker.address] }));
      const [group] = await admin.listConsumerGroupOffsets({ groups: [`${topic}.group`] });
      expect(group?.topics).toMatchObject([
        { name: topic, partitions: [{ partitionIndex: 0, committedOffset: 3n }] },
      ]);
      await cursor.close();
    });

    it("tells the lag as a figure, from where it begins to what is done with", async () => {
      const topic = await newTopic(1);
      const log = logOn(topic);
      const append = (count: number) =>
        log.append(
          "ticks",
          Array.from({ length: count }, (_, i) => record("a", String(i))),
        );
      await append(7);
      const figures = meter();
      const brokers = [broker.address];
      const reader = kafkaReader({ brokers, topic, group: `${topic}.group`, instruments: figures });
      const told = () =>
        [...figures.gauges()].map(({ name, values }) => `${name} ${values}`).join() ===
        `kafka_consumer_lag ${topic},0`
          ? [...figures.gauges()][0]!.value
          : undefined;
      const cursor = reader.open("0", "TRIM_HORIZON");
      // What was read is not done with.
      await cursor.read(undefined, 5);
      await expect.poll(told, { timeout: 5_000 }).toBe(7);
      reader.settled("0", "2");
      await expect.poll(told, { timeout: 5_000 }).toBe(4);
      await append(10);
      await expect.poll(told, { timeout: 5_000 }).toBe(14);
      reader.settled("0", "16");
      await expect.poll(told, { timeout: 5_000 }).toBe(0);
      await cursor.close();
      await reader.close();
    });

    it("says when what comes next is gone", async () => {
      const topic = await newTopic(1);
      const records = Array.from({ length: 9 }, (_, i) => record("a", String(i)));
      await logOn(topic).append("ticks", records);
      const admin = opened(new Admin({ clientId: "test", bootstrapBrokers: [broker.address] }));
      await admin.deleteRecords({
        topics: [{ name: topic, partitions: [{ partition: 0, offset: 5n }] }],
      });
      const cursor = readerOf(topic).open("0", "TRIM_HORIZON");
      await expect(cursor.read("2", 10)).rejects.toThrow(PositionGone);
      await expect(cursor.read("2000", 10)).rejects.toThrow(PositionGone);
      expect((await cursor.read(undefined, 10)).map(({ seq }) => seq)).toEqual([
        "5",
        "6",
        "7",
        "8",
      ]);
      expect((await cursor.read("4", 1)).map(({ seq }) => seq)).toEqual(["5"]);
      await cursor.close();
    });

    it("passes over what transactions leave behind, and hands on headers", async () => {
      const topic = await newTopic(1);
      const bootstrapBrokers = [broker.address];
      const producer = opened(
        new Producer<Buffer, Buffer, Buffer, Buffer>({
          clientId: "t",
          bootstrapBrokers,
          idempotent: true,
        }),
      );
      const value = (text: string) => ({ topic, value: Buffer.from(text) });
      for (const text of ["kept", "dropped", "kept too"]) {
        const transaction = await producer.beginTransaction();
        await transaction.send({ messages: [value(text)] });
        await (text === "dropped" ? transaction.abort() : transaction.commit());
      }
      const headers = new Map([[Buffer.from("source"), Buffer.from("ab")]]);
      await producer.send({ messages: [{ ...value("with headers"), headers }] });
      const cursor = readerOf(topic, 2_000).open("0", "TRIM_HORIZON");
      const records: PolledRecord[] = [];
      // The broker ends a transaction after it has said so.
      while (records.length < 3) records.push(...(await cursor.read(records.at(-1)?.seq, 10)));
      expect(records.map((one) => [one.key, textOf(one), one.headers])).toEqual([
        ["", "kept", undefined],
        ["", "kept too", undefined],
        ["", "with headers", [{ source: [97, 98] }]],
      ]);
      await cursor.close();
    });

    it("waits for a record no longer than it was told", async () => {
      const topic = await newTopic(1);
      const log = logOn(topic);
      await log.append("ticks", [record("a", "1")]);
      const cursor = readerOf(topic, 2_000).open("0", "LATEST");
      await cursor.read(undefined, 10);
      const reading = cursor.read(undefined, 10);
      const startedMs = performance.now();
      await log.append("ticks", [record("a", "2")]);
      expect((await reading).map(textOf)).toEqual(["2"]);
      expect(performance.now() - startedMs).toBeLessThan(1_500);
      await cursor.close();
    });
  });
}

const CHOICE = `
import java.util.Scanner;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
class Choice {
  public static void main(String[] args) {
    int partitions = Integer.parseInt(args[0]);
    Scanner keys = new Scanner(System.in);
    while (keys.hasNextLine())
      System.out.println(BuiltInPartitioner.partitionForKey(keys.nextLine().getBytes(), partitions));
  }
}`;

/** What Kafka's Java client answers; `undefined` where Java has no compiler. */
function javaPartitions(
  folder: string,
  keys: readonly string[],
  partitions: number,
): number[] | undefined {
  const modules = spawnSync("java", ["--list-modules"], { encoding: "utf8" }).stdout;
  if (!modules.includes("jdk.compiler")) return undefined;
  const work = mkdtempSync(join(tmpdir(), "equipoise-kafka-choice-"));
  try {
    writeFileSync(join(work, "Choice.java"), CHOICE);
    const java = ["-cp", join(folder, "*"), join(work, "Choice.java"), String(partitions)];
    const input = keys.join("\n");
    const output = execFileSync("java", java, {
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "ignore"],
    });
    return output.trim().split("\n").map(Number);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
