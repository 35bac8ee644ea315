/** Commands on plain values. */
import { Options } from "../arguments.ts";
import type { Keyspace } from "../keyspace.ts";
import { wrongArity } from "../reply.ts";
import { Text } from "../values.ts";
import { positiveMs, setOptions } from "./set-options.ts";
import { type CommandSpec, type CommandSpecs, pairs } from "./spec.ts";

const text = (keyspace: Keyspace, key: string) => keyspace.find(key, "string")?.text ?? null;

const set: CommandSpec["run"] = (keyspace, [key, value, ...rest]) => {
  const { expiry, flags } = setOptions(new Options(rest), {
    command: "set",
    nowMs: keyspace.nowMs(),
    flags: ["NX", "XX", "GET", "KEEPTTL"],
  });
  const present = keyspace.entry(key!);
  const old = flags.has("GET") ? text(keyspace, key!) : null;
  const isAllowed = present ? !flags.has("NX") : !flags.has("XX");
  if (!isAllowed) return flags.has("GET") ? old : null;
  const kept = expiry.kind === "keep" ? present?.expiresMs : undefined;
  keyspace.put(key!, new Text(value!), expiry.kind === "at" ? expiry.ms : kept);
  return flags.has("GET") ? old : "OK";
};

const getex: CommandSpec["run"] = (keyspace, [key, ...rest]) => {
  const { expiry } = setOptions(new Options(rest), {
    command: "getex",
    nowMs: keyspace.nowMs(),
    flags: ["PERSIST"],
  });
  const value = text(keyspace, key!);
  const entry = keyspace.entry(key!);
  if (entry && expiry.kind === "at") entry.expiresMs = expiry.ms;
  if (entry && expiry.kind === "persist") entry.expiresMs = undefined;
  return value;
};

/** SETEX and PSETEX: the time comes before the value. */
const setWithTime = (command: string, unitMs: number): CommandSpec => ({
  arity: 4,
  run: (keyspace, [key, time, value]) => {
    const ms = positiveMs(time!, unitMs, command);
    keyspace.put(key!, new Text(value!), keyspace.nowMs() + ms);
    return "OK";
  },
});

export const STRINGS: CommandSpecs = {
  GET: { arity: 2, run: (keyspace, [key]) => text(keyspace, key!) },
  SET: { arity: -3, run: set },
  SETEX: setWithTime("setex", 1000),
  PSETEX: setWithTime("psetex", 1),
  SETNX: {
    arity: 3,
    run: (keyspace, [key, value]) => {
      if (keyspace.entry(key!)) return 0;
      keyspace.put(key!, new Text(value!), undefined);
      return 1;
    },
  },
  GETEX: { arity: -2, run: getex },
  GETDEL: {
    arity: 2,
    run: (keyspace, [key]) => {
      const value = text(keyspace, key!);
      keyspace.remove(key!);
      return value;
    },
  },
  MGET: {
    arity: -2,
    run: (keyspace, keys) =>
      keys.map((key) => {
        const value = keyspace.entry(key)?.value;
        return value?.kind === "string" ? value.text : null;
      }),
  },
  MSET: {
    arity: -3,
    run: (keyspace, args) => {
      if (args.length % 2 === 1) throw wrongArity("mset");
      for (const [key, value] of pairs(args)) keyspace.put(key, new Text(value), undefined);
      return "OK";
    },
  },
  APPEND: {
    arity: 3,
    run: (keyspace, [key, more]) => {
      const joined = (text(keyspace, key!) ?? "") + more;
      keyspace.putText(key!, new Text(joined));
      return joined.length;
    },
  },
  STRLEN: { arity: 2, run: (keyspace, [key]) => text(keyspace, key!)?.length ?? 0 },
};
