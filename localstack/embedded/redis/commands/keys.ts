/** Commands on keys of any kind. */
import { integer, Options } from "../arguments.ts";
import { globMatcher } from "../glob.ts";
import type { Keyspace } from "../keyspace.ts";
import { RedisError, type Reply, syntaxError } from "../reply.ts";
import type { CommandSpec, CommandSpecs } from "./spec.ts";

const count = (keyspace: Keyspace, keys: readonly string[], found: (key: string) => boolean) =>
  keys.filter((key) => keyspace.entry(key) !== undefined && found(key)).length;

const remove: CommandSpec = {
  arity: -2,
  run: (keyspace, keys) => count(keyspace, keys, (key) => keyspace.remove(key)),
};

const SCAN_COUNT = 10;

/**
 * The cursor is the serial of the last key looked at, so a key that stays is seen exactly once
 * whatever happens to the others between two calls.
 */
function scan(keyspace: Keyspace, args: readonly string[]): Reply {
  const [cursor = "", ...rest] = args;
  if (!/^\d+$/.test(cursor)) throw new RedisError("ERR invalid cursor");
  const { isWanted, limit } = scanOptions(rest);
  const found: string[] = [];
  let looked = 0;
  let last = 0;
  for (const [key, { value, serial }] of keyspace.keys(Number(cursor))) {
    if (looked === limit) return [String(last), found];
    looked++;
    last = serial;
    if (isWanted(key, value.kind)) found.push(key);
  }
  return ["0", found];
}

function scanOptions(rest: readonly string[]) {
  const options = new Options(rest);
  let limit = SCAN_COUNT;
  let matches: (key: string) => boolean = () => true;
  let kind: string | undefined;
  for (let name = options.next(); name !== undefined; name = options.next()) {
    if (name === "MATCH") matches = globMatcher(options.value());
    else if (name === "TYPE") kind = options.value().toLowerCase();
    else if (name === "COUNT") {
      limit = integer(options.value());
      if (limit < 1) throw syntaxError();
    } else throw syntaxError();
  }
  const isWanted = (key: string, found: string) =>
    (kind === undefined || kind === found) && matches(key);
  return { limit, isWanted };
}

export const KEYS: CommandSpecs = {
  DEL: remove,
  UNLINK: remove,
  EXISTS: { arity: -2, run: (keyspace, keys) => count(keyspace, keys, () => true) },
  TYPE: { arity: 2, run: (keyspace, [key]) => keyspace.entry(key!)?.value.kind ?? "none" },
  KEYS: {
    arity: 2,
    run: (keyspace, [pattern]) => {
      const matches = globMatcher(pattern!);
      return [...keyspace.keys()].map(([key]) => key).filter(matches);
    },
  },
  SCAN: { arity: -2, run: scan },
  RENAME: {
    arity: 3,
    run: (keyspace, [from, to]) => {
      const entry = keyspace.entry(from!);
      if (!entry) throw new RedisError("ERR no such key");
      if (from === to) return "OK";
      keyspace.remove(from!);
      keyspace.put(to!, entry.value, entry.expiresMs);
      return "OK";
    },
  },
};
