/**
 * What runs after each close: takes in the sessions since the last stored one, then brings every index to the new
 * end. Job ids follow from the id of the event, so a delivery that comes twice changes nothing.
 */
import { NO_PRECEDENCE, type Precedence } from "../market/precedence.ts";
import { lastClosedSession, nextSession, sessionsBetween } from "../market/sessions.ts";
import type { MarketSource } from "../ports.ts";
import { dayKey, isoDay } from "../time.ts";
import { indices } from "./indices.ts";
import { type IngestWorld, ingest } from "./ingest.ts";
import { collectCheckpoints } from "./ingest-checkpoint.ts";
import { collectRuns } from "./ingest-runs.ts";
import { knownCiks } from "./known-ciks.ts";
import { KEPT_DATASETS, sessionStatus } from "./market-status.ts";
import { measuredBuild } from "./measured-build.ts";
import { SEED } from "./seed.ts";

/** What a source must be able to say: the sessions asked for, and which simulation they continue. */
export type SourceSpan = Readonly<{
  /** From where the simulation began to the last session wanted. */
  sessions: readonly number[];
  /** The sessions the market does not hold: holes in it, and those since its end. */
  missing: readonly number[];
  origin: Readonly<{ seed: number; tickers: number }> | undefined;
  /** CIK by ticker, as far as the market knows it. */
  ciks: () => Promise<Readonly<Record<string, string>>>;
}>;

export type DailyWorld = IngestWorld &
  Readonly<{ source: (span: SourceSpan) => Promise<MarketSource> }>;

export type DailyOptions = Readonly<{
  eventId: string;
  minDays: number;
  isGated?: boolean;
  /** Whose values stand where several sources have some; the later ones, when omitted. */
  precedence?: Precedence;
}>;

export type DailySummary = Readonly<{
  event_id: string;
  /** The last session that has closed in New York. */
  last_closed: string;
  market: Readonly<{
    /** "current": no session was missing. */
    outcome: "current" | "committed" | "unchanged" | "repeated";
    sessions_added: number;
    /** Sessions that were asked for and are not there yet. */
    still_missing: readonly string[];
    rows_accepted: number;
    quarantined: Readonly<Record<string, number>>;
    available: Readonly<{ start_date: string; end_date: string }> | null;
  }>;
  indices: readonly Readonly<{
    index: string;
    outcome: "committed" | "unchanged" | "repeated";
    days_built: number;
    end_date: string;
  }>[];
  /** Objects of old versions and checkpoints of abandoned jobs that were removed. */
  collected: number;
  ms: number;
}>;

/** Sessions one delivery simulates at most; what is left follows with the next ones. */
const SESSIONS_MAX = 260;

export async function daily(
  world: DailyWorld,
  { eventId, minDays, isGated = false, precedence = NO_PRECEDENCE }: DailyOptions,
): Promise<DailySummary> {
  const startedMs = world.nowMs();
  const lastClosed = lastClosedSession(startedMs);
  const market = await catchUp(world, lastClosed, {
    jobId: `daily:${eventId}:market`,
    minDays,
    isGated,
    precedence,
  });
  return {
    event_id: eventId,
    last_closed: isoDay(lastClosed),
    market,
    indices: market.available ? await extend(world, market.available, `daily:${eventId}`) : [],
    // What no kept version names and no job goes on from; what cannot be removed now is removed another day.
    collected: await collectUnused(world),
    ms: Math.round(world.nowMs() - startedMs),
  };
}

async function collectUnused({ images, objects, nowMs }: DailyWorld): Promise<number> {
  let removed = 0;
  if (objects) {
    removed += await collectCheckpoints(objects, nowMs());
    removed += await collectRuns(objects, nowMs());
  }
  for (const dataset of KEPT_DATASETS) removed += (await images.collect(dataset)).removed.length;
  return removed;
}

const CURRENT = {
  outcome: "current",
  sessions_added: 0,
  still_missing: [],
  rows_accepted: 0,
  quarantined: {},
} as const;

async function catchUp(
  world: DailyWorld,
  lastClosed: number,
  job: Readonly<{ jobId: string; minDays: number; isGated: boolean; precedence: Precedence }>,
): Promise<DailySummary["market"]> {
  const before = await sessionStatus(world.images, { revalidate: true });
  const wanted = span(before, lastClosed);
  if (!wanted) {
    world.instruments?.add("qf_ingestions_total", { outcome: "current" });
    return { ...CURRENT, available: before.available };
  }
  const { from, to, first } = wanted;
  const origin = before.market?.origin && JSON.parse(before.market.origin);
  const missing = missingSessions(before, first, lastClosed);
  const sessions = sessionsBetween(first, to);
  const ciks = () => knownCiks(world.images, lastClosed);
  const source = await world.source({ sessions, missing, origin, ciks });
  const isSimulated = source.kind === "simulated";
  const { outcome, rows_accepted, quarantined, seq } = await ingest(world, {
    source,
    from: isSimulated || from === undefined ? from : Math.min(from, missing[0] ?? from),
    to: isSimulated ? to : lastClosed,
    isStrict: false,
    continues: before.available ? dayKey(before.available.end_date) : undefined,
    ...job,
  });
  // An older market in its place, because a part was refused, would end the evening as if nothing had come.
  const after = await sessionStatus(world.images, { revalidate: true, minSeq: seq });
  return {
    outcome,
    sessions_added: after.sessions_total - before.sessions_total,
    still_missing: missing.filter((date) => !held(after).has(date)).map(isoDay),
    rows_accepted,
    quarantined,
    available: after.available,
  };
}

type Status = Awaited<ReturnType<typeof sessionStatus>>;

/** Holes are asked for again this many at a time, the latest first to be looked for. */
const HOLES_MAX = 30;

const held = ({ sessions }: Status): Set<number> =>
  new Set(sessions.map(({ date }) => dayKey(date)));

function missingSessions(status: Status, first: number, lastClosed: number): number[] {
  const present = held(status);
  const end = status.available ? dayKey(status.available.end_date) : 0;
  const missing = sessionsBetween(first, lastClosed).filter((date) => !present.has(date));
  const holes = missing.filter((date) => date < end);
  return [...holes.slice(-HOLES_MAX), ...missing.filter((date) => date > end)];
}

/** The days to simulate (`from` to `to`) and where their market begins; `undefined` when none is missing. */
function span({ available, market }: Status, lastClosed: number) {
  if (!available) {
    return { first: SEED.from, from: undefined, to: Math.min(SEED.to, lastClosed) };
  }
  const from = nextSession(dayKey(available.end_date));
  if (from > lastClosed) return undefined;
  const to = sessionsBetween(from, lastClosed).slice(0, SESSIONS_MAX).at(-1)!;
  const origin = market?.origin && (JSON.parse(market.origin) as { first_session: number });
  return { first: origin ? origin.first_session : dayKey(available.start_date), from, to };
}

/**
 * Brings every index to the end of the market, be that behind the index: days a market has lost by a roll back go.
 * What one index cannot do keeps no other from its days.
 */
async function extend(
  world: DailyWorld,
  available: NonNullable<DailySummary["market"]["available"]>,
  job: string,
): Promise<DailySummary["indices"]> {
  const { indices: all } = await indices(world.images, { revalidate: true });
  const extended: DailySummary["indices"][number][] = [];
  const failures: unknown[] = [];
  const [first, end] = [dayKey(available.start_date), dayKey(available.end_date)];
  for (const { id, parameters, built } of all) {
    const start = Math.max(first, dayKey(built.start_date));
    // A run the market has nothing of any more stays: its answers say so, and the market may come back.
    if (start > end) {
      extended.push({ index: id, outcome: "unchanged", days_built: 0, end_date: built.end_date });
      continue;
    }
    const request = { definition: { id, parameters }, start, end, jobId: `${job}:${id}` };
    try {
      const { outcome, builtDays, range } = await measuredBuild(world, request);
      extended.push({ index: id, outcome, days_built: builtDays, end_date: isoDay(range.end) });
    } catch (error) {
      failures.push(error);
    }
  }
  // The event is delivered again then, and finds the others done.
  if (failures.length > 0) throw failures[0];
  return extended;
}
