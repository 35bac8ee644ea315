/**
 * A Redis that refuses connections, and one that accepts them and never answers: what both cost a request that would ask
 * Redis three times, for its limit, its body and the lease. The first requests of a process meet it with the circuit
 * closed; afterwards the same request is compared with one whose client forbids caches. Every answer is 200, or the bench
 * ends. One trial every two seconds is part of the figures.
 */
import { fileURLToPath } from "node:url";
import { sessionsBetween } from "../lib/market/sessions.ts";
import { isoDay } from "../lib/time.ts";
import { demandSame, type Figure, inChild, interleaved, type Options, ratios } from "./harness.ts";
import { inFolder, storedMarket } from "./markets.ts";
import { closedPort } from "./reads.bench.ts";
import {
  callers,
  hanging,
  product,
  type Sandbox,
  SETTINGS,
  sandbox,
  type Work,
} from "./service.ts";
import { embeddedStore } from "./stores.ts";

const SELF = fileURLToPath(import.meta.url);
const RATIO_MAX = 1.1;
const FIRST_MS_MAX = 200;
/** Requests of a new process that are looked at one by one. */
const FIRST = 5;

type State = "refusing" | "hanging";
type Samples = Readonly<{
  openMs: number[];
  bypassMs: number[];
  /** The slowest of the first requests, one for each new process. */
  firstMs: number[];
  slowestMs: number;
  answered: number;
}>;

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async (complete) => {
    const { root, start, end } = await storedMarket(complete);
    const query = lastDays(start, end);
    const store = await embeddedStore(root);
    try {
      const size = complete.small ? "small" : "full";
      const env = { ...SETTINGS, AWS_ENDPOINT_URL_S3: store.url };
      const found = await inChild<Record<State, Samples>>(SELF, [query, size], { env });
      return Object.entries(found).flatMap(([state, samples]) =>
        figuresOf(state as State, samples, complete.small),
      );
    } finally {
      await store.close();
    }
  });
}

function figuresOf(state: State, found: Samples, small: boolean): Figure[] {
  const { openMs, bypassMs, firstMs, slowestMs, answered } = found;
  const name = (what: string) => `Redis ${state}: ${what}`;
  const atMost = (most: number) => (small ? {} : { target: { atMost: most } });
  return [
    { name: name("a GET with the circuit open"), unit: "ms", samples: openMs },
    { name: name("a GET that forbids caches"), unit: "ms", samples: bypassMs },
    {
      name: name("circuit open / caches forbidden"),
      unit: "x",
      samples: ratios(openMs, bypassMs),
      ...atMost(RATIO_MAX),
      checked: "bodies equal",
    },
    {
      name: name(`slowest of the first ${FIRST} requests of a process`),
      unit: "ms",
      samples: firstMs,
      ...atMost(FIRST_MS_MAX),
    },
    {
      name: name(`slowest of ${answered.toLocaleString("en")} requests`),
      unit: "ms",
      samples: [slowestMs],
      checked: `${answered.toLocaleString("en")} answers of 200`,
    },
  ];
}

/** Thirty days: a cheap answer, beside which what is lost to Redis shows. */
function lastDays(start: number, end: number): string {
  const days = sessionsBetween(start, end).map(isoDay);
  return `start_date=${days.at(-30)}&end_date=${days.at(-1)}`;
}

/** ms of the slowest of so many requests, one after the other. */
async function slowestOf(requests: number, { get }: Sandbox, query: string): Promise<number> {
  let slowestMs = 0;
  for (let call = 0; call < requests; call++) {
    const began = performance.now();
    await get({ cold: true, query });
    slowestMs = Math.max(slowestMs, performance.now() - began);
  }
  return slowestMs;
}

async function measured(url: string, work: Work, query: string, small: boolean) {
  const known = await callers();
  const open = () => sandbox(known, url, work);
  const warm = open();
  for (let call = 0; call < (small ? 2 : 200); call++) await warm.get({ cold: true, query });

  const firstMs: number[] = [];
  for (let process = 0; process < (small ? 1 : 15); process++)
    firstMs.push(await slowestOf(FIRST, open(), query));

  const asked = () => warm.get({ cold: true, query });
  const bypass = () => warm.get({ cold: true, query, headers: { "cache-control": "no-cache" } });
  demandSame("bodies", (await asked()).body, (await bypass()).body);
  const samples = await interleaved(
    { asked, bypass },
    small ? { rounds: 2, warmups: 0 } : { rounds: 60, warmups: 10, calls: 20 },
  );

  const answered = small ? 200 : 10_000;
  const slowestMs = await slowestOf(answered, warm, query);
  return { openMs: samples.asked, bypassMs: samples.bypass, firstMs, slowestMs, answered };
}

if (import.meta.main) {
  const [query = "", size] = process.argv.slice(2);
  const small = size === "small";
  const { world } = await import("../lib/world.ts");
  const work = product(world.images);
  const silent = await hanging();
  const found: Record<State, Samples> = {
    refusing: await measured(`http://127.0.0.1:${await closedPort()}`, work, query, small),
    hanging: await measured(silent.url, work, query, small),
  };
  console.log(JSON.stringify(found));
  // The breaker's and the client's timers would keep the process.
  process.exit(0);
}
