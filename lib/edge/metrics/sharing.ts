/**
 * Figures of all processes: each adds what it has counted to one hash in Redis, at most once a second and in one round
 * trip. Nothing waits for it but the end of an invocation on Lambda, where a process is frozen between two; nothing
 * fails by it. What could not be added is added later. An addition whose answer was lost is made again, so a count may
 * come out too high when Redis falls silent, never too low.
 */
import { METRICS, type Metric, type MetricName } from "../../metrics.ts";
import type { RedisConnection } from "../redis-connection.ts";
import { type Meter, type Series, slotsOf } from "./meter.ts";

const KEY = "metrics:1";
/** A hash nobody adds to for so long is of a service that is gone. */
const KEPT_SECONDS = 30 * 86_400;
const EVERY_MS = 1_000;

export type Total = Readonly<{ name: MetricName; values: readonly string[]; slots: number[] }>;

export type Sharing = Readonly<{
  /** Adds what is new, when a second has passed since the last time. `undefined` when there is nothing to wait for. */
  shareWhenDue: () => Promise<void> | undefined;
  /** Adds what is new. Never throws. */
  share: () => Promise<void>;
  /** The sums over all processes with what this one has not added yet; `undefined` when Redis is away. */
  totals: () => Promise<Total[] | undefined>;
}>;

export type SharingOptions = Readonly<{
  meter: Meter;
  /** `undefined` where no Redis is set. */
  connection: () => RedisConnection | undefined;
  nowMs: () => number;
  everyMs?: number;
}>;

export function metricSharing({
  meter,
  connection,
  nowMs,
  everyMs = EVERY_MS,
}: SharingOptions): Sharing {
  let sharedMs = Number.NEGATIVE_INFINITY;
  let turn: Promise<unknown> = Promise.resolve();
  let isSharing = false;

  /** One at a time: totals that are read while an addition is under way would hold it or not, nobody knows. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  const addNew = async (): Promise<void> => {
    const redis = connection();
    const additions = redis ? newIn(meter) : [];
    if (!redis || additions.length === 0) return;
    const asked = await redis.ask(() => {
      const commands = redis.redis.multi();
      for (const { field, by } of additions) commands.hincrby(KEY, field, by);
      commands.expire(KEY, KEPT_SECONDS);
      return commands.exec<unknown[]>();
    });
    if ("value" in asked) for (const { series, at, by } of additions) series.shared[at]! += by;
  };

  const share = async (): Promise<void> => {
    sharedMs = nowMs();
    isSharing = true;
    try {
      await inTurn(addNew);
    } catch {
      // Figures are no reason to fail: what was not added stays to be added.
    } finally {
      isSharing = false;
    }
  };

  return {
    share,
    shareWhenDue: () => (isSharing || nowMs() - sharedMs < everyMs ? undefined : share()),
    totals: () =>
      inTurn(async () => {
        const redis = connection();
        if (!redis) return undefined;
        const asked = await redis.ask(() => redis.redis.hgetall(KEY));
        return "value" in asked ? merged(asked.value, meter) : undefined;
      }),
  };
}

type Addition = Readonly<{ series: Series; at: number; field: string; by: number }>;

function newIn(meter: Meter): Addition[] {
  const additions: Addition[] = [];
  for (const series of meter.series())
    series.slots.forEach((count, at) => {
      const by = count - series.shared[at]!;
      if (by !== 0) additions.push({ series, at, field: fieldOf(series, at), by });
    });
  return additions;
}

/** "qf_api_latency_seconds, route, le=0.5": bounds stand by value, so that builds with other buckets understand each other. */
function fieldOf({ name, values }: Pick<Series, "name" | "values">, at: number): string {
  const { buckets }: Metric = METRICS[name];
  const own = [name, ...values];
  if (!buckets) return own.join("\t");
  const slot = at > buckets.length ? "sum" : `le=${buckets[at] ?? "+Inf"}`;
  return [...own, slot].join("\t");
}

/** Where a field of any build belongs here; nowhere when this build knows no such metric or labels. */
function placeOf(
  field: string,
): Readonly<{ series: Omit<Total, "slots">; at: number }> | undefined {
  const [name = "", ...rest] = field.split("\t");
  if (!Object.hasOwn(METRICS, name)) return undefined;
  const { buckets, labels }: Metric = METRICS[name as MetricName];
  const slot = buckets ? (rest.pop() ?? "") : undefined;
  if (rest.length !== labels.length) return undefined;
  const series = { name: name as MetricName, values: rest };
  if (!buckets || slot === undefined) return { series, at: 0 };
  if (slot === "sum") return { series, at: buckets.length + 1 };
  const bound = slot === "le=+Inf" ? Number.POSITIVE_INFINITY : Number(slot.slice("le=".length));
  if (Number.isNaN(bound)) return undefined;
  const at = buckets.findIndex((known) => bound <= known);
  return { series, at: at < 0 ? buckets.length : at };
}

/** What HGETALL answers when nothing is made of it: names and values in turn; the client's own form is an object. */
function entriesOf(answer: unknown): [string, number][] {
  if (!Array.isArray(answer))
    return Object.entries(answer ?? {}).map(([field, value]) => [field, Number(value)]);
  return answer.flatMap((field, i) =>
    i % 2 === 0 ? [[String(field), Number(answer[i + 1])]] : [],
  );
}

function merged(answer: unknown, meter: Meter): Total[] {
  const totals = new Map<string, Total>();
  const raise = ({ name, values }: Omit<Total, "slots">, at: number, by: number) => {
    const key = [name, ...values].join("\t");
    const total = totals.get(key) ?? { name, values, slots: Array(slotsOf(name)).fill(0) };
    total.slots[at]! += by;
    totals.set(key, total);
  };
  for (const [field, value] of entriesOf(answer)) {
    const place = placeOf(field);
    if (place && Number.isFinite(value)) raise(place.series, place.at, value);
  }
  for (const { series, at, by } of newIn(meter)) raise(series, at, by);
  return [...totals.values()];
}
