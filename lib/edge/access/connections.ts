/**
 * Live connections in Redis: a record each, and sorted sets of their ids by the instant they are over, one of all and one
 * of each key. A connection whose end nobody told leaves the sets by itself, so no count drifts for ever.
 */
import {
  CONNECTION_LIFE_MS,
  type Connection,
  connectionOf,
  connectionText,
} from "../../access/connection.ts";
import type { RedisConnection } from "../redis-connection.ts";

export type Connections = Readonly<{
  /**
   * Keeps a connection, unless its key has `most` already.
   * @returns "away" when Redis cannot be reached and nothing may be kept of it
   */
  add: (connection: Connection, most: number) => Promise<"added" | "too many" | "away">;
  /** @returns `undefined` for one that is over or was never kept, "away" when Redis cannot be reached */
  find: (id: string) => Promise<Connection | "away" | undefined>;
  /** Forgets a connection that is over. Never throws; what could not be removed goes with its time. */
  remove: (id: string) => Promise<void>;
  /** How many there are; `undefined` when Redis cannot be reached. */
  count: () => Promise<number | undefined>;
}>;

export type ConnectionsOptions = Readonly<{
  /** `undefined` where no Redis is set. */
  connection: () => RedisConnection | undefined;
  nowMs: () => number;
}>;

/** How long a process believes what it read: a connection never changes, it only ends. */
export const CONNECTION_BELIEVED_MS = 30_000;
/** The longest known is dropped first. */
const KNOWN_MAX = 10_000;

const ALL = "live:connections";
const ofKey = (keyId: string): string => `live:connections:${keyId}`;
const recordName = (id: string): string => `live:connection:${id}`;

export function redisConnections({ connection, nowMs }: ConnectionsOptions): Connections {
  const known = new Map<string, Readonly<{ found: Connection; untilMs: number }>>();

  const believe = (found: Connection) => {
    known.delete(found.id);
    known.set(found.id, { found, untilMs: nowMs() + CONNECTION_BELIEVED_MS });
    if (known.size > KNOWN_MAX) known.delete(known.keys().next().value!);
    return found;
  };

  const forget = async (redis: RedisConnection, id: string, keyId: string | null) => {
    known.delete(id);
    await redis.ask(() => {
      const commands = redis.redis.multi();
      commands.del(recordName(id));
      commands.zrem(ALL, id);
      if (keyId !== null) commands.zrem(ofKey(keyId), id);
      return commands.exec();
    });
  };

  const find: Connections["find"] = async (id) => {
    const before = known.get(id);
    if (before && nowMs() < before.untilMs) return before.found;
    const redis = connection();
    const asked = await redis?.ask(() => redis.redis.get<string>(recordName(id)));
    if (!asked || "error" in asked) return "away";
    const found = asked.value === null ? undefined : connectionOf(id, String(asked.value));
    return found && believe(found);
  };

  return {
    find,
    async add(one, most) {
      const redis = connection();
      const counted = await redis?.ask(() => added(redis, one, nowMs()));
      if (!redis || !counted || "error" in counted) return "away";
      if (one.keyId === null || Number(counted.value.at(-1)) <= most) {
        believe(one);
        return "added";
      }
      await forget(redis, one.id, one.keyId);
      return "too many";
    },
    async remove(id) {
      const found = await find(id);
      const redis = connection();
      if (redis && found !== "away") await forget(redis, id, found?.keyId ?? null);
    },
    async count() {
      const redis = connection();
      const asked = await redis?.ask(() => redis.redis.zcount(ALL, `(${nowMs()}`, "+inf"));
      return asked && "value" in asked ? Number(asked.value) : undefined;
    },
  };
}

/**
 * Adds before it counts, in one step: of many that come at once each gets a count of its own, and never more than `most`
 * stay. What is over goes first. The last answer is the count of the key's connections, where there is a key.
 */
function added({ redis }: RedisConnection, one: Connection, nowMs: number): Promise<unknown[]> {
  const overMs = one.connectedMs + CONNECTION_LIFE_MS;
  const commands = redis.multi();
  commands.set(recordName(one.id), connectionText(one), { px: CONNECTION_LIFE_MS });
  for (const set of one.keyId === null ? [ALL] : [ALL, ofKey(one.keyId)]) {
    commands.zremrangebyscore(set, "-inf", nowMs);
    commands.zadd(set, { score: overMs, member: one.id });
    commands.pexpire(set, CONNECTION_LIFE_MS);
    commands.zcard(set);
  }
  return commands.exec<unknown[]>();
}
