import { afterEach, describe, expect, it } from "vitest";
import { USUAL, windowOf } from "../../../lib/access/limit.ts";
import { memoryCounters, redisCounters } from "../../../lib/edge/access/counters.ts";
import { redisConnection } from "../../../lib/edge/redis-connection.ts";
import { startRedis } from "../../../localstack/embedded/redis/server.ts";
import { countersContract } from "./counters.contract.ts";

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

const clock = () => {
  let nowMs = 1_800_000_000_000;
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  return { nowMs: () => nowMs, sleep };
};

async function overRedis() {
  const time = clock();
  const server = await startRedis({ port: 0, token: "local", nowMs: time.nowMs });
  opened.push(server);
  const connection = redisConnection({ url: server.url, token: "local", deadlineMs: 5000 });
  return { ...time, server, connection, counters: redisCounters(connection) };
}

countersContract("the embedded Redis", overRedis);
countersContract("memory", async () => {
  const time = clock();
  return { ...time, counters: memoryCounters(time) };
});

const addition = {
  subject: "key:a",
  window: windowOf(USUAL, 1_800_000_000_000),
  requests: 1,
  today: 1,
};

describe("counters in Redis", () => {
  it("ask once for an addition, and leave nothing that lives for ever", async () => {
    const { server, counters } = await overRedis();
    const sent: string[] = [];
    const plain = globalThis.fetch;
    globalThis.fetch = async (url, init) => {
      sent.push(String(url));
      return plain(url, init);
    };
    await counters.add(addition).finally(() => {
      globalThis.fetch = plain;
    });
    expect(sent).toEqual([`${server.url}/multi-exec`]);
    const ask = async (...command: string[]) => {
      const headers = { authorization: "Bearer local" };
      const body = JSON.stringify(command);
      const answer = await fetch(server.url, { method: "POST", headers, body });
      return ((await answer.json()) as { result: unknown }).result;
    };
    const names = (await ask("KEYS", "*")) as string[];
    expect(names).toHaveLength(2);
    const lives = await Promise.all(names.map(async (name) => Number(await ask("PTTL", name))));
    expect(Math.min(...lives)).toBeGreaterThan(4000);
    expect(Math.max(...lives)).toBeLessThanOrEqual(26 * 3_600_000);
  });

  it("say that they cannot count when Redis is gone or holds something else", async () => {
    const { server, counters, connection } = await overRedis();
    await connection.redis.set(`quota:key:b:${addition.window.day}`, "many");
    expect(await counters.add({ ...addition, subject: "key:b" })).toBeUndefined();
    expect(connection.isOpen(), "Redis itself is well").toBe(false);
    await server.close();
    expect(await counters.add(addition)).toBeUndefined();
  });
});

describe("counters in memory", () => {
  it("are bounded: the longest unused are forgotten first", async () => {
    const counters = memoryCounters({ ...clock(), countsMax: 10 });
    const add = (subject: string) => counters.add({ ...addition, subject, today: undefined });
    await add("kept");
    for (let i = 0; i < 50; i++) {
      await add(`other ${i}`);
      await add("kept");
    }
    expect(await add("kept")).toMatchObject({ current: 52 });
    expect(await add("other 1")).toMatchObject({ current: 1 });
  });
});
