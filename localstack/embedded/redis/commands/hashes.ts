/** Commands on hashes. */
import { bigInteger, integerReply } from "../arguments.ts";
import type { Keyspace } from "../keyspace.ts";
import { RedisError, wrongArity } from "../reply.ts";
import { summed } from "./counters.ts";
import { type CommandSpecs, pairs } from "./spec.ts";

const fields = (keyspace: Keyspace, key: string): ReadonlyMap<string, string> =>
  keyspace.find(key, "hash")?.fields ?? new Map();

export const HASHES: CommandSpecs = {
  HSET: {
    arity: -4,
    run: (keyspace, [key, ...rest]) => {
      if (rest.length % 2 === 1) throw wrongArity("hset");
      const hash = keyspace.open(key!, "hash");
      return pairs(rest).filter(([field, value]) => hash.set(field, value)).length;
    },
  },
  HGET: { arity: 3, run: (keyspace, [key, field]) => fields(keyspace, key!).get(field!) ?? null },
  HMGET: {
    arity: -3,
    run: (keyspace, [key, ...names]) => {
      const found = fields(keyspace, key!);
      return names.map((name) => found.get(name) ?? null);
    },
  },
  HGETALL: { arity: 2, run: (keyspace, [key]) => [...fields(keyspace, key!)].flat() },
  HDEL: {
    arity: -3,
    run: (keyspace, [key, ...names]) => {
      const hash = keyspace.find(key!, "hash");
      return hash ? names.filter((name) => hash.remove(name)).length : 0;
    },
  },
  HINCRBY: {
    arity: 4,
    run: (keyspace, [key, field, by]) => {
      const step = bigInteger(by!);
      const old = fields(keyspace, key!).get(field!) ?? "0";
      const value = bigInteger(old, () => new RedisError("ERR hash value is not an integer"));
      const sum = summed(value, step);
      keyspace.open(key!, "hash").set(field!, String(sum));
      return integerReply(sum);
    },
  },
  HEXISTS: {
    arity: 3,
    run: (keyspace, [key, field]) => (fields(keyspace, key!).has(field!) ? 1 : 0),
  },
  HLEN: { arity: 2, run: (keyspace, [key]) => fields(keyspace, key!).size },
  HKEYS: { arity: 2, run: (keyspace, [key]) => [...fields(keyspace, key!).keys()] },
  HVALS: { arity: 2, run: (keyspace, [key]) => [...fields(keyspace, key!).values()] },
};
