/**
 * The cache shared by all processes: Redis over Upstash's REST protocol. Whatever happens to Redis, a request only
 * becomes slower: every call ends within its deadline, a failed one counts as a miss, and after a few failures in
 * a row nobody asks any more until a trial succeeds.
 */
import { AppError } from "../errors.ts";
import type { Cache } from "../ports.ts";
import { instruments } from "./metrics/meter.ts";
import { withRedisBudget } from "./redis-budget.ts";
import { packed, unpacked } from "./redis-codec.ts";
import { type RedisConnection, type RedisOptions, redisConnection } from "./redis-connection.ts";

export type RedisCacheStats = Readonly<{
  /** Reads that found a value, and reads that Redis answered with nothing. */
  hits: number;
  misses: number;
  /** Calls that were refused, cut off by the deadline or answered with something unreadable. */
  failures: number;
  /** Calls not made because the circuit was open. */
  skipped: number;
  /** Whether the circuit is open now. */
  open: boolean;
}>;

export type RedisCache = Cache & Readonly<{ stats: () => RedisCacheStats }>;

/** A cache with a connection of its own. */
export const redisCache = (options: RedisOptions): RedisCache =>
  cacheOver(redisConnection(options));

export function cacheOver(connection: RedisConnection): RedisCache {
  const { redis, ask, nowMs } = connection;
  const count = { hits: 0, misses: 0, unreadable: 0 };

  const get: Cache["get"] = async (key) => {
    const asked = await ask(() => redis.get<string>(key));
    if ("error" in asked) return undefined;
    if (asked.value === null) {
      count.misses++;
      instruments.add("qf_cache_lookups_total", { level: "redis", outcome: "miss" });
      return undefined;
    }
    const value = unpacked(String(asked.value));
    if (value === undefined) count.unreadable++;
    else {
      count.hits++;
      instruments.add("qf_cache_lookups_total", { level: "redis", outcome: "hit" });
    }
    return value;
  };

  const set: Cache["set"] = async (key, value, ttlSeconds) => {
    // Packing is the expensive half: not for a circuit that is open.
    await ask(async () =>
      redis.set(key, packed(value), { ex: Math.max(1, Math.ceil(ttlSeconds)) }),
    );
  };

  const lease: Cache["lease"] = async (key, ttlMs) => {
    const holder = crypto.randomUUID();
    const expiresMs = nowMs() + ttlMs;
    const taken = await ask(() => redis.set(key, holder, { nx: true, px: ttlMs }));
    if ("error" in taken || taken.value === null) return undefined;
    /**
     * Without a script, comparing and deleting are two steps: when the lease runs out between them, the next
     * holder's is deleted and a third may enter. That costs a repeated computation, no more: answers are pure
     * and commits are decided by the store's conditional writes.
     */
    const release = async () => {
      if (nowMs() >= expiresMs) return;
      const held = await ask(() => redis.get<string>(key));
      if ("value" in held && held.value === holder) await ask(() => redis.del(key));
    };
    // A lease that was taken is given back even by a request that has no time left: others wait for it.
    return () => withRedisBudget(release);
  };

  const ping: Cache["ping"] = async () => {
    // Twice: the first call of a process also pays for loading the client and for connecting.
    let cause: unknown;
    for (let attempt = 1; attempt <= 2; attempt++) {
      const startedMs = performance.now();
      const asked = await ask(() => redis.ping());
      if ("value" in asked) return performance.now() - startedMs;
      cause = asked.error;
      if (connection.isOpen()) break;
    }
    throw new AppError(
      "DEPENDENCY_DOWN",
      `Redis at ${connection.host} did not answer within ${connection.deadlineMs} ms.`,
      { dependency: "redis" },
      { cause },
    );
  };

  const stats = () => {
    const { hits, misses, unreadable } = count;
    const { failures, skipped } = connection.counts();
    return { hits, misses, failures: failures + unreadable, skipped, open: connection.isOpen() };
  };

  return { get, set, lease, ping, isAway: connection.isOpen, stats };
}
