/**
 * A sandbox of GET /index-performance as its function file wires it, over parts that a bench chooses: its own memory, its
 * own connection to Redis, keys in plain memory. What differs: the answer is never quick, so that the shared cache is
 * asked as for a dear one, and the manifest is not looked up anew for a client that forbids caches, so that both sides of
 * a comparison do the same work.
 */
import { createServer } from "node:net";
import { memoryCounters, redisCounters } from "../lib/edge/access/counters.ts";
import { keyReader } from "../lib/edge/access/key-reader.ts";
import { limiter } from "../lib/edge/access/limiter.ts";
import { access, cached, http, input } from "../lib/edge/http.ts";
import { lru } from "../lib/edge/memory.ts";
import { cacheOver } from "../lib/edge/redis.ts";
import { type RedisConnection, redisConnection } from "../lib/edge/redis-connection.ts";
import { createKey } from "../lib/jobs/keys.ts";
import { performance as performanceOf } from "../lib/jobs/performance.ts";
import type { CachedAnswer, Images, Objects } from "../lib/ports.ts";
import { performanceRequest } from "../lib/schemas/index.ts";
import { type Answer, ask, event, type Handler } from "./calls.ts";
import { memoryObjects } from "./stores.ts";

export const PATH = "/index-performance";

/** Settings of a process that measures these: keys are wanted, and nothing is written to the log. */
export const SETTINGS = { STAGE: "local", ACCESS: "keys" };

/** As much as a record may say: the bench counts every request, and none is refused. */
const LIMIT = { ratePerSecond: 100_000, burst: 1_000_000, quotaPerDay: null };

export type Callers = Readonly<{ objects: Objects; key: string }>;

/** A store with one key that may read. */
export async function callers(): Promise<Callers> {
  const objects = memoryObjects();
  const randomBytes = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const wanted = { name: "bench", scopes: ["read" as const], expiresMs: null, limit: LIMIT };
  const { key } = await createKey({ objects, nowMs: Date.now, randomBytes }, wanted);
  return { objects, key };
}

export type Sandbox = Readonly<{
  /** @param cold an answer nobody has: routes are part of the key of a body */
  get: (
    asked?: Readonly<{ cold?: boolean; headers?: Record<string, string>; query?: string }>,
  ) => Promise<Answer>;
  /** The same without the demand that the answer be 200. */
  handler: Handler;
  request: (headers?: Record<string, string>, query?: string) => object;
  connection: RedisConnection;
}>;

let colds = 0;

export type Work = (input: { index: string }) => CachedAnswer | Promise<CachedAnswer>;

/** What the product does for the route. */
export const product =
  (images: Images): Work =>
  async (asked) => {
    const answer = await performanceOf(images, asked as never, { revalidate: false });
    return { ...answer, isQuick: () => false };
  };

export function sandbox(
  { objects, key }: Callers,
  redisUrl: string,
  work: Work,
  deadlineMs?: number,
): Sandbox {
  const connection = redisConnection({
    url: redisUrl,
    token: "local",
    ...(deadlineMs !== undefined && { deadlineMs }),
  });
  const world = {
    cache: cacheOver(connection),
    memory: lru({ maxBytes: 32 * 1024 * 1024 }),
    keys: keyReader({ objects: () => objects, nowMs: Date.now }),
    limiter: limiter({
      shared: () => redisCounters(connection),
      own: memoryCounters({ nowMs: Date.now }),
      nowMs: Date.now,
    }),
    nowMs: Date.now,
  };
  const handler = http()
    .use(access(world, "read"))
    .use(input(performanceRequest))
    .use(cached(world))
    .handler(({ input: asked }) => work(asked as never)) as unknown as Handler;
  const request = (headers = {}, query = "", routeKey?: string) => ({
    ...event(PATH, query, routeKey),
    headers: { "x-api-key": key, ...headers },
  });
  const get: Sandbox["get"] = ({ cold = false, headers, query } = {}) =>
    ask(handler, request(headers, query, cold ? `GET ${PATH} ${++colds}` : undefined));
  return { get, handler, request, connection };
}

export type Listener = Readonly<{ url: string; close: () => Promise<void> }>;

/** A Redis that accepts connections and never says a word. */
export async function hanging(): Promise<Listener> {
  const server = createServer((socket) => socket.on("error", () => socket.destroy()).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  // The process ends with it; connections that are still open would keep `close` waiting.
  const close = async () => void server.close();
  return { url: `http://127.0.0.1:${port}`, close };
}
