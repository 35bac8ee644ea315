/**
 * The whole chain as `npm start` runs it: a feed in this process, the embedded log, its runner, the function, S3, Redis and
 * the gateway in the service's, subscribers in this one. Delays are those of every single trade at every subscriber that
 * watches its symbol: from the instant the trade carries to the arrival of the frame that tells it, alone or with others.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileSpills } from "../lib/edge/spill.ts";
import type { Feed, FeedTick, FeedWorld } from "../lib/feed.ts";
import { LiveFeed } from "../lib/jobs/live-feed/run.ts";
import { simulateFeed } from "../lib/sources/feeds/simulate.ts";
import type { Figure, Options } from "./harness.ts";
import { servicePorts, startService } from "./load/service.ts";
import { logAt } from "./load/stream.ts";
import { inFolder } from "./markets.ts";
import { type Delays, Subscribers } from "./subscribers.ts";

const P99_MS_MAX = 100;
const SYMBOLS = 500;
/** What one subscriber watches, from the most active on. */
const WATCHED = 10;

type Load = Readonly<{ ticksPerSecond: number; subscribers: number }>;
type Lasting = Readonly<{ warmupMs: number; rounds: number; roundMs: number }>;
type Found = Readonly<{ rounds: readonly Delays[]; checked: string }>;

const FULL: readonly Load[] = [
  { ticksPerSecond: 100_000, subscribers: 10 },
  { ticksPerSecond: 10_000, subscribers: 50 },
];
const SMALL: readonly Load[] = [{ ticksPerSecond: 1_000, subscribers: 2 }];

export async function run(options: Options): Promise<Figure[]> {
  const { small } = options;
  const lasting = small
    ? { warmupMs: 200, rounds: 1, roundMs: 800 }
    : { warmupMs: 10_000, rounds: 10, roundMs: 3_000 };
  return inFolder(options, async ({ folder }) => {
    const figures: Figure[] = [];
    for (const load of small ? SMALL : FULL) {
      figures.push(...figuresOf(load, await measured(load, lasting, folder), small));
    }
    return figures;
  });
}

function figuresOf({ ticksPerSecond, subscribers }: Load, found: Found, small: boolean): Figure[] {
  const name = `${ticksPerSecond.toLocaleString("en")} ticks/s, ${subscribers} subscribers`;
  const of = (share: keyof Delays) => found.rounds.map((round) => round[share]);
  return [
    { name: `${name}: delay, median`, unit: "ms", samples: of("medianMs") },
    {
      name: `${name}: delay, p99`,
      unit: "ms",
      samples: of("p99Ms"),
      ...(!small && { target: { atMost: P99_MS_MAX } }),
      checked: found.checked,
    },
    { name: `${name}: delay, longest`, unit: "ms", samples: of("longestMs") },
  ];
}

async function measured(load: Load, lasting: Lasting, folder: string): Promise<Found> {
  const ports = await servicePorts();
  const profiled = process.env.BENCH_PROFILE_FOLDER;
  const service = await startService({
    ...ports,
    FIRST_MARKET: "none",
    LIVE_CONNECTIONS_MAX: "1000",
    ...(profiled && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiled}` }),
  });
  try {
    return await driven(load, lasting, folder, ports);
  } finally {
    await service.stop();
  }
}

async function driven(
  { ticksPerSecond, subscribers: count }: Load,
  { warmupMs, rounds, roundMs }: Lasting,
  folder: string,
  { WS_PORT, S3_PORT }: Record<string, string>,
): Promise<Found> {
  const symbols = Array.from({ length: SYMBOLS }, (_, at) => ({
    symbol: nameOf(at),
    price: 20 + at,
  }));
  const subscribers = await Subscribers.connect(`ws://localhost:${WS_PORT}`, watchLists(count));
  const endpoint = `http://127.0.0.1:${S3_PORT}`;
  const eventLog = logAt(endpoint);
  const spills = await fileSpills({
    folder: join(folder, `spill-${ticksPerSecond}`),
    bytesMax: 1e9,
    note: () => {},
  });
  const options = { symbols, seed: 7, rate: ticksPerSecond, changeShare: 0, irregularShare: 0 };
  const told = watched(simulateFeed(options, WORLD), (tick) => subscribers.expect(tick));
  const live = new LiveFeed({ ...WORLD, eventLog, spills }, { feed: told });
  const stop = new AbortController();
  const startedMs = performance.now();
  const running = live.run(stop.signal);
  // Functions are loaded by their first call.
  await subscribers.told();
  await sleep(warmupMs);
  for (let round = 0; round < rounds; round++) {
    subscribers.begin();
    await sleep(roundMs);
  }
  subscribers.end();
  stop.abort();
  const seconds = (performance.now() - startedMs) / 1000;
  const { stored, lost } = await running;
  const trades = await subscribers.whole();
  subscribers.close();
  if (lost > 0) throw new Error(`the feed lost ${lost} of ${stored + lost} ticks`);
  const checked =
    `${stored} ticks stored, ${Math.round(stored / seconds)} a second; ` +
    `${trades} numbers told, from each subscriber's first on none left out and none twice`;
  return { rounds: subscribers.delays(), checked };
}

const WORLD: FeedWorld = {
  fetch: globalThis.fetch,
  nowMs: Date.now,
  random: Math.random,
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }).catch(() => undefined),
  instruments: { add: () => {}, set: () => {}, observe: () => {} },
  note: () => {},
};

/** "AAAA", "AAAB", ... */
const nameOf = (at: number): string =>
  [17_576, 676, 26, 1]
    .map((place) => String.fromCharCode(65 + (Math.floor(at / place) % 26)))
    .join("");

/** Each has symbols of its own where there are enough, and everybody the two most active. */
const watchLists = (count: number): string[][] =>
  Array.from({ length: count }, (_, one) =>
    Array.from({ length: WATCHED }, (_, place) =>
      nameOf(place < 2 ? place : (one * (WATCHED - 2) + place) % SYMBOLS),
    ),
  );

/** The same feed, each of its ticks shown as it is told. */
const watched = (feed: Feed, see: (tick: FeedTick) => void): Feed => ({
  ...feed,
  async *read(signal) {
    for await (const batch of feed.read(signal)) {
      for (const tick of batch.ticks) see(tick);
      yield batch;
    }
  },
});
