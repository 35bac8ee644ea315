/** Commands on times to live. */
import { bigInteger } from "../arguments.ts";
import type { Keyspace } from "../keyspace.ts";
import { invalidExpire, RedisError, type Reply } from "../reply.ts";
import type { CommandSpec, CommandSpecs } from "./spec.ts";

const INT64_MAX = 2n ** 63n - 1n;

/** Whether the conditions NX, XX, GT, LT allow `next`; a key without expiry counts as living for ever. */
function isAllowed(flags: ReadonlySet<string>, current: number | undefined, next: number): boolean {
  if (flags.has("NX") && current !== undefined) return false;
  if (flags.has("XX") && current === undefined) return false;
  if (flags.has("GT") && next <= (current ?? Infinity)) return false;
  return !(flags.has("LT") && next >= (current ?? Infinity));
}

function conditions(options: readonly string[]): ReadonlySet<string> {
  const flags = new Set<string>();
  for (const option of options) {
    const name = option.toUpperCase();
    if (!["NX", "XX", "GT", "LT"].includes(name)) {
      throw new RedisError(`ERR Unsupported option ${option}`);
    }
    flags.add(name);
  }
  if (flags.has("NX") && flags.size > 1) {
    throw new RedisError("ERR NX and XX, GT or LT options at the same time are not compatible");
  }
  if (flags.has("GT") && flags.has("LT")) {
    throw new RedisError("ERR GT and LT options at the same time are not compatible");
  }
  return flags;
}

const expire = (command: string, unitMs: number, isAbsolute: boolean): CommandSpec => ({
  arity: -3,
  run: (keyspace, [key, time, ...options]) => {
    const flags = conditions(options);
    const ms = bigInteger(time!) * BigInt(unitMs) + BigInt(isAbsolute ? 0 : keyspace.nowMs());
    if (ms > INT64_MAX || ms < -INT64_MAX) throw invalidExpire(command);
    const entry = keyspace.entry(key!);
    if (!entry || !isAllowed(flags, entry.expiresMs, Number(ms))) return 0;
    entry.expiresMs = Number(ms);
    // A time that has passed deletes the key; looking at it does that.
    keyspace.entry(key!);
    return 1;
  },
});

/** -2 without the key, -1 without an expiry. */
function remaining(keyspace: Keyspace, key: string, inUnits: (ms: number) => number): Reply {
  const entry = keyspace.entry(key);
  if (!entry) return -2;
  return entry.expiresMs === undefined ? -1 : inUnits(entry.expiresMs - keyspace.nowMs());
}

export const EXPIRY: CommandSpecs = {
  EXPIRE: expire("expire", 1000, false),
  PEXPIRE: expire("pexpire", 1, false),
  EXPIREAT: expire("expireat", 1000, true),
  PEXPIREAT: expire("pexpireat", 1, true),
  TTL: {
    arity: 2,
    run: (keyspace, [key]) => remaining(keyspace, key!, (ms) => Math.floor((ms + 500) / 1000)),
  },
  PTTL: { arity: 2, run: (keyspace, [key]) => remaining(keyspace, key!, (ms) => Math.ceil(ms)) },
  PERSIST: {
    arity: 2,
    run: (keyspace, [key]) => {
      const entry = keyspace.entry(key!);
      if (entry?.expiresMs === undefined) return 0;
      entry.expiresMs = undefined;
      return 1;
    },
  },
};
