/**
 * The three GETs of the index, each called as its function with an event of API Gateway: routing, validation,
 * version look-up, SQL, JSON, headers, log line (silent). Images are warm and no cache has the body: each call names
 * a route of its own, which is part of the key of a cached body, and the answers are checked to say "miss". The
 * manifest is looked up again once a second, so a few calls of each run include a round trip to S3.
 *
 * The function has a process of its own; the servers stand in another. "Redis away": nothing listens, the circuit
 * breaker is open nearly always. "Redis empty": the embedded server has no body. What rests on one warm year is made
 * without asking it; the whole span asks, takes the lease, computes, stores and gives the lease back.
 */
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { sessionsBetween } from "../lib/market/sessions.ts";
import { isoDay } from "../lib/time.ts";
import { startRedis } from "../localstack/embedded/redis/server.ts";
import { ask, event, type Handler } from "./calls.ts";
import { type Figure, inChild, interleaved, type Options } from "./harness.ts";
import { inFolder, storedMarket } from "./markets.ts";
import { embeddedStore } from "./stores.ts";

const SELF = fileURLToPath(import.meta.url);
const PATHS = {
  composition: "/index-composition",
  performance: "/index-performance",
  changes: "/composition-changes",
} as const;
type Name = keyof typeof PATHS;

const RECENT_MS_MAX = 1;
const WHOLE_MS_MAX = 15;

type Case = Readonly<{ name: Name; span: "one day" | "30 days" | "whole span"; query: string }>;

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async (complete) => {
    const market = await storedMarket(complete);
    const days = sessionsBetween(market.start, market.end);
    const range = `${days.at(-30)} ${days.at(-1)}`;
    const store = await embeddedStore(market.root);
    const redis = await startRedis({ port: 0, token: "local" });
    try {
      const figures: Figure[] = [];
      const away = `http://127.0.0.1:${await closedPort()}`;
      for (const [state, url] of [
        ["Redis away", away],
        ["Redis empty", redis.url],
      ] as const) {
        const env = { STAGE: "local", AWS_ENDPOINT_URL_S3: store.url, UPSTASH_REDIS_REST_URL: url };
        const flag = complete.small ? "small" : "full";
        const samples = await inChild<Record<string, number[]>>(SELF, [range, flag], { env });
        for (const [name, ms] of Object.entries(samples)) {
          const most = name.endsWith("whole span") ? WHOLE_MS_MAX : RECENT_MS_MAX;
          figures.push({
            name: `GET ${name}, ${state}`,
            unit: "ms",
            samples: ms,
            checked: "200 and x-cache: miss on every call",
            ...(!complete.small && { target: { atMost: most } }),
          });
        }
      }
      return figures;
    } finally {
      await redis.close();
      await store.close();
    }
  });
}

function cases(first: string, last: string): Case[] {
  const recent = `start_date=${first}&end_date=${last}`;
  const one = `start_date=${last}&end_date=${last}`;
  return [
    { name: "composition", span: "one day", query: `date=${last}` },
    { name: "performance", span: "one day", query: one },
    { name: "changes", span: "one day", query: one },
    { name: "performance", span: "30 days", query: recent },
    { name: "changes", span: "30 days", query: recent },
    { name: "performance", span: "whole span", query: "" },
    { name: "changes", span: "whole span", query: "" },
  ];
}

/** Inside the child, whose environment names the servers. */
async function measure(first: string, last: string, small: boolean) {
  const handlers: Record<Name, Handler> = {
    composition: (await import("../functions/index/composition.ts")).handler as unknown as Handler,
    performance: (await import("../functions/index/performance.ts")).handler as unknown as Handler,
    changes: (await import("../functions/index/changes.ts")).handler as unknown as Handler,
  };
  let calls = 0;
  const variants = Object.fromEntries(
    cases(first, last).map(({ name, span, query }) => [
      `${name}, ${span}`,
      async () => {
        const path = PATHS[name];
        const answer = await ask(handlers[name], event(path, query, `GET ${path} ${++calls}`));
        if (answer.headers["x-cache"] !== "miss") {
          throw new Error(`a cached body was answered (${answer.headers["x-cache"]})`);
        }
        return answer.body;
      },
    ]),
  );
  const rounds = small ? { rounds: 2, warmups: 0 } : { rounds: 30, warmups: 10, calls: 20 };
  return interleaved(variants, rounds);
}

if (import.meta.main) {
  const [range = "", size] = process.argv.slice(2);
  const [first, last] = range.split(" ").map((day) => isoDay(Number(day))) as [string, string];
  console.log(JSON.stringify(await measure(first, last, size === "small")));
  // The breaker's and the client's timers would keep the process.
  process.exit(0);
}
