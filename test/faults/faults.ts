/**
 * Which faults a run injects. A rate holds for the whole run; on top of it come storms: stretches of time in which one
 * kind of fault meets most requests. What happens to a request is decided when it is sent.
 */
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** Of an S3 request. "before" and "after" say whether the store has carried it out. */
export type S3Fault =
  | "slow_down"
  | "internal_before"
  | "internal_after"
  | "reset_before"
  | "reset_after"
  | "timeout_before"
  | "timeout_after"
  /** Carried out when the client has long stopped waiting. */
  | "late"
  | "slow"
  | "truncated"
  | "flipped"
  /** A manifest as it was one write earlier. */
  | "stale"
  | "precondition_failed"
  | "conflict"
  | "killed_before"
  | "killed_after";

export type RedisFault =
  | "redis_refused"
  | "redis_slow"
  | "redis_silent"
  | "redis_full"
  | "redis_flushed"
  | "redis_reset_after"
  | "redis_garbled"
  | "killed_before"
  | "killed_after";

/** Faults of no request. */
export type OtherFault = "clock_jump" | "pause" | "duplicate_event" | "reordered_event";

export type Fault = S3Fault | RedisFault | OtherFault;

export type KeyKind = "manifest" | "history" | "part" | "collecting" | "list" | "other";
export type S3Subject = Readonly<{
  method: string;
  kind: KeyKind;
  isConditional: boolean;
}>;

export type FaultPlan = Readonly<{
  s3Rate: number;
  redisRate: number;
  /** Of a process, at each request it sends. */
  killRate: number;
  skewMsMax: number;
  storms: readonly Storm[];
}>;

type Storm = Readonly<{
  fromMs: number;
  toMs: number;
  rate: number;
  faults: readonly (S3Fault | RedisFault)[];
}>;

const STORMS: readonly (readonly (S3Fault | RedisFault)[])[] = [
  ["slow_down"],
  ["conflict", "precondition_failed"],
  ["stale"],
  ["slow", "timeout_after", "late"],
  ["truncated", "flipped"],
  ["reset_before", "reset_after"],
  ["redis_refused"],
  ["redis_slow", "redis_silent"],
  ["redis_full", "redis_flushed"],
];

/** How a run goes: calm, rough, or with a store that is well while Redis is not. */
export function faultPlan(random: Random, stormAtMs: (random: Random) => number): FaultPlan {
  const isStoreWell = random.chance(0.1);
  const s3Rate = isStoreWell ? 0 : random.pick([0.03, 0.1, 0.2, 0.3]);
  const kinds = STORMS.filter(([first]) => !isStoreWell || first!.startsWith("redis"));
  const storms = Array.from({ length: random.whole(0, 5) }, (): Storm => {
    const fromMs = stormAtMs(random);
    const toMs = fromMs + random.between(2_000, 40_000);
    return { fromMs, toMs, rate: random.between(0.3, 0.9), faults: random.pick(kinds) };
  });
  return {
    s3Rate,
    redisRate: random.pick([0, 0.05, 0.3, 0.7]),
    killRate: isStoreWell ? 0 : random.pick([0, 0.002, 0.008]),
    skewMsMax: random.pick([0, 1_000, 2_000]),
    storms,
  };
}

/** What can befall a request: the commoner faults stand more than once. */
function s3Faults({ method, kind, isConditional }: S3Subject): readonly S3Fault[] {
  const any: S3Fault[] = [
    "slow_down",
    "internal_before",
    "reset_before",
    "reset_after",
    "timeout_before",
    "slow",
  ];
  if (method === "PUT") {
    const put: S3Fault[] = [...any, "internal_after", "reset_after", "timeout_after", "late"];
    return isConditional ? [...put, "precondition_failed", "conflict"] : put;
  }
  if (method === "DELETE") return [...any, "slow", "timeout_after", "late"];
  if (method === "GET" && kind === "manifest") return [...any, "stale", "stale", "truncated"];
  if (method === "GET" && kind !== "list") return [...any, "truncated", "flipped"];
  return any;
}

const REDIS_FAULTS: readonly RedisFault[] = [
  "redis_refused",
  "redis_slow",
  "redis_silent",
  "redis_full",
  "redis_flushed",
  "redis_reset_after",
  "redis_garbled",
];

export type Faults = Readonly<{
  ofS3: (subject: S3Subject) => S3Fault | undefined;
  ofRedis: () => RedisFault | undefined;
  /** Counts one that befell no request. */
  note: (fault: Fault) => void;
  /** From now on everything works. */
  stop: () => void;
  counts: () => Readonly<Record<string, number>>;
}>;

export function faultsOf(plan: FaultPlan, clock: Clock, random: Random): Faults {
  const counts: Record<string, number> = {};
  let isOver = false;
  const note = <F extends Fault>(fault: F): F => {
    counts[fault] = (counts[fault] ?? 0) + 1;
    return fault;
  };

  const choose = <F extends S3Fault | RedisFault>(
    possible: readonly F[],
    rate: number,
  ): F | undefined => {
    if (isOver) return undefined;
    if (random.chance(plan.killRate)) {
      return note((random.chance(0.5) ? "killed_before" : "killed_after") as F);
    }
    const nowMs = clock.nowMs();
    for (const storm of plan.storms) {
      if (nowMs < storm.fromMs || nowMs > storm.toMs || !random.chance(storm.rate)) continue;
      const blown = possible.filter((fault) => storm.faults.includes(fault));
      if (blown.length > 0) return note(random.pick(blown));
    }
    return random.chance(rate) ? note(random.pick(possible)) : undefined;
  };

  return {
    ofS3: (subject) => choose(s3Faults(subject), plan.s3Rate),
    ofRedis: () => choose(REDIS_FAULTS, plan.redisRate),
    note,
    stop: () => {
      isOver = true;
    },
    counts: () => counts,
  };
}

/** While the store is filled. */
export const NO_FAULTS: Faults = {
  ofS3: () => undefined,
  ofRedis: () => undefined,
  note: () => {},
  stop: () => {},
  counts: () => ({}),
};
