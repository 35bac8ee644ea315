import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { USUAL } from "../../lib/access/limit.ts";
import { UNCOUNTED } from "../../lib/access/scope.ts";
import { memoryCounters, redisCounters } from "../../lib/edge/access/counters.ts";
import { limiter } from "../../lib/edge/access/limiter.ts";
import { cached } from "../../lib/edge/cached.ts";
import { http } from "../../lib/edge/http.ts";
import { lru } from "../../lib/edge/memory.ts";
import { cacheOver } from "../../lib/edge/redis.ts";
import { charged, redisBudgetMs, withRedisBudget } from "../../lib/edge/redis-budget.ts";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { AppError } from "../../lib/errors.ts";
import type { CachedAnswer } from "../../lib/ports.ts";
import { call } from "./call.ts";

const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0)) close();
});

/** A Redis that takes `answerMs` to answer anything with nothing; Infinity never does. */
async function redisThatTakes(answerMs: number) {
  const state = { asked: 0 };
  const server = createServer((request, response) => {
    state.asked++;
    request.resume();
    const nothing = request.url?.includes("multi")
      ? '[{"result":1},{"result":null},{"result":1},{"result":1},{"result":1}]'
      : '[{"result":null}]';
    if (answerMs < Number.POSITIVE_INFINITY) setTimeout(() => response.end(nothing), answerMs);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  opened.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, state };
}

/** A counted and cached GET of a scope over that Redis, as a process that has just started. */
function service(url: string, scope: "read" | "build") {
  const connection = redisConnection({ url, token: "local" });
  const counted = limiter({
    shared: () => redisCounters(connection),
    own: memoryCounters({ nowMs: Date.now }),
    nowMs: Date.now,
  });
  const handler = http()
    .before(async () => {
      if (!(await counted.take("key:a", USUAL, 1, UNCOUNTED[scope])))
        throw new AppError("DEPENDENCY_DOWN", "not counted", { dependency: "redis" });
    })
    .use(cached({ cache: cacheOver(connection), memory: lru({ maxBytes: 1_000_000 }) }))
    .handler(
      (): CachedAnswer => ({ version: "1", compute: async () => '{"days":[]}', release() {} }),
    );
  return { connection, get: () => call(handler, "GET /days") };
}

async function timed(get: () => Promise<{ statusCode: number }>) {
  const began = performance.now();
  const { statusCode } = await get();
  return { statusCode, ms: performance.now() - began };
}

// Times of a machine that others work on too.
describe("a request", { retry: 2 }, () => {
  it.each([
    ["read", 200],
    ["build", 503],
  ] as const)(
    "of scope %s waits once for a Redis that hangs, and answers %i",
    async (scope, status) => {
      const { url } = await redisThatTakes(Number.POSITIVE_INFINITY);
      const { get, connection } = service(url, scope);
      const first = await timed(get);
      expect(first.statusCode).toBe(status);
      expect(first.ms).toBeGreaterThan(140);
      expect(first.ms).toBeLessThan(450);
      expect(connection.isOpen(), "one silence is enough").toBe(true);
      const second = await timed(get);
      expect(second.statusCode).toBe(status);
      expect(second.ms, "nobody waits again").toBeLessThan(140);
    },
  );

  // regression: the deadline held for each command, and five commands of 100 ms for half a second
  it("waits 150 ms in all for a Redis that is slow at every command, and goes on counting", async () => {
    const { url, state } = await redisThatTakes(100);
    const { get, connection } = service(url, "read");
    const { statusCode, ms } = await timed(get);
    expect(statusCode).toBe(200);
    expect(ms).toBeGreaterThan(140);
    expect(ms).toBeLessThan(450);
    expect(connection.isOpen(), "slow is not silent").toBe(false);
    expect(state.asked, "counted, looked; the write is under way or to come").toBeLessThanOrEqual(
      3,
    );
  });
});

describe("the budget", { retry: 2 }, () => {
  it("is charged with the sum of what a request waits", async () => {
    await withRedisBudget(async () => {
      expect(await charged(sleep(40, "a"))).toBe("a");
      expect(await charged(sleep(40, "b"))).toBe("b");
      // One of them alone would leave 110; what this process was busy with meanwhile is not charged.
      expect(redisBudgetMs()).toBeLessThan(105);
      expect(await charged(sleep(500, "c"))).toBeUndefined();
      expect(redisBudgetMs()).toBeLessThan(2);
    });
  });

  it("is not charged with the work of this process", async () => {
    await withRedisBudget(async () => {
      const answer = charged(sleep(1, "a"));
      const untilMs = performance.now() + 200;
      while (performance.now() < untilMs);
      expect(await answer).toBe("a");
      expect(redisBudgetMs()).toBeGreaterThan(100);
    });
  });

  it("is one for each request, and none outside of one", async () => {
    expect(redisBudgetMs()).toBe(Number.POSITIVE_INFINITY);
    expect(await charged(sleep(1, "a"))).toBe("a");
    const left = await Promise.all(
      [60, 0].map((ms) =>
        withRedisBudget(async () => {
          if (ms > 0) await charged(sleep(ms));
          return redisBudgetMs();
        }),
      ),
    );
    expect(left[0]).toBeLessThan(130);
    expect(left[1]).toBe(150);
  });
});
