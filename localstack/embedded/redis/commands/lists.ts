/** Commands on lists. */
import { integer } from "../arguments.ts";
import type { Keyspace } from "../keyspace.ts";
import { RedisError, wrongArity } from "../reply.ts";
import type { CommandSpec, CommandSpecs } from "./spec.ts";

/**
 * Reads Redis' first and last index, both included and counted from the end when negative; the function it gives
 * turns them into a half-open range of a list that long. Numbers are refused before the key is looked at.
 */
export function ranks(start: string, stop: string): (size: number) => readonly [number, number] {
  const first = integer(start);
  const last = integer(stop);
  return (size) => {
    const from = Math.max(0, first < 0 ? first + size : first);
    const to = Math.min(size - 1, last < 0 ? last + size : last);
    return from > to ? [0, 0] : [from, to + 1];
  };
}

const items = (keyspace: Keyspace, key: string): readonly string[] =>
  keyspace.find(key, "list")?.items ?? [];

const push = (end: "head" | "tail"): CommandSpec => ({
  arity: -3,
  run: (keyspace, [key, ...added]) => {
    const list = keyspace.open(key!, "list");
    for (const item of added) list.push(end, item);
    return list.size;
  },
});

const pop = (end: "head" | "tail"): CommandSpec => ({
  arity: -2,
  run: (keyspace, args) => {
    const [key, counted, surplus] = args;
    if (surplus !== undefined) throw wrongArity(end === "head" ? "lpop" : "rpop");
    const outOfRange = () => new RedisError("ERR value is out of range, must be positive");
    const limit = counted === undefined ? undefined : integer(counted, outOfRange);
    if (limit !== undefined && limit < 0) throw outOfRange();
    const list = keyspace.find(key!, "list");
    if (!list) return null;
    if (limit === undefined) return list.pop(end) ?? null;
    return Array.from({ length: Math.min(limit, list.size) }, () => list.pop(end) ?? null);
  },
});

export const LISTS: CommandSpecs = {
  LPUSH: push("head"),
  RPUSH: push("tail"),
  LPOP: pop("head"),
  RPOP: pop("tail"),
  LLEN: { arity: 2, run: (keyspace, [key]) => items(keyspace, key!).length },
  LRANGE: {
    arity: 4,
    run: (keyspace, [key, start, stop]) => {
      const range = ranks(start!, stop!);
      const all = items(keyspace, key!);
      return all.slice(...range(all.length));
    },
  },
  LTRIM: {
    arity: 4,
    run: (keyspace, [key, start, stop]) => {
      const range = ranks(start!, stop!);
      const list = keyspace.find(key!, "list");
      list?.trim(...range(list.size));
      return "OK";
    },
  },
};
