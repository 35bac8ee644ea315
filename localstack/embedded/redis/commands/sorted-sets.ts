/** Commands on sorted sets. */
import { float, floatText, Options } from "../arguments.ts";
import type { Keyspace } from "../keyspace.ts";
import { RedisError, type Reply, syntaxError } from "../reply.ts";
import type { SortedSet } from "../sorted-set.ts";
import { rangeReply, ranksWithin, scoreRange } from "./sorted-set-range.ts";
import { type CommandSpecs, pairs } from "./spec.ts";

const FLAGS: readonly string[] = ["NX", "XX", "GT", "LT", "CH", "INCR"];

/** Adds two scores. @throws RedisError when that is no number (inf and -inf) */
function added(old: number, by: number): number {
  const score = old + by;
  if (Number.isNaN(score)) throw new RedisError("ERR resulting score is not a number (NaN)");
  return score;
}

function zaddFlags(options: Options, plainArguments: () => number): ReadonlySet<string> {
  const flags = new Set<string>();
  for (let name = options.next(); name !== undefined; name = options.next()) {
    if (!FLAGS.includes(name)) {
      options.back();
      break;
    }
    flags.add(name);
  }
  const plain = plainArguments();
  if (plain === 0 || plain % 2 === 1) throw syntaxError();
  if (flags.has("NX") && flags.has("XX")) {
    throw new RedisError("ERR XX and NX options at the same time are not compatible");
  }
  if (["NX", "GT", "LT"].filter((flag) => flags.has(flag)).length > 1) {
    throw new RedisError("ERR GT, LT, and/or NX options at the same time are not compatible");
  }
  if (flags.has("INCR") && plain > 2) {
    throw new RedisError("ERR INCR option supports a single increment-element pair");
  }
  return flags;
}

/** The score a member gets; `undefined` where the flags forbid it. */
function nextScore(
  set: SortedSet,
  member: string,
  given: number,
  flags: ReadonlySet<string>,
): number | undefined {
  const old = set.score(member);
  if (old === undefined) return flags.has("XX") ? undefined : given;
  if (flags.has("NX")) return undefined;
  const score = flags.has("INCR") ? added(old, given) : given;
  if (flags.has("GT") && score <= old) return undefined;
  return flags.has("LT") && score >= old ? undefined : score;
}

function zadd(keyspace: Keyspace, [key, ...rest]: readonly string[]): Reply {
  const options = new Options(rest);
  const flags = zaddFlags(options, () => options.rest().length);
  const scored = pairs(options.rest()).map(([score, member]) => [float(score), member] as const);
  const set = keyspace.open(key!, "zset");
  let counted = 0;
  let incremented: Reply = null;
  for (const [given, member] of scored) {
    const score = nextScore(set, member, given, flags);
    if (score === undefined) continue;
    const old = set.score(member);
    if (old === undefined || (flags.has("CH") && old !== score)) counted++;
    if (old !== score) set.set(member, score);
    incremented = floatText(score);
  }
  return flags.has("INCR") ? incremented : counted;
}

function removeWithin(keyspace: Keyspace, [key, min, max]: readonly string[]): number {
  const range = scoreRange(min!, max!);
  const set = keyspace.find(key!, "zset");
  if (!set) return 0;
  const removed = set.ordered.slice(...ranksWithin(set, range));
  for (const { member } of removed) set.remove(member);
  return removed.length;
}

const zset = (keyspace: Keyspace, key: string) => keyspace.find(key, "zset");

export const SORTED_SETS: CommandSpecs = {
  ZADD: { arity: -4, run: zadd },
  ZINCRBY: {
    arity: 4,
    run: (keyspace, [key, by, member]) => zadd(keyspace, [key!, "INCR", by!, member!]),
  },
  ZREM: {
    arity: -3,
    run: (keyspace, [key, ...removed]) => {
      const set = zset(keyspace, key!);
      return set ? removed.filter((member) => set.remove(member)).length : 0;
    },
  },
  ZSCORE: {
    arity: 3,
    run: (keyspace, [key, member]) => {
      const score = zset(keyspace, key!)?.score(member!);
      return score === undefined ? null : floatText(score);
    },
  },
  ZRANK: {
    arity: 3,
    run: (keyspace, [key, member]) => zset(keyspace, key!)?.rank(member!) ?? null,
  },
  ZCARD: { arity: 2, run: (keyspace, [key]) => zset(keyspace, key!)?.size ?? 0 },
  ZCOUNT: {
    arity: 4,
    run: (keyspace, [key, min, max]) => {
      const range = scoreRange(min!, max!);
      const set = zset(keyspace, key!);
      if (!set) return 0;
      const [from, to] = ranksWithin(set, range);
      return to - from;
    },
  },
  ZRANGE: {
    arity: -4,
    run: (keyspace, [key, start, stop, ...rest]) =>
      rangeReply(() => zset(keyspace, key!), [start!, stop!], rest),
  },
  ZRANGEBYSCORE: {
    arity: -4,
    run: (keyspace, [key, min, max, ...rest]) =>
      rangeReply(() => zset(keyspace, key!), [min!, max!], rest, true),
  },
  ZREMRANGEBYSCORE: { arity: 4, run: removeWithin },
};
