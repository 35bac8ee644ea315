/** Commands on sets. */
import type { Keyspace } from "../keyspace.ts";
import type { CommandSpecs } from "./spec.ts";

const members = (keyspace: Keyspace, key: string): ReadonlySet<string> =>
  keyspace.find(key, "set")?.members ?? new Set();

export const SETS: CommandSpecs = {
  SADD: {
    arity: -3,
    run: (keyspace, [key, ...added]) => {
      const set = keyspace.open(key!, "set");
      return added.filter((member) => set.add(member)).length;
    },
  },
  SREM: {
    arity: -3,
    run: (keyspace, [key, ...removed]) => {
      const set = keyspace.find(key!, "set");
      return set ? removed.filter((member) => set.remove(member)).length : 0;
    },
  },
  SMEMBERS: { arity: 2, run: (keyspace, [key]) => [...members(keyspace, key!)] },
  SISMEMBER: {
    arity: 3,
    run: (keyspace, [key, member]) => (members(keyspace, key!).has(member!) ? 1 : 0),
  },
  SCARD: { arity: 2, run: (keyspace, [key]) => members(keyspace, key!).size },
};
