/** Commands about the server itself. */
import { RedisError, syntaxError, wrongArity } from "../reply.ts";
import type { CommandSpec, CommandSpecs } from "./spec.ts";

/** The version whose wording and number format this server follows. */
const REDIS_VERSION = "7.2.0";

const noScripts: CommandSpec = {
  arity: -3,
  run: () =>
    new RedisError(
      "ERR unsupported: the embedded server runs no scripts; use SET NX, MULTI or INCR instead",
    ),
};

const flush: CommandSpec = {
  arity: -1,
  run: (keyspace, [mode, ...more]) => {
    if (more.length > 0 || (mode !== undefined && !/^a?sync$/i.test(mode))) throw syntaxError();
    keyspace.clear();
    return "OK";
  },
};

export const SERVER: CommandSpecs = {
  PING: {
    arity: -1,
    run: (_, args) => (args.length > 1 ? wrongArity("ping") : (args[0] ?? "PONG")),
  },
  ECHO: { arity: 2, run: (_, [text]) => text! },
  TIME: {
    arity: 1,
    run: ({ nowMs }) => {
      const ms = nowMs();
      return [String(Math.floor(ms / 1000)), String(Math.floor((ms % 1000) * 1000))];
    },
  },
  DBSIZE: { arity: 1, run: (keyspace) => [...keyspace.keys()].length },
  FLUSHDB: flush,
  FLUSHALL: flush,
  INFO: {
    arity: -1,
    run: (keyspace) => {
      const { bytes, maxBytes, evicted } = keyspace.facts();
      const keys = [...keyspace.keys()].length;
      return [
        "# Server",
        `redis_version:${REDIS_VERSION}`,
        "redis_mode:embedded",
        "# Memory",
        `used_memory:${bytes}`,
        `maxmemory:${maxBytes}`,
        "maxmemory_policy:allkeys-lru",
        "# Stats",
        `evicted_keys:${evicted}`,
        "# Keyspace",
        ...(keys > 0 ? [`db0:keys=${keys}`] : []),
        "",
      ].join("\r\n");
    },
  },
  EVAL: noScripts,
  EVALSHA: noScripts,
};
