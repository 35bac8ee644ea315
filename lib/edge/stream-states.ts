/**
 * Where the shards of a stream stand, in Redis: the last number of each, and a state for who only looks. Losing them loses
 * nothing: both follow from what is stored.
 */
import type { RedisConnection } from "./redis-connection.ts";

export type StreamStates = Readonly<{
  /** The last number taken of a shard; `undefined` when nobody knows. */
  at: (log: string, shard: string) => Promise<string | undefined>;
  /** Never throws: what could not be written is as good as lost. */
  write: (log: string, shard: string, at: string, state?: Uint8Array) => Promise<void>;
  /** All shards of a log and the last number taken of each; `undefined` when Redis cannot be reached. */
  positions: (log: string) => Promise<Readonly<Record<string, string>> | undefined>;
  /** A packed state of the last number or an earlier one; `undefined` when none is to be had. */
  state: (log: string, shard: string) => Promise<Uint8Array | undefined>;
}>;

/** A shard that is silent for so long is looked up where its segments are. */
const KEPT_SECONDS = 7 * 86_400;

const positions = (log: string): string => `stream:${log}:at`;
const stateName = (log: string, shard: string): string => `stream:${log}:${shard}:state`;

/** @param connection `undefined` where no Redis is set */
export function redisStreamStates(connection: () => RedisConnection | undefined): StreamStates {
  return {
    async at(log, shard) {
      const redis = connection();
      const asked = await redis?.ask(() => redis.redis.hget<string>(positions(log), shard));
      if (!asked || "error" in asked || asked.value === null) return undefined;
      return String(asked.value);
    },
    async write(log, shard, at, state) {
      const redis = connection();
      await redis?.ask(() => {
        const commands = redis.redis.multi();
        commands.hset(positions(log), { [shard]: at });
        if (state !== undefined) {
          const text = Buffer.from(state).toString("base64");
          commands.set(stateName(log, shard), text, { ex: KEPT_SECONDS });
        }
        return commands.exec();
      });
    },
    async positions(log) {
      const redis = connection();
      const asked = await redis?.ask(() => redis.redis.hgetall(positions(log)));
      if (!asked || "error" in asked) return undefined;
      // As Redis sends it: names and values in turn.
      const list = (asked.value ?? []) as unknown as readonly unknown[];
      return Object.fromEntries(
        list.flatMap((name, at) => (at % 2 === 0 ? [[String(name), String(list[at + 1])]] : [])),
      );
    },
    async state(log, shard) {
      const redis = connection();
      const asked = await redis?.ask(() => redis.redis.get<string>(stateName(log, shard)));
      const text = asked && "value" in asked ? asked.value : null;
      return text === null ? undefined : Buffer.from(text, "base64");
    },
  };
}
