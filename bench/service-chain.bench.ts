/**
 * What the product adds to a function that answers nothing: the cached GET /index-performance with a key, its 304, and the
 * whole chain (key, limit, validation, cache, ETag, headers, log line) around a handler that does nothing; a refusal as
 * problem+json too. Calls of functions in one process; a gateway's own time is `npm run load`'s. A call ends with an object
 * that only refers to its body; "as Lambda sends them" counts the JSON that Lambda's runtime makes of it first
 * (aws-lambda-nodejs-runtime-interface-client, RAPIDClient.postInvocationResponse).
 */
import { fileURLToPath } from "node:url";
import { startRedis } from "../localstack/embedded/redis/server.ts";
import type { Answer } from "./calls.ts";
import { type Figure, inChild, interleaved, type Options, ratios } from "./harness.ts";
import { inFolder, storedMarket } from "./markets.ts";
import { callers, product, SETTINGS, sandbox } from "./service.ts";
import { embeddedStore } from "./stores.ts";

const SELF = fileURLToPath(import.meta.url);
const ADDED_MS_MAX = 0.5;
const NOT_MODIFIED_MAX = 0.5;

type First = "empty" | "chain" | "problem" | "cached" | "notModified" | "computed";
type FromMemory = "cached" | "notModified" | "cachedSent" | "packedSent" | "notModifiedSent";
type Samples = Readonly<{
  /** Shortly after garbage was collected. */
  first: Record<First, number[]>;
  /** Ten round trips to Redis a sample, one for 65 requests: who has the one more or less would decide otherwise. */
  fromMemory: Record<FromMemory, number[]>;
}>;

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async (complete) => {
    const { root } = await storedMarket(complete);
    const store = await embeddedStore(root);
    const redis = await startRedis({ port: 0, token: "local" });
    try {
      const size = complete.small ? "small" : "full";
      const env = { ...SETTINGS, AWS_ENDPOINT_URL_S3: store.url };
      return figuresOf(await inChild<Samples>(SELF, [redis.url, size], { env }), complete.small);
    } finally {
      await redis.close();
      await store.close();
    }
  });
}

function figuresOf({ first, fromMemory }: Samples, small: boolean): Figure[] {
  const { empty, chain, problem, cached, notModified, computed } = first;
  const { cachedSent, packedSent, notModifiedSent } = fromMemory;
  const added = (name: string, ms: readonly number[]): Figure => ({
    name: `${name}, minus an empty function`,
    unit: "ms",
    samples: ms.map((value, round) => value - empty[round]!),
    ...(!small && { target: { atMost: ADDED_MS_MAX } }),
  });
  const half = (name: string, known: readonly number[], ms: readonly number[]): Figure => ({
    name,
    unit: "x",
    samples: ratios(known, ms),
    ...(!small && { target: { atMost: NOT_MODIFIED_MAX } }),
    checked: "304 without a body, the same ETag",
  });
  return [
    { name: "an empty function", unit: "ms", samples: empty },
    { ...added("cached GET performance, whole span", cached), checked: "x-cache: hit" },
    { ...added("the chain around a handler that does nothing", chain), checked: "x-cache: hit" },
    { ...added("the chain, refusing a parameter", problem), checked: "400, problem+json" },
    { name: "GET performance, whole span, computed", unit: "ms", samples: computed },
    half("304 / 200 computed", notModified, computed),
    half("304 / 200 from memory", fromMemory.notModified, fromMemory.cached),
    half("304 / 200 from memory, as Lambda sends them", notModifiedSent, cachedSent),
    half("304 / 200 from memory, compressed, as Lambda sends them", notModifiedSent, packedSent),
  ];
}

const NOTHING = () => ({ version: "1", compute: async () => "{}", release() {} });

function demand(what: string, answer: Answer, status: number, told: Record<string, string>): void {
  const differs = Object.entries(told).some(([name, value]) => answer.headers[name] !== value);
  if (answer.statusCode === status && !differs) return;
  throw new Error(`${what} answered ${answer.statusCode} ${JSON.stringify(answer.headers)}`);
}

async function measure(redisUrl: string, small: boolean): Promise<Samples> {
  const { world } = await import("../lib/world.ts");
  const known = await callers();
  const whole = sandbox(known, redisUrl, product(world.images));
  const bare = sandbox(known, redisUrl, NOTHING);
  const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 15_000 };
  const empty = async (_: unknown) => ({ statusCode: 200, headers: {}, body: "" });

  const { etag = "" } = (await whole.get()).headers;
  await bare.get();
  const known304 = { "if-none-match": etag };
  const packed = { "accept-encoding": "gzip, deflate, br" };
  const sent = async (answer: Promise<Answer>) => JSON.stringify(await answer);
  const variants = {
    empty: () => empty(whole.request()),
    chain: () => bare.get(),
    problem: () => bare.handler(bare.request({}, "risk_free=many"), context),
    cached: () => whole.get(),
    notModified: () => whole.handler(whole.request(known304), context),
    computed: () => whole.get({ cold: true }),
  };
  const fromMemory = {
    cached: variants.cached,
    notModified: variants.notModified,
    cachedSent: () => sent(whole.get()),
    packedSent: () => sent(whole.get({ headers: packed })),
    notModifiedSent: () => sent(whole.handler(whole.request({ ...known304, ...packed }), context)),
  };
  demand("chain", await variants.chain(), 200, { "x-cache": "hit" });
  demand("cached", await variants.cached(), 200, { "x-cache": "hit", etag });
  demand("packed", await whole.get({ headers: packed }), 200, { "content-encoding": "br", etag });
  demand("304", await variants.notModified(), 304, { etag });
  const problem = { "content-type": "application/problem+json" };
  demand("problem", await variants.problem(), 400, problem);
  const few = { rounds: 3, warmups: 1, calls: 3 };
  return {
    first: await interleaved(variants, small ? few : { rounds: 60, warmups: 20, calls: 50 }),
    fromMemory: await interleaved(fromMemory, small ? few : { rounds: 30, warmups: 5, calls: 650 }),
  };
}

if (import.meta.main) {
  const [redisUrl = "", size] = process.argv.slice(2);
  console.log(JSON.stringify(await measure(redisUrl, size === "small")));
  process.exit(0);
}
