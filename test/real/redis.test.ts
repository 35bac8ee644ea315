/** The embedded Redis against a real one: the same table, then random scripts answered by both. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisCounters } from "../../lib/edge/access/counters.ts";
import { redisCache } from "../../lib/edge/redis.ts";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import {
  LOCAL_TOKEN,
  type RedisServer,
  startRedis,
} from "../../localstack/embedded/redis/server.ts";
import { countersContract } from "../edge/access/counters.contract.ts";
import { cacheContract } from "../edge/cache.contract.ts";
import { commandScripts } from "../localstack/redis-random.ts";
import { redisRestContract } from "../localstack/redis-rest.contract.ts";
import { runRedisTable, shown } from "../localstack/redis-script.ts";
import { REDIS_GROUPS } from "../localstack/redis-table.ts";
import { NO_REDIS_SERVER, type RealRedis, startRealRedis } from "./redis-server.ts";

if (NO_REDIS_SERVER) {
  describe("Redis commands: real server", () => {
    it.skip(`skipped: ${NO_REDIS_SERVER}`, () => {});
  });
} else {
  let real: RealRedis;

  beforeAll(async () => {
    real = await startRealRedis();
    console.info(`real Redis ${real.version}`);
  });
  afterAll(() => real.stop());

  runRedisTable(
    "real server",
    REDIS_GROUPS,
    () => ({
      execute: real.backend.execute,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }),
    ["embedded", "7.2"],
  );

  describe("proxy", () => {
    let proxy: RedisServer;
    beforeAll(async () => {
      proxy = await startRedis({ port: 0, proxy: real });
    });
    afterAll(() => proxy.close());

    const rest = async () => ({ url: proxy.url, token: LOCAL_TOKEN });
    redisRestContract("in front of a real Redis", rest);
    cacheContract("over REST in front of a real Redis", async () => ({
      cache: redisCache({ url: proxy.url, token: LOCAL_TOKEN, deadlineMs: 5000 }),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }));
    countersContract("over REST in front of a real Redis", async () => ({
      counters: redisCounters(
        redisConnection({ url: proxy.url, token: LOCAL_TOKEN, deadlineMs: 5000 }),
      ),
      nowMs: Date.now,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    }));
  });

  describe("random scripts", () => {
    it("are answered alike by the embedded keyspace and a real Redis", async () => {
      await fc.assert(
        fc.asyncProperty(commandScripts, async (script) => {
          const keyspace = new Keyspace(() => 1_800_000_000_000);
          await real.backend.execute(["FLUSHALL"]);
          for (const command of script) {
            const embedded = shown(keyspace.execute(command));
            expect(embedded, command.join(" ")).toEqual(shown(await real.backend.execute(command)));
          }
        }),
        { numRuns: 1500 },
      );
    });
  });
}
