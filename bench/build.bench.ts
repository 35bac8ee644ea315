/**
 * POST /build-index without its HTTP shell: the job reads the market from warm images, ranks and compounds every
 * day, writes the years, checks and compresses them, uploads them and swaps the manifest. Each call builds a new
 * index, so no day stands already. The embedded S3 server shares the process; "without network" puts plain memory
 * in its place. Reading the market's parts and SQLite's start are not in these figures: see cold-start.
 */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "../lib/jobs/build.ts";
import { performance as performanceOf } from "../lib/jobs/performance.ts";
import type { Images } from "../lib/ports.ts";
import { demandClose, type Figure, interleaved, type Options } from "./harness.ts";
import {
  CAPTURED_LEVEL,
  inFolder,
  load,
  type StoredMarket,
  simulated,
  storedMarket,
  topOf,
} from "./markets.ts";
import { embeddedStore, memoryObjects, storeOver } from "./stores.ts";

type Range = Readonly<{ size: number; start: number; end: number }>;

/** Every build of this process has an id of its own. */
let builds = 0;
const newId = (): string => `bench-${++builds}`;

async function buildNew(images: Images, { size, start, end }: Range): Promise<string> {
  const id = newId();
  const { outcome } = await build(
    { images },
    { definition: topOf(id, size), start, end, jobId: id },
  );
  if (outcome !== "committed") throw new Error(`the build of "${id}" ended as ${outcome}`);
  return id;
}

async function levels(images: Images, index: string): Promise<number[]> {
  const answer = await performanceOf(
    images,
    { index, riskFree: 0, costBps: 0 },
    { revalidate: true },
  );
  try {
    const { days } = JSON.parse(await answer.compute()) as { days: { level: number }[] };
    return days.map(({ level }) => level);
  } finally {
    answer.release();
  }
}

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async (complete) => [
    await wholeSpan(complete),
    ...(await oneYear(complete)),
  ]);
}

async function wholeSpan(options: Required<Options>): Promise<Figure> {
  const market: StoredMarket = await storedMarket(options);
  const root = join(options.folder, "build");
  cpSync(market.root, root, { recursive: true });
  const store = await embeddedStore(root);
  try {
    const last = (await levels(store.images, await buildNew(store.images, market))).at(-1)!;
    if (market.isCaptured) demandClose("final level", [last], [CAPTURED_LEVEL], 1e-9);
    const { ours } = await interleaved(
      { ours: () => buildNew(store.images, market) },
      options.small ? { rounds: 2, warmups: 0 } : { rounds: 15, warmups: 4 },
    );
    return {
      name: `build, ${market.name}, S3 in the process`,
      unit: "ms",
      samples: ours,
      ...(!options.small && { target: { atMost: 400 } }),
      checked: `final level ${last.toFixed(6)}`,
    };
  } finally {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** One year of 500 names as the function builds it, and of 3,000 names with nothing but our own work in it. */
async function oneYear({ small, folder }: Required<Options>): Promise<Figure[]> {
  const year: Range = small
    ? { size: 20, start: 20240102, end: 20240215 }
    : { size: 100, start: 20240102, end: 20241231 };
  const [few, many] = small ? [60, 90] : [500, 3000];
  const root = join(folder, "build-year");
  const store = await embeddedStore(root);
  const memory = storeOver(memoryObjects());
  const wide = storeOver(memoryObjects());
  try {
    for (const images of [store.images, memory]) {
      await load(images, simulated(few, year.start, year.end));
    }
    await load(wide, simulated(many, year.start, year.end));
    const [a, b] = [await buildNew(store.images, year), await buildNew(memory, year)];
    const stored = await levels(store.images, a);
    demandClose("levels of both stores", stored, await levels(memory, b), 0);
    const samples = await interleaved(
      {
        s3: () => buildNew(store.images, year),
        memory: () => buildNew(memory, year),
        wide: () => buildNew(wide, year),
      },
      small ? { rounds: 2, warmups: 0 } : { rounds: 25, warmups: 5 },
    );
    const days = `${stored.length} sessions`;
    const checked = "levels equal, S3 and memory";
    const target = (ms: number) => (small ? {} : { target: { atMost: ms } });
    return [
      {
        name: `build, ${days}, ${few} names, S3 in the process`,
        unit: "ms",
        samples: samples.s3,
        ...target(100),
        checked,
      },
      {
        name: `build, ${days}, ${few} names, without network`,
        unit: "ms",
        samples: samples.memory,
        ...target(150),
        checked,
      },
      {
        name: `build, ${days}, ${many} names, without network`,
        unit: "ms",
        samples: samples.wide,
        ...target(150),
      },
    ];
  } finally {
    await store.close();
    memory.close();
    wide.close();
    rmSync(root, { recursive: true, force: true });
  }
}
