/**
 * What live connections asked to be told of, in Redis: a set of topics for each connection, the same as JSON in one hash
 * for those who tell, and a version that rises with every change of the hash. Whoever tells asks for the version alone and
 * reads the hash again only when it is another.
 */
import { CONNECTION_LIFE_MS } from "../../access/connection.ts";
import {
  isOver,
  type Subscriber,
  type Subscription,
  subscriptionOf,
  subscriptionText,
} from "../../access/subscription.ts";
import { AppError } from "../../errors.ts";
import type { RedisConnection } from "../redis-connection.ts";

export type Change = Readonly<{ add: readonly string[] } | { remove: readonly string[] }>;

export type Subscriptions = Readonly<{
  /**
   * Changes what a connection is told of. Several changes of one connection at once all take effect.
   * @param isAllowed whether so much may be asked for; nothing is changed when it is not
   * @returns all topics after it, sorted; "too many" when that is not allowed
   * @throws AppError DEPENDENCY_DOWN when Redis cannot be reached; the change may have been made
   */
  change: (
    subscriber: Subscriber,
    change: Change,
    isAllowed: (topics: readonly string[]) => boolean,
  ) => Promise<readonly string[] | "too many">;
  /** Forgets what a connection asked for that is over. Never throws; what could not be removed goes with its time. */
  remove: (id: string) => Promise<void>;
  /**
   * All of them, the same list as long as nothing has changed. While Redis cannot be reached those last read.
   * @param version what {@link Subscriptions.version} gave, where it was asked for along with something else. It is asked
   * for when omitted.
   */
  all: (version?: string | null) => Promise<readonly Subscription[]>;
  /**
   * What is another after every change; null = nothing was ever asked for, `undefined` = Redis cannot be reached. Asked for
   * in one turn with other commands, it goes with them in one request. Never throws.
   */
  version: () => Promise<string | null | undefined>;
}>;

export type SubscriptionsOptions = Readonly<{
  /** `undefined` where no Redis is set. */
  connection: () => RedisConnection | undefined;
  nowMs: () => number;
}>;

const ALL = "live:subscriptions";
/** Rises with every change. */
export const SUBSCRIPTIONS_VERSION = "live:subscriptions:version";
const topicsName = (id: string): string => `live:subscription:${id}`;

/** So often a change looks whether another one came between; whoever came last looks again. */
const LOOKS_MAX = 8;

export function redisSubscriptions({ connection, nowMs }: SubscriptionsOptions): Subscriptions {
  let known: readonly Subscription[] = [];
  let knownVersion: string | null | undefined;

  const asked = async <T>(call: (redis: RedisConnection["redis"]) => Promise<T>): Promise<T> => {
    const redis = connection();
    const answer = await redis?.ask(() => call(redis.redis));
    if (answer && "value" in answer) return answer.value;
    const message = "subscriptions cannot be kept while Redis cannot be reached: ask again later";
    throw new AppError("DEPENDENCY_DOWN", message, { dependency: "redis" });
  };

  const forget = (redis: RedisConnection["redis"], ids: readonly string[]) => {
    const commands = redis.multi();
    commands.hdel(ALL, ...ids);
    commands.del(...ids.map(topicsName));
    commands.incr(SUBSCRIPTIONS_VERSION);
    return commands.exec();
  };

  const read = async (redis: RedisConnection): Promise<void> => {
    const answer = await redis.ask(() => {
      const commands = redis.redis.multi();
      commands.get(SUBSCRIPTIONS_VERSION);
      commands.hgetall(ALL);
      return commands.exec<[unknown, unknown]>();
    });
    if ("error" in answer) return;
    const [version, fields] = answer.value;
    const found = pairs(fields).map(([id, text]) => [id, subscriptionOf(id, text)] as const);
    known = found.flatMap(([, one]) => (one && !isOver(one, nowMs()) ? [one] : []));
    knownVersion = version === null ? null : String(version);
    const over = found.filter(([, one]) => !one || isOver(one, nowMs())).map(([id]) => id);
    if (over.length > 0) await redis.ask(() => forget(redis.redis, over));
  };

  return {
    async change(subscriber, change, isAllowed) {
      const [before, after] = await asked((redis) => changed(redis, subscriber, change));
      const added = after.filter((topic) => !before.includes(topic));
      if (added.length > 0 && !isAllowed(after)) {
        await asked((redis) => redis.srem(topicsName(subscriber.id), ...added));
        return "too many";
      }
      let told = after;
      for (let looks = 0; looks < LOOKS_MAX; looks++) {
        const now = await asked((redis) => published(redis, { ...subscriber, topics: told }));
        if (now.join() === told.join()) break;
        told = now;
      }
      return told;
    },
    async remove(id) {
      const redis = connection();
      await redis?.ask(() => forget(redis.redis, [id]));
    },
    async version() {
      const redis = connection();
      return redis && versionNow(redis);
    },
    async all(version) {
      const redis = connection();
      if (!redis) return known;
      const now = version === undefined ? await versionNow(redis) : version;
      if (now !== undefined && now !== knownVersion) await read(redis);
      return known;
    },
  };
}

type Redis = RedisConnection["redis"];

/** The topics before and after a change, sorted. */
async function changed(
  redis: Redis,
  { id }: Subscriber,
  change: Change,
): Promise<readonly [string[], string[]]> {
  const name = topicsName(id);
  const commands = redis.multi();
  commands.smembers(name);
  const [first, ...rest] = "add" in change ? change.add : change.remove;
  if (first !== undefined && "add" in change) commands.sadd(name, first, ...rest);
  if (first !== undefined && "remove" in change) commands.srem(name, first, ...rest);
  commands.pexpire(name, CONNECTION_LIFE_MS);
  commands.smembers(name);
  const answers = await commands.exec<unknown[]>();
  return [sorted(answers[0]), sorted(answers.at(-1))];
}

/**
 * Puts the topics of a connection where those who tell read them.
 * @returns the topics it has: others than were put there when another change came between, and then that one may have
 * been overwritten
 */
async function published(redis: Redis, subscription: Subscription): Promise<string[]> {
  const { id, topics } = subscription;
  const commands = redis.multi();
  if (topics.length === 0) commands.hdel(ALL, id);
  else commands.hset(ALL, { [id]: subscriptionText(subscription) });
  commands.pexpire(ALL, CONNECTION_LIFE_MS);
  commands.incr(SUBSCRIPTIONS_VERSION);
  commands.smembers(topicsName(id));
  const answers = await commands.exec<unknown[]>();
  return sorted(answers.at(-1));
}

/** `undefined` when Redis cannot be reached. */
async function versionNow({ redis, ask }: RedisConnection): Promise<string | null | undefined> {
  const asked = await ask(() => redis.get<string>(SUBSCRIPTIONS_VERSION));
  if ("error" in asked) return undefined;
  return asked.value === null ? null : String(asked.value);
}

/** Fields and values come as one list, the client being told to leave answers as they are. */
function pairs(answer: unknown): (readonly [string, string])[] {
  const list = Array.isArray(answer) ? answer.map(String) : [];
  return Array.from({ length: list.length / 2 }, (_, at) => [list[2 * at]!, list[2 * at + 1]!]);
}

const sorted = (answer: unknown): string[] =>
  (Array.isArray(answer) ? answer.map(String) : []).sort();
