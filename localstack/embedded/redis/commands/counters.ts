/** Commands that count: 64-bit integers, and decimals for INCRBYFLOAT. */
import { bigInteger, fitsInt64, float, integerReply } from "../arguments.ts";
import { decimalText, decimalUnits } from "../decimal.ts";
import type { Keyspace } from "../keyspace.ts";
import { notAFloat, RedisError } from "../reply.ts";
import { Text } from "../values.ts";
import type { CommandSpecs } from "./spec.ts";

/** @throws RedisError when the sum leaves 64 bits */
export function summed(old: bigint, by: bigint): bigint {
  const sum = old + by;
  if (!fitsInt64(sum)) throw new RedisError("ERR increment or decrement would overflow");
  return sum;
}

function increment(keyspace: Keyspace, key: string, by: bigint) {
  const old = keyspace.find(key, "string")?.text ?? "0";
  const sum = summed(bigInteger(old), by);
  keyspace.putText(key, new Text(String(sum)));
  return integerReply(sum);
}

function incrementByFloat(keyspace: Keyspace, key: string, by: string): string {
  const old = keyspace.find(key, "string")?.text ?? "0";
  if (!Number.isFinite(float(old) + float(by))) {
    throw new RedisError("ERR increment would produce NaN or Infinity");
  }
  const [oldUnits, byUnits] = [decimalUnits(old), decimalUnits(by)];
  if (oldUnits === undefined || byUnits === undefined) throw notAFloat();
  const sum = decimalText(oldUnits + byUnits);
  keyspace.putText(key, new Text(sum));
  return sum;
}

export const COUNTERS: CommandSpecs = {
  INCR: { arity: 2, run: (keyspace, [key]) => increment(keyspace, key!, 1n) },
  DECR: { arity: 2, run: (keyspace, [key]) => increment(keyspace, key!, -1n) },
  INCRBY: {
    arity: 3,
    run: (keyspace, [key, by]) => increment(keyspace, key!, bigInteger(by!)),
  },
  DECRBY: {
    arity: 3,
    run: (keyspace, [key, by]) => {
      const value = bigInteger(by!);
      if (!fitsInt64(-value)) throw new RedisError("ERR decrement would overflow");
      return increment(keyspace, key!, -value);
    },
  },
  INCRBYFLOAT: {
    arity: 3,
    run: (keyspace, [key, by]) => incrementByFloat(keyspace, key!, by!),
  },
};
