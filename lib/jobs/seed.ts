/** The simulated market a fresh installation opens with, and the default index over it. Safe to repeat. */
import { sessionsBetween } from "../market/sessions.ts";
import type { MarketSource } from "../ports.ts";
import { buildIndex } from "./build-index.ts";
import { type IngestSummary, type IngestWorld, ingest, type Progress } from "./ingest.ts";
import { sessionStatus } from "./market-status.ts";

export type Simulation = Readonly<{ seed: number; tickers: number; sessions: readonly number[] }>;

export type SeedSpan = Readonly<{
  seed: number;
  /** Securities on the first session. */
  tickers: number;
  /** YYYYMMDD, both included. */
  from: number;
  to: number;
}>;

export const SEED: SeedSpan = { seed: 7, tickers: 600, from: 20230103, to: 20241231 };

export type SeedWorld = IngestWorld &
  Readonly<{ simulate: (simulation: Simulation) => Promise<MarketSource> }>;

export type SeedSummary = Readonly<{
  /** "kept": there was a market already. */
  market: "loaded" | "kept";
  kind: "simulated" | "real";
  ingest: IngestSummary | null;
  /** None over a market that is not ours to index. */
  index: Awaited<ReturnType<typeof buildIndex>> | null;
}>;

/** @throws AppError MARKET_EXISTS when the market is another simulation */
export async function seed(
  world: SeedWorld,
  span: SeedSpan,
  jobId: string,
  progress?: Progress,
): Promise<SeedSummary> {
  const { market } = await sessionStatus(world.images, { revalidate: true });
  if (market?.kind === "real") return { market: "kept", kind: "real", ingest: null, index: null };
  const sessions = sessionsBetween(span.from, span.to);
  const source = await world.simulate({ seed: span.seed, tickers: span.tickers, sessions });
  const isThere = market?.origin !== undefined && market.origin === JSON.stringify(source.origin);
  const options = { source, minDays: 1, isStrict: false, jobId: `${jobId}:market` };
  const loaded = isThere ? null : await ingest(world, options, progress);
  const index = await buildIndex(world, { start: span.from, end: span.to }, `${jobId}:index`);
  return { market: isThere ? "kept" : "loaded", kind: "simulated", ingest: loaded, index };
}
