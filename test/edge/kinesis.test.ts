import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { _Record as WireRecord } from "@aws-sdk/client-kinesis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../bench/load/ports.ts";
import { type KinesisLogOptions, kinesisLog } from "../../lib/edge/kinesis.ts";
import { instruments } from "../../lib/edge/metrics/meter.ts";
import { type KinesisOptions, startKinesis } from "../../localstack/embedded/kinesis/server.ts";
import type { Listener } from "../../localstack/embedded/listener.ts";
import { kinesisClient, readAll, textOf } from "../localstack/kinesis-direct.ts";

let root = "";
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "kinesis-log-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await rm(root, { recursive: true });
});

async function serve(options: Partial<KinesisOptions & { port: number }> = {}): Promise<Listener> {
  const server = await startKinesis({ port: 0, root, streams: ["ticks"], ...options });
  closing.push(server.close);
  return server;
}

const logAt = (endpoint: string, options: Partial<KinesisLogOptions> = {}) =>
  kinesisLog({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    streams: { ticks: "ticks", enriched: "enriched" },
    ...options,
  });

/** Everything in the stream "ticks". */
async function stored(url: string): Promise<WireRecord[]> {
  const client = kinesisClient(url);
  try {
    return await readAll(client, "ticks");
  } finally {
    client.destroy();
  }
}

const record = (key: string, text: string) => ({ key, bytes: Buffer.from(text) });

/** Numbers 0..count-1, the keys taking turns. */
const numbered = (count: number, keys: number, bytesOf = (_: number) => 4) =>
  Array.from({ length: count }, (_, n) => record(`lane ${n % keys}`, String(n).padEnd(bytesOf(n))));

/** Whether the numbers of each key ascend, and which numbers there are. */
function told(records: readonly WireRecord[]) {
  const last = new Map<string, number>();
  let isOrdered = true;
  const numbers = records.map((one) => {
    const n = Number(textOf(one));
    isOrdered &&= n > (last.get(one.PartitionKey!) ?? -1);
    last.set(one.PartitionKey!, n);
    return n;
  });
  return { isOrdered, numbers: numbers.sort((a, b) => a - b) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const failures = () =>
  instruments.sum("qf_dependency_failures_total", ([part]) => part === "kinesis");

describe("append", () => {
  it("stores all records of several calls and shards, in order per key", async () => {
    const { url } = await serve({ shards: 3 });
    const log = logAt(url);
    const records = numbered(3000, 700);
    await Promise.all(
      upTo(30).map((call) => log.append("ticks", records.slice(call * 100, call * 100 + 100))),
    );
    expect(told(await stored(url))).toEqual({ isOrdered: true, numbers: upTo(3000) });
  });

  it("resolves only when its own records are stored", async () => {
    const { url } = await serve();
    await logAt(url).append("ticks", numbered(10, 1));
    expect(told(await stored(url)).numbers).toEqual(upTo(10));
  });

  it("does nothing for no records", async () => {
    await logAt("http://127.0.0.1:9").append("ticks", []);
  });

  it("loses nothing and keeps the order of each key when a shard refuses records", async () => {
    // Its clock runs five times as fast, so that the test need not wait for the shard.
    const nowMs = () => Date.now() * 5;
    const { url } = await serve({ isThrottled: true, nowMs });
    await logAt(url).append("ticks", numbered(6000, 900));
    expect(told(await stored(url))).toEqual({ isOrdered: true, numbers: upTo(6000) });
  });

  it("lets no small record of a key pass a large one that was refused", async () => {
    const nowMs = () => Date.now() * 5;
    const { url } = await serve({ isThrottled: true, nowMs });
    const records = numbered(60, 3, (n) => (n % 2 === 0 ? 300_000 : 10));
    await logAt(url).append("ticks", records);
    expect(told(await stored(url))).toEqual({ isOrdered: true, numbers: upTo(60) });
  });

  it("gathers many small appends into few requests", async () => {
    const { url } = await serve();
    let requests = 0;
    const counting = await proxy(url, () => {
      requests += 1;
      return "pass";
    });
    const log = logAt(counting);
    await Promise.all(upTo(2000).map((n) => log.append("ticks", [record(`key ${n}`, String(n))])));
    expect(told(await stored(url)).numbers).toEqual(upTo(2000));
    expect(requests).toBeLessThan(20);
  });
});

/** Passes requests on, answers 500, or cuts the connection before or after the server has had the request. */
async function proxy(
  to: string,
  how: () => "pass" | "fail" | "cut" | "cut after",
): Promise<string> {
  return listening(async (request, response) => {
    const act = how();
    if (act === "cut") return request.socket.destroy();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (act === "fail") return response.writeHead(500).end('{"__type":"InternalFailure"}');
    const headers = { ...request.headers } as Record<string, string>;
    for (const name of ["host", "connection", "content-length"]) delete headers[name];
    const answer = await fetch(to, { method: "POST", headers, body: Buffer.concat(chunks) });
    const text = await answer.text();
    if (act === "cut after") return request.socket.destroy();
    return response.writeHead(answer.status).end(text);
  });
}

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a Kinesis that fails now and then", () => {
  it("has every record in the end, each key in order, some perhaps twice", async () => {
    const { url } = await serve();
    const acts = ["pass", "fail", "pass", "cut after", "pass", "cut"] as const;
    let n = 0;
    const flaky = await proxy(url, () => acts[n++ % acts.length]!);
    const before = failures();
    await logAt(flaky).append("ticks", numbered(300, 20));
    const records = await stored(url);
    const byKey = Map.groupBy(records, ({ PartitionKey }) => PartitionKey!);
    for (const of of byKey.values()) {
      const numbers = of.map((one) => Number(textOf(one)));
      expect(numbers, "a repeat follows what it repeats").toEqual(
        numbers.toSorted((a, b) => a - b),
      );
    }
    expect([...new Set(told(records).numbers)]).toEqual(upTo(300));
    expect(records.length, "one was stored and not answered").toBeGreaterThan(300);
    expect(failures()).toBeGreaterThan(before);
  });
});

describe("a Kinesis that is down", () => {
  const down = { code: "DEPENDENCY_DOWN", details: { dependency: "kinesis", stream: "ticks" } };

  it("fails the append with what was asked of whom, soon", async () => {
    const startedMs = performance.now();
    await expect(logAt("http://127.0.0.1:9").append("ticks", numbered(5, 2))).rejects.toMatchObject(
      {
        ...down,
        message: expect.stringMatching(/stream "ticks" at http:\/\/127\.0\.0\.1:9.*ECONNREFUSED/),
      },
    );
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it("fails one that does not answer within the time given", async () => {
    const silent = await listening(() => {});
    await expect(
      logAt(silent, { timeoutMs: 60 }).append("ticks", numbered(1, 1)),
    ).rejects.toMatchObject({
      ...down,
      message: expect.stringContaining("no answer within 60 ms"),
    });
  });

  it("fails at once where the stream is not there", async () => {
    const { url } = await serve();
    await expect(logAt(url).append("enriched", numbered(1, 1))).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
      message: expect.stringMatching(/stream "enriched".*ResourceNotFoundException/),
    });
  });

  it("fails when a shard refuses for longer than the time given", async () => {
    const { url } = await serve({ isThrottled: true, nowMs: () => 1_795_000_000_000 });
    await expect(
      logAt(url, { giveUpMs: 300 }).append("ticks", numbered(1500, 1500)),
    ).rejects.toMatchObject({
      ...down,
      message: expect.stringContaining("ProvisionedThroughputExceededException"),
    });
    expect(told(await stored(url)).numbers).toHaveLength(1000);
  });

  it("fails what waits behind, so that nothing overtakes it, and works again when it is back", async () => {
    const gone = await serve({ port: await freePort() });
    await gone.close();
    const log = logAt(gone.url);
    const appends = ["1", "2", "3"].map((text) => log.append("ticks", [record("key", text)]));
    const ends = await Promise.allSettled(appends);
    expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    const { url } = await serve({ port: gone.port });
    await log.append("ticks", [record("key", "4")]);
    expect((await stored(url)).map(textOf)).toEqual(["4"]);
  });
});

describe("a record that no Kinesis takes", () => {
  it.each([
    ["is larger than a megabyte with its key", record("four", "x".repeat(1024 * 1024 - 3))],
    ["has no key", record("", "x")],
    ["has a key of more than 256 letters", record("k".repeat(257), "x")],
  ])("%s: nothing is sent", async (_, bad) => {
    const { url } = await serve();
    await expect(logAt(url).append("ticks", [record("a", "good"), bad])).rejects.toMatchObject({
      code: "DEGENERATE_INPUT",
      details: { log: "ticks", key: bad.key },
    });
    expect(await stored(url)).toEqual([]);
  });

  it("may have a megabyte with its key", async () => {
    const { url } = await serve();
    await logAt(url).append("ticks", [record("four", "x".repeat(1024 * 1024 - 4))]);
    expect(await stored(url)).toHaveLength(1);
  });

  it("of a log that there is not is a fault of ours", async () => {
    await expect(logAt("http://127.0.0.1:9").append("orders", [])).rejects.toThrow(
      'there is no log "orders"; known are ticks, enriched',
    );
  });
});
