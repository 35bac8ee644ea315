/** Where requests are counted: in Redis for all processes, or in this one while Redis cannot be reached. */
import type { Held, Window } from "../../access/limit.ts";
import type { RedisConnection } from "../redis-connection.ts";

export type Addition = Readonly<{
  /** Whose requests: "key:<id>" or "address:<print>". */
  subject: string;
  window: Window;
  /** Added to the count of the window; below zero gives back. */
  requests: number;
  /** Added to the count of the day; `undefined` where no quota is counted. */
  today: number | undefined;
}>;

export type Counters = Readonly<{
  /**
   * Adds in one step and one round trip, so that of many who add at once each gets a count of its own.
   * @returns what the counters hold afterwards; `undefined` when they cannot be reached. Never throws.
   */
  add: (addition: Addition) => Promise<Held | undefined>;
}>;

/** The window before is read until this one ends; a little longer for clocks that differ. */
const SPARE_MS = 5_000;
const QUOTA_TTL_MS = 26 * 3_600_000;

type Names = Readonly<{ current: string; previous: string; today: string }>;

/** The length is part of the name: a key whose limit was changed begins new windows. */
function namesOf({ subject, window: { index, lengthMs, day } }: Addition): Names {
  const rate = (at: number) => `limit:${subject}:${lengthMs}:${at}`;
  return { current: rate(index), previous: rate(index - 1), today: `quota:${subject}:${day}` };
}

export function redisCounters({ redis, ask }: RedisConnection): Counters {
  return {
    async add(addition) {
      const { current, previous, today } = namesOf(addition);
      const asked = await ask(() => {
        const commands = redis.multi();
        commands.incrby(current, addition.requests);
        commands.get(previous);
        commands.pexpire(current, 2 * addition.window.lengthMs + SPARE_MS);
        if (addition.today !== undefined) {
          commands.incrby(today, addition.today);
          commands.pexpire(today, QUOTA_TTL_MS);
        }
        return commands.exec<unknown[]>();
      });
      if ("error" in asked) return undefined;
      const [now, before, , day] = asked.value;
      const held = { current: Number(now), previous: Number(before ?? 0), today: Number(day ?? 0) };
      return Object.values(held).every(Number.isFinite) ? held : undefined;
    },
  };
}

type Count = { value: number; expiresMs: number };

/** Counters of this process alone. Above `countsMax` the oldest are forgotten: their callers start anew. */
export function memoryCounters({
  nowMs,
  countsMax = 50_000,
}: Readonly<{ nowMs: () => number; countsMax?: number }>): Counters {
  const counts = new Map<string, Count>();
  const countOf = (name: string) => {
    const count = counts.get(name);
    return count && count.expiresMs > nowMs() ? count.value : 0;
  };
  const raised = (name: string, by: number, ttlMs: number) => {
    const value = countOf(name) + by;
    counts.delete(name);
    counts.set(name, { value, expiresMs: nowMs() + ttlMs });
    if (counts.size > countsMax) counts.delete(counts.keys().next().value!);
    return value;
  };
  return {
    async add(addition) {
      const { current, previous, today } = namesOf(addition);
      const { requests, today: day, window } = addition;
      return {
        current: raised(current, requests, 2 * window.lengthMs + SPARE_MS),
        previous: countOf(previous),
        today: day === undefined ? 0 : raised(today, day, QUOTA_TTL_MS),
      };
    },
  };
}
