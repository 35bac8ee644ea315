import { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import { runRedisTable } from "./redis-script.ts";
import { REDIS_GROUPS } from "./redis-table.ts";

const EPOCH_MS = 1_800_000_000_000;

runRedisTable("embedded keyspace", REDIS_GROUPS, () => {
  let nowMs = EPOCH_MS;
  const keyspace = new Keyspace(() => nowMs);
  return {
    execute: (command) => keyspace.execute(command),
    sleep: async (ms) => {
      nowMs += ms;
    },
  };
});
