/**
 * The cache shared by all processes: Redis over Upstash's REST protocol. Whatever happens to Redis, a request only
 * becomes slower: every call ends within its deadline, a failed one counts as a miss, and after a few failures in
 * a row nobody asks any more until a trial succeeds.
 */
import { Redis } from "@upstash/redis";
import { AppError } from "../errors.ts";
import type { Cache } from "../ports.ts";
import { breaker } from "./breaker.ts";
import { packed, unpacked } from "./redis-codec.ts";

export type RedisCacheOptions = Readonly<{
  url: string;
  token: string;
  /** Longest time one round trip may take. */
  deadlineMs?: number;
  /** The clock of the circuit breaker and of leases; any epoch will do, it must not jump. */
  nowMs?: () => number;
}>;

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

const FAILURES_TO_OPEN = 5;
const COOL_DOWN_MS = 2_000;

/** How the client reports that Redis answered one command with an error: Redis itself is well. */
const COMMAND_REFUSED = /^Command failed: /;

type Asked<T> = Readonly<{ value: T }> | Readonly<{ error: unknown }>;

/**
 * Fires when the time has passed and the answer is not there. When this process itself was busy for that long, the
 * answer may be waiting in the socket: one more turn of the event loop reads it.
 */
function deadlineSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  const fire = () => controller.abort(new DOMException("deadline passed", "TimeoutError"));
  setTimeout(() => setImmediate(fire), ms).unref();
  return controller.signal;
}

export function redisCache({
  url,
  token,
  deadlineMs = 150,
  nowMs = () => performance.now(),
}: RedisCacheOptions): Cache & Readonly<{ stats: () => RedisCacheStats }> {
  const redis = new Redis({
    url,
    token,
    // `retry: false` still tries twice, and the default six times: 4 s for each command when Redis is down.
    retry: { retries: 0 },
    // A function: the client makes a signal for each request and throws when it fires. One signal for all would
    // fire once for ever, and its reason would come back as the VALUE of a GET.
    signal: () => deadlineSignal(deadlineMs),
    responseEncoding: false,
    automaticDeserialization: false,
    enableTelemetry: false,
  });
  const circuit = breaker({ failuresToOpen: FAILURES_TO_OPEN, coolDownMs: COOL_DOWN_MS, nowMs });
  const count = { hits: 0, misses: 0, failures: 0, skipped: 0 };

  /** One call, if the circuit allows it. Never throws. */
  const ask = async <T>(call: () => Promise<T>): Promise<Asked<T>> => {
    if (!circuit.allows()) {
      count.skipped++;
      return { error: new Error("the circuit is open after repeated failures") };
    }
    const startedMs = performance.now();
    try {
      const value = await call();
      circuit.succeeded();
      return { value };
    } catch (error) {
      count.failures++;
      if (error instanceof Error && COMMAND_REFUSED.test(error.message)) circuit.succeeded();
      // A deadline that fired much too late says that this process was busy, and nothing about Redis.
      else if (performance.now() - startedMs < 2 * deadlineMs) circuit.failed();
      return { error };
    }
  };

  const get: Cache["get"] = async (key) => {
    const asked = await ask(() => redis.get<string>(key));
    if ("error" in asked) return undefined;
    if (asked.value === null) {
      count.misses++;
      return undefined;
    }
    const value = unpacked(String(asked.value));
    if (value === undefined) count.failures++;
    else count.hits++;
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
    return async () => {
      if (nowMs() >= expiresMs) return;
      const held = await ask(() => redis.get<string>(key));
      if ("value" in held && held.value === holder) await ask(() => redis.del(key));
    };
  };

  const ping: Cache["ping"] = async () => {
    // Twice: the first call of a process also pays for loading the client and for connecting.
    let cause: unknown;
    for (let attempt = 1; attempt <= 2; attempt++) {
      const startedMs = performance.now();
      const asked = await ask(() => redis.ping());
      if ("value" in asked) return performance.now() - startedMs;
      cause = asked.error;
      if (circuit.isOpen()) break;
    }
    throw new AppError(
      "DEPENDENCY_DOWN",
      `Redis at ${new URL(url).host} did not answer within ${deadlineMs} ms.`,
      { dependency: "redis" },
      { cause },
    );
  };

  return { get, set, lease, ping, stats: () => ({ ...count, open: circuit.isOpen() }) };
}
