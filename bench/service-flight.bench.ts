/**
 * A thousand requests at once for one answer that nobody has, in one process and over two that share a Redis by its
 * lease: how often it is computed, counted where the computation happens, and what the thousand take beside one.
 */
import { fileURLToPath } from "node:url";
import { startRedis } from "../localstack/embedded/redis/server.ts";
import { collectGarbage, demandSame, type Figure, inChild, type Options } from "./harness.ts";
import { inFolder, storedMarket } from "./markets.ts";
import { callers, product, SETTINGS, sandbox } from "./service.ts";
import { embeddedStore } from "./stores.ts";

const SELF = fileURLToPath(import.meta.url);
const REQUESTS = 1000;
const REQUESTS_SMALL = 100;

type Samples = Readonly<{ computations: number[]; ms: number[] }>;

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async (complete) => {
    const { root } = await storedMarket(complete);
    const store = await embeddedStore(root);
    const redis = await startRedis({ port: 0, token: "local" });
    try {
      const size = complete.small ? "small" : "full";
      const env = { ...SETTINGS, AWS_ENDPOINT_URL_S3: store.url };
      const found = await inChild<Samples[]>(SELF, [redis.url, size], { env });
      const requests = complete.small ? REQUESTS_SMALL : REQUESTS;
      return found.flatMap((samples, i) => figuresOf(i + 1, requests, samples));
    } finally {
      await redis.close();
      await store.close();
    }
  });
}

function figuresOf(sandboxes: number, requests: number, { computations, ms }: Samples): Figure[] {
  const name = `${requests} requests at once, ${sandboxes} sandbox${sandboxes > 1 ? "es" : ""}`;
  return [
    {
      name: `${name}: computations`,
      unit: "x",
      samples: computations,
      // Not a speed: it holds at every size.
      target: { atMost: 1 },
      checked: `${requests} answers of 200 with one body`,
    },
    { name: `${name}: until the last answer`, unit: "ms", samples: ms },
  ];
}

/** @param round names the query: every round asks for an answer of its own */
async function together(redisUrl: string, requests: number, sandboxes: number, round: number) {
  const { world } = await import("../lib/world.ts");
  const work = product(world.images);
  let computed = 0;
  const known = await callers();
  const counted: typeof work = async (asked) => {
    const answer = await work(asked);
    const compute = () => {
      computed++;
      return answer.compute();
    };
    return { ...answer, compute };
  };
  const each = Array.from({ length: sandboxes }, () => sandbox(known, redisUrl, counted));
  const query = `risk_free=${(1000 * sandboxes + round) / 100_000}`;
  collectGarbage();
  const began = performance.now();
  const answers = await Promise.all(
    Array.from({ length: requests }, (_, i) => each[i % sandboxes]!.get({ query })),
  );
  const ms = performance.now() - began;
  const bodies = new Set(answers.map(({ body }) => body));
  demandSame("bodies of one answer", bodies.size, 1);
  if (computed === 0) throw new Error("the answer was there already");
  return { computed, ms };
}

if (import.meta.main) {
  const [redisUrl = "", size] = process.argv.slice(2);
  const requests = size === "small" ? REQUESTS_SMALL : REQUESTS;
  const found: Samples[] = [];
  for (const sandboxes of [1, 2]) {
    const rounds = Array.from({ length: size === "small" ? 1 : 15 }, (_, round) => round);
    const each = [];
    for (const round of rounds) each.push(await together(redisUrl, requests, sandboxes, round));
    found.push({
      computations: each.map(({ computed }) => computed),
      ms: each.map(({ ms }) => ms),
    });
  }
  console.log(JSON.stringify(found));
  process.exit(0);
}
