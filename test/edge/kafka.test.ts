/** What needs no broker; test/real/kafka.test.ts runs a real one. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { compatibilityPartitioner } from "@platformatic/kafka";
import { build } from "esbuild";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../bench/load/ports.ts";
import { esbuild } from "../../bundle.js";
import { type KafkaLog, kafkaLog } from "../../lib/edge/kafka.ts";
import { AppError } from "../../lib/errors.ts";
import { table } from "../table.ts";

const TIMEOUT_MS = 300;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const { close } of open.splice(0)) await close();
});

/** A log on an address where nobody listens. */
const logOnNothing = async (): Promise<KafkaLog> => opened(await freePort());

function opened(port: number): KafkaLog {
  const brokers = [`127.0.0.1:${port}`];
  const log = kafkaLog({ brokers, topics: { ticks: "market.raw" }, timeoutMs: TIMEOUT_MS });
  open.push(log);
  return log;
}

const record = (text: string, key = "simulate/0") => ({ key, bytes: Buffer.from(text) });
const failureOf = (appended: Promise<void>) =>
  appended.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("kafkaLog without a broker", () => {
  it("says what is down, and where, when its time is over", async () => {
    const log = await logOnNothing();
    const startedMs = performance.now();
    const failure = await failureOf(log.append("ticks", [record("a")]));
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({
      code: "DEPENDENCY_DOWN",
      details: { dependency: "kafka", topic: "market.raw" },
    });
    expect((failure as AppError).message).toMatch(
      /^Kafka at 127\.0\.0\.1:\d+ did not store records of topic "market\.raw": /,
    );
    expect(performance.now() - startedMs).toBeLessThan(TIMEOUT_MS + 2_000);
  });

  it("gives up on a broker that takes connections and says nothing", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const log = opened((silent.address() as { port: number }).port);
    const failure = await failureOf(log.append("ticks", [record("a")]));
    expect(failure).toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(String(failure)).toContain(`gave no answer within ${TIMEOUT_MS} ms`);
    await log.close();
    silent.close();
  });

  it("fails what waits behind a failure, so that nothing overtakes it, and tries what comes later", async () => {
    const log = await logOnNothing();
    const first = failureOf(log.append("ticks", [record("a")]));
    await new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS / 3));
    const second = failureOf(log.append("ticks", [record("b")]));
    expect(await second).toBe(await first);
    const third = await failureOf(log.append("ticks", [record("c")]));
    expect(third).toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(third).not.toBe(await first);
  });

  it("refuses a record no broker takes before it asks one", async () => {
    const log = await logOnNothing();
    const tooLong = [record("a"), { key: "k", bytes: new Uint8Array(1_048_000) }];
    expect(await failureOf(log.append("ticks", tooLong))).toMatchObject({
      code: "DEGENERATE_INPUT",
      details: { log: "ticks", key: "k", bytes: 1_048_001 },
    });
  });

  it("stores nothing for nothing, and knows its logs", async () => {
    const log = await logOnNothing();
    await log.append("ticks", []);
    await expect(log.append("trades", [record("a")])).rejects.toThrow(
      'no topic for the log "trades"',
    );
  });
});

describe("a function's bundle", () => {
  const folder = mkdtempSync(join(tmpdir(), "equipoise-kafka-bundle-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("has all of Kafka's client in it, and gets as far as the broker", async () => {
    const contents = `
      import { kafkaLog } from "./lib/edge/kafka.ts";
      const log = kafkaLog({ brokers: ["127.0.0.1:1"], topics: { ticks: "t" }, timeoutMs: 300 });
      const failure = await log.append("ticks", [{ key: "k", bytes: new Uint8Array(1) }]).catch(String);
      console.log(failure);`;
    const stdin = { contents, resolveDir: resolve("."), loader: "ts" as const };
    const options = { ...esbuild, stdin, outfile: join(folder, "bundle.mjs") };
    await build({ ...options, logLevel: "silent" });
    const said = execFileSync(process.execPath, [options.outfile], { cwd: folder });
    expect(String(said)).toMatch(
      /^AppError: Kafka at 127\.0\.0\.1:1 .*(gave no answer within 300 ms|ECONNREFUSED)/,
    );
  });
});

// Kafka's own UtilsTest.testMurmur2: hashes as Java's signed numbers.
const MURMUR2 = table(`
  key                         hash
  21                          -973932308
  foobar                      -790332482
  a-little-bit-long-string    -985981536
  a-little-bit-longer-string  -1486304829
  lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8  -58897971
`);

describe("the partition of a key", () => {
  it.each(MURMUR2)("is that of Java's producer for $key", ({ key, hash }) => {
    const message = { topic: "market.raw" };
    expect(compatibilityPartitioner(message, Buffer.from(String(key)))).toBe(
      Number(hash) & 0x7fffffff,
    );
  });
});
