/** The markets that benches work on: the captured one of 2021-2023 where it is at hand, and simulated ones. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../lib/config.ts";
import { DEFAULT_PARAMETERS, type Definition } from "../lib/index/definition.ts";
import { build } from "../lib/jobs/build.ts";
import { ingest } from "../lib/jobs/ingest.ts";
import { sessionsBetween } from "../lib/market/sessions.ts";
import type { Images, MarketSource } from "../lib/ports.ts";
import { nasdaqScreener } from "../lib/sources/nasdaq-screener.ts";
import { simulatedMarket } from "../lib/sources/simulate.ts";
import type { Options } from "./harness.ts";
import { embeddedStore } from "./stores.ts";

const YEARS = [2021, 2022, 2023];

const screenerFolder = (): string =>
  join(readConfig(process.env).EQUIPOISE_SHARED, "data", "equities_nasdaq_screener");

/** Whether the captured market of 2021-2023 is at hand. */
export const hasCaptured = (): boolean => existsSync(join(screenerFolder(), "daily_2021.csv.gz"));

/** Its files of rows. */
export const capturedPaths = (): string[] =>
  YEARS.map((year) => join(screenerFolder(), `daily_${year}.csv.gz`));

/** All of 2021-2023 as captured: 733 sessions, 1.04 million rows, from .gz files. */
export function capturedMarket(): MarketSource {
  const folder = screenerFolder();
  return nasdaqScreener({
    paths: capturedPaths(),
    securities: [join(folder, "security_master_2021_2023.csv")],
    symbolChanges: [join(folder, "symbol_changes.csv")],
    actions: [join(folder, "..", "equities_ohlcv", "corporate_actions_2021_2023.csv")],
  });
}

/** The level of the default index on the last day of the captured market, from three independent computations. */
export const CAPTURED_LEVEL = 1198.5034809978079;

export const simulated = (tickers: number, from: number, to: number): MarketSource =>
  simulatedMarket({ seed: 7, tickers, sessions: sessionsBetween(from, to) });

export async function load(images: Images, source: MarketSource, jobId = "load"): Promise<void> {
  await ingest({ images, nowMs: Date.now }, { source, minDays: 1, isStrict: false, jobId });
}

export const topOf = (id: string, size: number): Definition => ({
  id,
  parameters: { ...DEFAULT_PARAMETERS, size },
});

/** A market with its default index, stored on disk for an embedded server to be started over. */
export type StoredMarket = Readonly<{
  /** Folder of the S3 server. */
  root: string;
  /** What to call it in the name of a figure. */
  name: string;
  isCaptured: boolean;
  size: number;
  /** YYYYMMDD, sessions. */
  start: number;
  end: number;
}>;

/**
 * The captured market, or one simulated over the same days where it is not at hand; small is 40 names over two
 * months. Made once for all benches of a run that share a folder.
 */
export async function storedMarket({ small, folder }: Required<Options>): Promise<StoredMarket> {
  const isCaptured = !small && hasCaptured();
  const market: StoredMarket = small
    ? {
        root: "",
        name: "40 names, 42 sessions",
        isCaptured,
        size: 20,
        start: 20240102,
        end: 20240301,
      }
    : {
        root: "",
        name: isCaptured ? "733 sessions 2021-2023" : "simulated, 1,480 names 2021-2023",
        isCaptured,
        size: 100,
        start: 20210129,
        end: 20231229,
      };
  const root = join(folder, small ? "market-small" : "market");
  const stored = { ...market, root };
  const done = join(folder, `${small ? "market-small" : "market"}.done`);
  if (existsSync(done)) return stored;
  rmSync(root, { recursive: true, force: true });
  const store = await embeddedStore(root);
  try {
    const source = isCaptured
      ? capturedMarket()
      : simulated(small ? 40 : 1480, stored.start, stored.end);
    await load(store.images, source);
    const definition = topOf("top100-ew", stored.size);
    await build(store, { definition, start: stored.start, end: stored.end, jobId: "build" });
  } finally {
    await store.close();
  }
  writeFileSync(done, "");
  return stored;
}

/** Runs `work` with a folder: the run's own, or one that is removed afterwards. */
export async function inFolder<Result>(
  options: Options,
  work: (options: Required<Options>) => Promise<Result>,
): Promise<Result> {
  if (options.folder !== undefined) return work({ ...options, folder: options.folder });
  const folder = mkdtempSync(join(tmpdir(), "equipoise-bench-"));
  try {
    return await work({ ...options, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
