/**
 * Loads a market: rows of a source into the parts of the `market` dataset, in one commit. Rows are upserted by
 * (day, ticker), so loading twice changes nothing and a later file corrects an earlier one but never empties a day.
 * Memory is bounded by one year of rows: a year is written (and uploaded) as soon as another begins. A job that was
 * killed goes on at the last file boundary it had noted (ingest-checkpoint.ts).
 */
import { AppError } from "../errors.ts";
import type { CapChoice } from "../market/known-shares.ts";
import { type Precedence, ranksAny } from "../market/precedence.ts";
import type { Draft, Images, Instruments, MarketSource, Objects, RejectedRow } from "../ports.ts";
import type { SourceFailure } from "../source.ts";
import { isoDay } from "../time.ts";
import { type Checkpoint, checkpointKey, checkpointOf, settingPrint } from "./ingest-checkpoint.ts";
import { type IngestRun, runRecord } from "./ingest-runs.ts";
import { dropIndices, factsAfter, factsOf, rejectMixing } from "./market-facts.ts";
import { MarketLoad } from "./market-load.ts";
import { type KeptCounts, NONE_KEPT } from "./precedence-load.ts";

export type IngestWorld = Readonly<{
  images: Images;
  nowMs: () => number;
  /** Where checkpoints are kept; without it every run begins anew. */
  objects?: Objects;
  instruments?: Instruments;
}>;

export type IngestOptions = Readonly<{
  source: MarketSource;
  /** Only rows of these days (YYYYMMDD, both included) are taken. */
  from?: number | undefined;
  to?: number | undefined;
  /**
   * The last session of the market these days come after: when somebody has rewound it meanwhile, the days between
   * would be missing, so nothing is published.
   */
  continues?: number | undefined;
  /** Sessions the market must hold afterwards, or nothing is published. */
  minDays: number;
  /** Whether the first refused row ends the job instead of being set aside. */
  isStrict: boolean;
  /** Whether the quality gate judges the rows of a real market; a simulated one is what it says. */
  isGated?: boolean;
  /** Which market cap counts where shares outstanding are known; the vendor's, when omitted. */
  caps?: CapChoice;
  /** Whose values of a day and ticker stand in a real market; whoever comes later, when omitted. */
  precedence?: Precedence;
  /** Same id, same job: a repeated delivery changes nothing. */
  jobId: string;
  /** A file boundary is noted when this many rows were read since the last. */
  checkpointRows?: number;
}>;

export type IngestSummary = Readonly<{
  outcome: "committed" | "unchanged" | "repeated";
  source: string;
  rows_read: number;
  rows_accepted: number;
  days: number;
  sessions_total: number;
  available: Readonly<{ first: string; last: string }> | null;
  gate: "on" | "off";
  /** Figures the gate did not take as delivered, by rule. */
  repaired: Readonly<Record<string, number>>;
  /** Sessions of which the gate did not take at least one exchange. */
  failed_days: number;
  /** Values that were not taken because a higher source had said them. */
  kept_by_precedence: KeptCounts;
  quarantined: Readonly<Record<string, number>>;
  /** The first few of them. */
  first_quarantined: readonly Pick<RejectedRow, "file" | "line" | "reason" | "detail">[];
  /** What the source was asked for and could not give: how much, and the first few. */
  failures: number;
  first_failures: readonly SourceFailure[];
  /** Files that an interrupted run of this job had read already. */
  files_resumed: number;
  /** Indices that were built on a simulated market this job replaced. */
  dropped_indices: readonly string[];
  version: string;
  /** Of the market that holds it, for who must see no older one. */
  seq: number;
  ingest_ms: number;
}>;

export type Progress = (state: Readonly<{ done: number; total: number; rows: number }>) => void;

type Loaded = Omit<IngestSummary, "outcome" | "version" | "seq" | "ingest_ms" | "source" | "gate">;

const isGated = ({ isGated: asked = false, source }: IngestOptions): boolean =>
  asked && source.kind === "real";

const rankingOf = ({ precedence, source }: IngestOptions): Precedence | undefined =>
  precedence && ranksAny(precedence) && source.kind === "real" ? precedence : undefined;

const FAILURES_SHOWN = 5;

/** Writing a checkpoint costs about as much as reading this many rows twice over. */
const CHECKPOINT_ROWS = 100_000;

/**
 * @throws AppError MARKET_IS_REAL for simulated rows into a real market, MARKET_EXISTS into another simulation,
 * TOO_FEW_SESSIONS, BAD_FILE, WRITE_CONFLICT when the market was rewound behind what the job goes on from
 */
export async function ingest(
  world: IngestWorld,
  options: IngestOptions,
  progress: Progress = () => {},
): Promise<IngestSummary> {
  const { objects, nowMs } = world;
  if (!objects) return counted(world, options, progress);
  const startedMs = nowMs();
  const record = runRecord(objects, options.jobId, startedMs);
  const started = startedRun(options, startedMs);
  await record.write(started);
  const finished = () => ({ finished_at: new Date(nowMs()).toISOString() });
  try {
    const summary = await counted(world, options, progress);
    await record.write({ ...started, ...runFigures(summary), ...finished() });
    return summary;
  } catch (error) {
    const told = error instanceof AppError ? error : { code: "INTERNAL", message: String(error) };
    const failure = { code: told.code, message: told.message };
    await record.write({ ...started, outcome: "failed", error: failure, ...finished() });
    throw error;
  }
}

const startedRun = (options: IngestOptions, startedMs: number): IngestRun => ({
  job_id: options.jobId,
  source: options.source.name,
  gate: isGated(options) ? "on" : "off",
  started_at: new Date(startedMs).toISOString(),
  finished_at: null,
  outcome: "running",
  error: null,
  rows_read: 0,
  rows_accepted: 0,
  days: 0,
  repaired: {},
  quarantined: {},
  failed_days: 0,
  kept_by_precedence: NONE_KEPT,
  failures: 0,
});

const runFigures = (s: IngestSummary) => ({
  outcome: s.outcome,
  rows_read: s.rows_read,
  rows_accepted: s.rows_accepted,
  days: s.days,
  repaired: s.repaired,
  quarantined: s.quarantined,
  failed_days: s.failed_days,
  kept_by_precedence: s.kept_by_precedence,
  failures: s.failures,
});

async function counted(
  world: IngestWorld,
  options: IngestOptions,
  progress: Progress,
): Promise<IngestSummary> {
  const { instruments } = world;
  try {
    const summary = await loaded(world, options, progress);
    const { outcome, rows_accepted, repaired, quarantined } = summary;
    const sum = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((total, count) => total + count, 0);
    instruments?.add("qf_ingestions_total", { outcome });
    instruments?.add("qf_ingest_rows_total", { result: "accepted" }, rows_accepted);
    instruments?.add("qf_ingest_rows_total", { result: "repaired" }, sum(repaired));
    instruments?.add("qf_ingest_rows_total", { result: "quarantined" }, sum(quarantined));
    return summary;
  } catch (error) {
    instruments?.add("qf_ingestions_total", { outcome: "failed" });
    throw error;
  }
}

async function loaded(
  { images, nowMs, objects }: IngestWorld,
  options: IngestOptions,
  progress: Progress,
): Promise<IngestSummary> {
  const startedMs = nowMs();
  const { source, jobId, from, to, isStrict } = options;
  const gate = isGated(options) ? "on" : "off";
  const strictness = isStrict ? "strict" : "lenient";
  const precedence = rankingOf(options);
  const settings = [from, to, strictness, gate, options.caps];
  const print = precedence ? [settingPrint(precedence.order)] : [];
  const key = objects && checkpointKey(source, ...settings, ...print);
  const { outcome, result, manifest } = await images.commit(
    "market",
    { id: jobId, note: `ingest ${source.name}` },
    (draft) => {
      const checkpoint = objects && key ? checkpointOf(objects, key, draft) : undefined;
      return load(draft, images, options, checkpoint, progress);
    },
  );
  if (objects && key) await objects.remove(key);
  const { seq } = manifest;
  const snapshot = await images.snapshot("market", { revalidate: true, minSeq: seq });
  const version = snapshot.version();
  snapshot.release();
  return {
    outcome,
    source: source.name,
    gate,
    ...(result ?? NOTHING),
    version,
    seq,
    ingest_ms: Math.round(nowMs() - startedMs),
  };
}

const NOTHING: Loaded = {
  rows_read: 0,
  rows_accepted: 0,
  days: 0,
  sessions_total: 0,
  available: null,
  repaired: {},
  failed_days: 0,
  kept_by_precedence: NONE_KEPT,
  quarantined: {},
  first_quarantined: [],
  failures: 0,
  first_failures: [],
  files_resumed: 0,
  dropped_indices: [],
};

async function load(
  draft: Draft,
  images: Images,
  options: IngestOptions,
  checkpoint: Checkpoint | undefined,
  progress: Progress,
): Promise<Loaded> {
  const { source, minDays, isStrict, jobId } = options;
  const present = await factsOf(draft);
  rejectMixing(present, source);
  rejectRewound(draft, options.continues);
  const replacesSimulation = present?.kind === "simulated" && source.kind === "real";
  if (replacesSimulation) for (const part of Object.keys(draft.parts())) draft.drop(part);
  const resumed = await checkpoint?.resume();
  const gated = isGated(options);
  const market = await MarketLoad.open(draft, {
    isStrict,
    isGated: gated,
    source: source.name,
    caps: options.caps ?? "vendor",
    precedence: rankingOf(options),
    asked: source.asked,
    state: resumed?.state,
  });
  market.addFacts(await source.facts());
  await readRows(market, options, resumed?.filesDone ?? 0, checkpoint, progress);
  const before = replacesSimulation ? undefined : present;
  const sessions = await market.finish((stored) =>
    factsAfter(before, source, { isGated: gated, isAllOfIt: stored === market.daysTouched }),
  );
  const { counts: quarantined, first } = market.refused;
  if (sessions.length < minDays) {
    throw new AppError(
      "TOO_FEW_SESSIONS",
      `the market would hold ${sessions.length} sessions, at least ${minDays} are needed; nothing was published`,
      { sessions: sessions.length, min_days: minDays, quarantined },
    );
  }
  const failures = source.failures?.() ?? [];
  const { repaired, failedDays, kept = NONE_KEPT } = market.gateCounts;
  return {
    repaired,
    failed_days: failedDays,
    kept_by_precedence: kept,
    failures: failures.length,
    first_failures: failures.slice(0, FAILURES_SHOWN),
    rows_read: market.rowsRead,
    rows_accepted: market.rowsAccepted,
    days: market.daysTouched,
    sessions_total: sessions.length,
    available:
      sessions.length > 0 ? { first: isoDay(sessions[0]!), last: isoDay(sessions.at(-1)!) } : null,
    quarantined,
    first_quarantined: first.map(({ file, line, reason, detail }) => ({
      file,
      line,
      reason,
      detail,
    })),
    files_resumed: resumed?.filesDone ?? 0,
    dropped_indices: replacesSimulation ? await dropIndices(images, jobId) : [],
  };
}

/** @throws AppError WRITE_CONFLICT when the market ends before the session this job goes on from */
function rejectRewound(draft: Draft, continues: number | undefined): void {
  if (continues === undefined) return;
  const last = Math.max(0, ...Object.values(draft.parts()).map(({ to }) => to ?? 0));
  if (last >= continues) return;
  throw new AppError(
    "WRITE_CONFLICT",
    `the market was rewound to ${isoDay(last)} while the sessions after ${isoDay(continues)} were read; nothing was published`,
    { held_to: isoDay(last), read_from: isoDay(continues) },
  );
}

/** Reads the files from number `first` on; between two of them the work so far may be noted. */
async function readRows(
  market: MarketLoad,
  { source, from, to, checkpointRows = CHECKPOINT_ROWS }: IngestOptions,
  first: number,
  checkpoint: Checkpoint | undefined,
  progress: Progress,
): Promise<void> {
  const numbers = source.files ? source.files.map((_, number) => number) : [undefined];
  let notedRows = market.rowsRead;
  for (const number of numbers.slice(first)) {
    // What is refused before the first row belongs to this file, hence after its checkpoint.
    let held: RejectedRow[] | undefined = [];
    const release = () => {
      const rows = held ?? [];
      held = undefined;
      for (const row of rows) market.reject(row);
    };
    const reject = (row: RejectedRow) => (held ? void held.push(row) : market.reject(row));
    for await (const batch of source.rows(reject, number)) {
      if (held) {
        if (checkpoint && number && market.rowsRead - notedRows >= checkpointRows) {
          await checkpoint.save(number, await market.checkpoint(batch.date[0]!));
          notedRows = market.rowsRead;
        }
        release();
      }
      await market.addRows(batch, from ?? 0, to ?? Number.POSITIVE_INFINITY);
      progress({ done: source.doneUnits(), total: source.totalUnits, rows: market.rowsRead });
    }
    release();
  }
}
