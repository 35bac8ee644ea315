/**
 * One way to Redis over Upstash's REST protocol, for everything that asks it: each call ends within its deadline and
 * within what its request has left to wait, none throws, and after some failures in a row, or one silence, nobody asks
 * any more until a trial succeeds.
 */
import { Redis } from "@upstash/redis";
import { breaker } from "./breaker.ts";
import { instruments } from "./metrics/meter.ts";
import { charged, REDIS_BUDGET_MS, redisBudgetMs } from "./redis-budget.ts";
import { tracedCall } from "./tracer.ts";

export type RedisOptions = Readonly<{
  url: string;
  token: string;
  /** Longest time one round trip may take. */
  deadlineMs?: number;
  /** The clock of the circuit breaker and of leases; any epoch will do, it must not jump. */
  nowMs?: () => number;
}>;

export type Asked<T> = Readonly<{ value: T }> | Readonly<{ error: unknown }>;

export type RedisConnection = Readonly<{
  redis: Redis;
  /** One call, if the circuit allows it. Never throws. */
  ask: <T>(call: () => Promise<T>) => Promise<Asked<T>>;
  isOpen: () => boolean;
  /** Calls that were refused or cut off by the deadline, and calls not made: circuit open, or no time left to wait. */
  counts: () => Readonly<{ failures: number; skipped: number }>;
  host: string;
  deadlineMs: number;
  nowMs: () => number;
}>;

const FAILURES_TO_OPEN = 5;
const COOL_DOWN_MS = 2_000;

/** How the client reports that Redis answered a command with an error: Redis itself is well. */
const COMMAND_REFUSED = /^Command (\d+ \[ \w+ \] )?failed: /;

const OPEN = { error: new Error("the circuit is open after repeated failures") };
const SPENT = { error: new Error(`the request has waited ${REDIS_BUDGET_MS} ms for Redis`) };

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

export function redisConnection({
  url,
  token,
  deadlineMs = REDIS_BUDGET_MS,
  nowMs = () => performance.now(),
}: RedisOptions): RedisConnection {
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
  const count = { failures: 0, skipped: 0 };

  const part = "redis";
  const tellOpen = () => instruments.set("qf_breaker_open", { part }, circuit.isOpen() ? 1 : 0);
  tellOpen();

  const failed = (error: unknown, tookMs: number) => {
    count.failures++;
    instruments.add("qf_dependency_failures_total", { part });
    const wasOpen = circuit.isOpen();
    if (error instanceof Error && COMMAND_REFUSED.test(error.message)) circuit.succeeded();
    // A timer counts from the beginning of its turn of the event loop, so the deadline may come early after a long turn.
    else if (tookMs < 0.75 * deadlineMs) circuit.failed();
    // A deadline that fired much too late says that this process was busy, and nothing about Redis.
    else if (tookMs < 2 * deadlineMs) circuit.silent();
    if (circuit.isOpen() && !wasOpen) instruments.add("qf_breaker_opened_total", { part });
    tellOpen();
  };

  /** The circuit learns from the call itself, however long its request has waited for it. */
  const reported = async <T>(call: () => Promise<T>): Promise<Asked<T>> => {
    const startedMs = performance.now();
    try {
      const value = await tracedCall("Redis", {}, call);
      const wasOpen = circuit.isOpen();
      circuit.succeeded();
      if (wasOpen) tellOpen();
      return { value };
    } catch (error) {
      failed(error, performance.now() - startedMs);
      return { error };
    }
  };

  return {
    redis,
    async ask(call) {
      // The budget first: a trial that is not made must not be used up.
      if (redisBudgetMs() < 1) {
        count.skipped++;
        return SPENT;
      }
      if (!circuit.allows()) {
        count.skipped++;
        return OPEN;
      }
      return (await charged(reported(call))) ?? SPENT;
    },
    isOpen: circuit.isOpen,
    counts: () => ({ ...count }),
    host: url && new URL(url).host,
    deadlineMs,
    nowMs,
  };
}
