import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../../bench/load/ports.ts";
import { USUAL, windowOf } from "../../lib/access/limit.ts";
import { redisCounters } from "../../lib/edge/access/counters.ts";
import { cacheOver, redisCache } from "../../lib/edge/redis.ts";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { type RedisServer, startRedis } from "../../localstack/embedded/redis/server.ts";
import { cacheContract } from "./cache.contract.ts";

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

const token = "local";
const STACK_PROCESS = fileURLToPath(new URL("../localstack/stack-process.ts", import.meta.url));

/** Tests that check values and not deadlines leave a busy machine time. */
const UNHURRIED_MS = 5000;

async function open(options: Readonly<{ deadlineMs?: number; maxBytes?: number }> = {}) {
  let nowMs = 1_800_000_000_000;
  const clock = () => nowMs;
  const { maxBytes, deadlineMs = UNHURRIED_MS } = options;
  const port = await freePort();
  const server = await startRedis({ port, token, nowMs: clock, ...(maxBytes && { maxBytes }) });
  opened.push(server);
  const cache = redisCache({ url: server.url, token, deadlineMs, nowMs: clock });
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  return { server, cache, sleep };
}

cacheContract("embedded server over REST", open);

/** What a call answered and how long it took. */
async function timed<T>(call: Promise<T>): Promise<Readonly<{ value: T; ms: number }>> {
  const startedMs = performance.now();
  return { value: await call, ms: performance.now() - startedMs };
}

async function serverThat(listener: Parameters<typeof createServer>[1]): Promise<RedisServer> {
  const server: Server = createServer(listener as never).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const running = { port, url: `http://127.0.0.1:${port}`, close };
  opened.push(running);
  return running;
}

describe("a Redis that fails", () => {
  it("is a miss within the deadline when the server dies midway", async () => {
    const { server, cache } = await open({ deadlineMs: 150 });
    await cache.set("key", "value", 60);
    expect(await cache.get("key")).toBe("value");
    await server.close();
    const { value, ms } = await timed(cache.get("key"));
    expect(value).toBeUndefined();
    expect(ms).toBeLessThan(1000);
    await cache.set("key", "value", 60);
    expect(await cache.lease("lease", 1000)).toBeUndefined();
    await expect(cache.ping()).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(cache.stats()).toMatchObject({ hits: 1, failures: 5 });
    expect(cache.isAway?.()).toBe(true);
  });

  it("is a miss after the deadline when the server never answers", async () => {
    const { url } = await serverThat(() => {});
    const cache = redisCache({ url, token });
    const { value, ms } = await timed(cache.get("key"));
    expect(value).toBeUndefined();
    expect(ms).toBeGreaterThan(140);
    expect(ms).toBeLessThan(1000);
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 0, failures: 1 });
  });

  it("is a miss after the deadline when the body never ends", async () => {
    const { url } = await serverThat((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('[{"result":');
    });
    const { value, ms } = await timed(redisCache({ url, token }).get("key"));
    expect(value).toBeUndefined();
    expect(ms).toBeLessThan(1000);
  });

  it("is still a hit when the answer came in time and only this process was busy", async () => {
    const home = mkdtempSync(join(tmpdir(), "busy-"));
    const options = JSON.stringify({ home, s3Port: 0, redisPort: 0 });
    const child = spawn(process.execPath, [STACK_PROCESS, options]);
    const { redis } = JSON.parse(String((await once(child.stdout, "data"))[0]));
    const cache = redisCache({ url: redis.url, token: redis.token, deadlineMs: 150 });
    await cache.ping();
    await cache.set("key", "value", 60);
    const values: unknown[] = [];
    for (let call = 0; call < 5; call++) {
      const value = cache.get("key");
      await new Promise((resolve) => setTimeout(resolve, 0));
      const untilMs = performance.now() + 300;
      while (performance.now() < untilMs);
      values.push(await value);
    }
    child.stdin.end();
    await once(child, "exit");
    rmSync(home, { recursive: true });
    expect(values).toEqual(Array(5).fill("value"));
  });

  it("gives each call a deadline of its own, so a later call is not cut off by an earlier one", async () => {
    const { cache } = await open({ deadlineMs: 150 });
    await cache.set("key", "value", 60);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await cache.get("key")).toBe("value");
  });

  it.each([
    ["the token is wrong", 401, '{"error":"Unauthorized"}'],
    ["the server has an internal fault", 500, "<html>sorry</html>"],
    ["the answer is no JSON", 200, "hello"],
    ["the answer has the wrong shape", 200, '{"surprise":1}'],
  ])("is a miss when %s", async (_, status, body) => {
    const { url } = await serverThat((_request, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    const cache = redisCache({ url, token });
    expect(await cache.get("key")).toBeUndefined();
    expect(await cache.lease("key", 100)).toBeUndefined();
    await cache.set("key", "value", 60);
    expect(cache.stats()).toMatchObject({ hits: 0, failures: 3 });
  });

  it.each(["plain text", "zbroken", "z", ""])(
    "treats the foreign value %j as a miss",
    async (raw) => {
      const { server, cache } = await open();
      const headers = { authorization: `Bearer ${token}` };
      const body = JSON.stringify(["SET", "key", raw]);
      await fetch(server.url, { method: "POST", headers, body });
      expect(await cache.get("key")).toBeUndefined();
      expect(cache.stats()).toMatchObject({ hits: 0, misses: 0, failures: 1 });
    },
  );

  it("drops a value that Redis has no room for", async () => {
    const { cache } = await open({ maxBytes: 100_000 });
    const large = Array.from({ length: 20_000 }, (_, at) => (at * 7919 * 7919).toString(36)).join();
    await cache.set("large", large, 60);
    expect(await cache.get("large")).toBeUndefined();
    expect(cache.stats()).toEqual({ hits: 0, misses: 1, failures: 1, skipped: 0, open: false });
  });
});

describe("a lease that Redis lost early", () => {
  it("is not released over the head of the next holder", async () => {
    let serverMs = 0;
    const server = await startRedis({ port: 0, token, nowMs: () => serverMs });
    opened.push(server);
    const cache = redisCache({ url: server.url, token, deadlineMs: UNHURRIED_MS, nowMs: () => 0 });
    const early = await cache.lease("lease", 1000);
    serverMs = 1000;
    expect(await cache.lease("lease", 5000)).toBeTypeOf("function");
    await early?.();
    expect(await cache.lease("lease", 5000)).toBeUndefined();
  });
});

describe("the circuit", () => {
  it("opens after five failures, answers at once, and closes when a trial succeeds", async () => {
    let isWell = false;
    let requests = 0;
    const { url } = await serverThat((_, response) => {
      requests++;
      if (isWell) response.end('[{"result":"=value"}]');
      else response.destroy();
    });
    let nowMs = 0;
    const cache = redisCache({ url, token, deadlineMs: UNHURRIED_MS, nowMs: () => nowMs });
    for (let call = 0; call < 5; call++) expect(await cache.get("key")).toBeUndefined();
    expect(cache.stats()).toEqual({ hits: 0, misses: 0, failures: 5, skipped: 0, open: true });
    expect(requests).toBe(5);

    expect(await cache.get("key")).toBeUndefined();
    expect(await cache.lease("key", 100)).toBeUndefined();
    await cache.set("key", "value", 60);
    await expect(cache.ping()).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(requests, "nothing is sent while the circuit is open").toBe(5);
    expect(cache.stats()).toMatchObject({ failures: 5, skipped: 4 });

    nowMs = 2_000;
    const both = await Promise.all([cache.get("key"), cache.get("key")]);
    expect(both).toEqual([undefined, undefined]);
    expect(requests, "one trial after the cool-down").toBe(6);
    expect(cache.stats()).toMatchObject({ failures: 6, skipped: 5, open: true });

    isWell = true;
    nowMs = 4_000;
    expect(await cache.get("key")).toBe("value");
    expect(await cache.get("key")).toBe("value");
    expect(cache.stats()).toEqual({ hits: 2, misses: 0, failures: 6, skipped: 5, open: false });
  });

  it("opens at one silence: of all a request asks, one call waits", { retry: 2 }, async () => {
    const { url } = await serverThat(() => {});
    const connection = redisConnection({ url, token });
    const cache = cacheOver(connection);
    const counters = redisCounters(connection);
    const window = windowOf(USUAL, Date.now());
    const addition = { subject: "key:a", window, requests: 1, today: 1 };
    const { ms } = await timed(
      (async () => {
        expect(await counters.add(addition)).toBeUndefined();
        expect(await cache.get("key")).toBeUndefined();
        expect(await cache.lease("key", 1000)).toBeUndefined();
        await cache.set("key", "value", 60);
      })(),
    );
    expect(ms).toBeGreaterThan(140);
    // Three more deadlines would be 600 ms.
    expect(ms).toBeLessThan(400);
    expect(cache.stats()).toMatchObject({ failures: 1, skipped: 3, open: true });
  });

  it("stays closed when Redis refuses single commands", async () => {
    const { server, cache } = await open();
    const headers = { authorization: `Bearer ${token}` };
    await fetch(`${server.url}/sadd/key/member`, { headers });
    for (let call = 0; call < 10; call++) expect(await cache.get("key")).toBeUndefined();
    expect(cache.stats()).toEqual({ hits: 0, misses: 0, failures: 10, skipped: 0, open: false });
  });
});
