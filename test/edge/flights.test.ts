// One computation for many who ask at once, counted where it happens: in one process, and in two behind a real lease.
import { afterAll, beforeAll, expect, it } from "vitest";
import { cached } from "../../lib/edge/cached.ts";
import { http } from "../../lib/edge/http.ts";
import { lru } from "../../lib/edge/memory.ts";
import { redisCache } from "../../lib/edge/redis.ts";
import type { CachedAnswer } from "../../lib/ports.ts";
import { type RedisServer, startRedis } from "../../localstack/embedded/redis/server.ts";
import { call } from "./call.ts";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis({ port: 0 });
});
afterAll(() => redis.close());

const REQUESTS = 1000;
let computed = 0;

/** What the processes share is Redis; memory, connection and flights are each one's own. */
function sandbox() {
  // Values are checked here and not deadlines: a busy machine gets time.
  const cache = redisCache({ url: redis.url, token: "local", deadlineMs: 5000 });
  const handler = http()
    .use(cached({ cache, memory: lru({ maxBytes: 1_000_000 }) }))
    .handler(
      (): CachedAnswer => ({
        version: "1",
        compute: async () => {
          computed++;
          await new Promise((done) => setTimeout(done, 50));
          return '{"days":[1]}';
        },
        release() {},
      }),
    );
  return (path: string) => call(handler, `GET ${path}`);
}

it.each([1, 2])(
  `computes once for ${REQUESTS} simultaneous requests to %i process(es)`,
  async (count) => {
    computed = 0;
    const sandboxes = Array.from({ length: count }, sandbox);
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, i) => sandboxes[i % count]!(`/cold-${count}`)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(REQUESTS).fill(200));
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['{"days":[1]}']));
    expect(computed).toBe(1);
  },
);
