/**
 * Loads a market: rows of a source into the parts of the `market` dataset, in one commit. Rows are upserted by
 * (day, ticker), so loading twice changes nothing and a later file corrects an earlier one but never empties a day.
 * Memory is bounded by one year of rows: a year is written (and uploaded) as soon as another begins.
 */
import { AppError } from "../errors.ts";
import { MarketLoad } from "../market/load.ts";
import { REFERENCE } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import type { Draft, Images, MarketSource } from "../ports.ts";
import { isoDay } from "../time.ts";

export type IngestOptions = Readonly<{
  source: MarketSource;
  /** Only rows of these days (YYYYMMDD, both included) are taken. */
  from?: number | undefined;
  to?: number | undefined;
  /** Sessions the market must hold afterwards, or nothing is published. */
  minDays: number;
  /** Whether the first refused row ends the job instead of being set aside. */
  isStrict: boolean;
  /** Same id, same job: a repeated delivery changes nothing. */
  jobId: string;
}>;

export type IngestSummary = Readonly<{
  outcome: "committed" | "unchanged" | "repeated";
  source: string;
  rows_read: number;
  rows_accepted: number;
  days: number;
  sessions_total: number;
  available: Readonly<{ first: string; last: string }> | null;
  quarantined: Readonly<Record<string, number>>;
  /** Indices that were built on a simulated market this job replaced. */
  dropped_indices: readonly string[];
  version: string;
  ingest_ms: number;
}>;

export type Progress = (state: Readonly<{ done: number; total: number; rows: number }>) => void;

type Loaded = Omit<IngestSummary, "outcome" | "version" | "ingest_ms" | "source">;

/**
 * @throws AppError MARKET_IS_REAL for simulated rows into a real market, TOO_FEW_SESSIONS, BAD_FILE
 */
export async function ingest(
  { images, nowMs }: Readonly<{ images: Images; nowMs: () => number }>,
  options: IngestOptions,
  progress: Progress = () => {},
): Promise<IngestSummary> {
  const startedMs = nowMs();
  const { source, jobId } = options;
  const { outcome, result } = await images.commit(
    "market",
    { id: jobId, note: `ingest ${source.name}` },
    (draft) => load(draft, images, options, progress),
  );
  const snapshot = await images.snapshot("market", { revalidate: true });
  const version = snapshot.version();
  snapshot.release();
  const loaded = result ?? NOTHING;
  return {
    outcome,
    source: source.name,
    ...loaded,
    version,
    ingest_ms: Math.round(nowMs() - startedMs),
  };
}

const NOTHING: Loaded = {
  rows_read: 0,
  rows_accepted: 0,
  days: 0,
  sessions_total: 0,
  available: null,
  quarantined: {},
  dropped_indices: [],
};

async function load(
  draft: Draft,
  images: Images,
  { source, from, to, minDays, isStrict, jobId }: IngestOptions,
  progress: Progress,
): Promise<Loaded> {
  const kind = await kindOf(draft);
  if (kind === "real" && source.kind === "simulated") {
    throw new AppError(
      "MARKET_IS_REAL",
      "the market holds real data; simulated rows would mix with it",
      {
        hint: "use another EQUIPOISE_HOME or BUCKET for a simulated market",
      },
    );
  }
  const replacesSimulation = kind === "simulated" && source.kind === "real";
  if (replacesSimulation) for (const part of Object.keys(draft.parts())) draft.drop(part);
  const market = await MarketLoad.open(draft, { isStrict });
  await market.addFacts(await source.facts());
  for await (const batch of source.rows((row) => market.reject(row))) {
    await market.addRows(batch, from ?? 0, to ?? Number.POSITIVE_INFINITY);
    progress({ done: source.doneUnits(), total: source.totalUnits, rows: market.rowsRead });
  }
  const sessions = await market.finish({
    kind: source.kind,
    source: source.name,
    gate: "off",
    point_in_time: String(source.isPointInTime),
  });
  if (sessions.length < minDays) {
    throw new AppError(
      "TOO_FEW_SESSIONS",
      `the market would hold ${sessions.length} sessions, at least ${minDays} are needed; nothing was published`,
      { sessions: sessions.length, min_days: minDays, quarantined: market.quarantined() },
    );
  }
  return {
    rows_read: market.rowsRead,
    rows_accepted: market.rowsAccepted,
    days: market.daysTouched,
    sessions_total: sessions.length,
    available:
      sessions.length > 0 ? { first: isoDay(sessions[0]!), last: isoDay(sessions.at(-1)!) } : null,
    quarantined: market.quarantined(),
    dropped_indices: replacesSimulation ? await dropIndices(images, jobId) : [],
  };
}

async function kindOf(draft: Draft): Promise<string | undefined> {
  if (!(REFERENCE in draft.parts())) return undefined;
  return queries.marketFacts((await draft.open(REFERENCE)).query)["kind"];
}

/**
 * Indices built on simulated prices go before the real market is published: a reader then finds either the old
 * pair or no index, never simulated levels over a real market.
 */
async function dropIndices(images: Images, jobId: string): Promise<string[]> {
  const dropped: string[] = [];
  await images.commit(
    "index",
    { id: `drop:${jobId}`, note: "drop indices of the simulated market" },
    async (draft) => {
      for (const part of Object.keys(draft.parts())) {
        const [id] = part.split("/");
        if (part.includes("/") && !dropped.includes(id!)) dropped.push(id!);
        draft.drop(part);
      }
    },
  );
  return dropped.sort();
}
