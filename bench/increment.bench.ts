/**
 * One more session of the whole US market, 7,900 symbols: what runs every evening. The market holds 60 sessions before,
 * the gate is on, and the embedded S3 server shares the process. Each sample is another session; the parts that a
 * session may touch are checked.
 */
import { join } from "node:path";
import { ingest } from "../lib/jobs/ingest.ts";
import { sessionsBetween } from "../lib/market/sessions.ts";
import type { Images, MarketSource } from "../lib/ports.ts";
import type { DailyBatch } from "../lib/source.ts";
import { demandSame, type Figure, type Options } from "./harness.ts";
import { inFolder, simulated } from "./markets.ts";
import { embeddedStore } from "./stores.ts";

const BEFORE = 60;

export async function run(options: Options): Promise<Figure[]> {
  const { small } = options;
  const names = small ? 60 : 7_900;
  const sessions = sessionsBetween(20240801, 20241231).slice(0, BEFORE + (small ? 2 : 9));
  return inFolder(options, async ({ folder }) => {
    const market = withFacts(simulated(names, sessions[0]!, sessions.at(-1)!));
    const days = await daysOf(market);
    const store = await embeddedStore(join(folder, "increment"));
    try {
      const load = (from: number, to: number) =>
        loaded(store.images, market, days.slice(from, to), sessions[to - 1]!);
      await load(0, BEFORE);
      const samples: number[] = [];
      let symbols = 0;
      for (let day = BEFORE; day < sessions.length; day++) {
        const before = await partsOf(store.images);
        const began = performance.now();
        symbols = await load(day, day + 1);
        samples.push(performance.now() - began);
        const after = await partsOf(store.images);
        const touched = Object.keys(after).filter((part) => after[part] !== before[part]);
        const month = `2024-${String(sessions[day]).slice(4, 6)}`;
        demandSame("parts touched", touched.sort().join(), `bars/${month},caps/${month},reference`);
      }
      return [
        {
          name: `one session of ${symbols.toLocaleString("en-US")} symbols, gate on`,
          unit: "ms",
          samples,
          checked: "the reference part and the open month's two, no other",
          ...(!small && { target: { atMost: 2_000 } }),
        },
      ];
    } finally {
      await store.close();
    }
  });
}

/** Simulates them once: a vendor's facts are there to be read, and to invent 7,900 companies takes most of a second. */
function withFacts(market: MarketSource): MarketSource {
  const facts = market.facts();
  return { ...market, facts: () => facts };
}

/** The batches of each session, made before anything is timed. */
async function daysOf(market: MarketSource): Promise<DailyBatch[][]> {
  const days = new Map<number, DailyBatch[]>();
  for await (const batch of market.rows(() => {})) {
    const date = batch.date[0]!;
    days.set(date, [...(days.get(date) ?? []), batch]);
  }
  return [...days.values()];
}

async function loaded(
  images: Images,
  market: MarketSource,
  days: readonly DailyBatch[][],
  last: number,
): Promise<number> {
  const source: MarketSource = {
    ...market,
    name: "vendor",
    kind: "real",
    rows: async function* () {
      for (const day of days) yield* day;
    },
  };
  const { rows_accepted, available } = await ingest(
    { images, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, isGated: true, jobId: `to ${last}` },
  );
  demandSame("last session", available?.last.replaceAll("-", ""), String(last));
  return rows_accepted;
}

async function partsOf(images: Images): Promise<Record<string, string>> {
  const snapshot = await images.snapshot("market", { revalidate: true });
  snapshot.release();
  return Object.fromEntries(
    Object.entries(snapshot.manifest.parts).map(([part, { sha256 }]) => [part, sha256]),
  );
}
