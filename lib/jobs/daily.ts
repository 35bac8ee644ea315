/**
 * What runs after each close: takes in the sessions since the last stored one, then brings every index to the new
 * end. Job ids follow from the id of the event, so a delivery that comes twice changes nothing.
 */
import { lastClosedSession, nextSession, sessionsBetween } from "../market/sessions.ts";
import type { MarketSource } from "../ports.ts";
import { dayKey, isoDay } from "../time.ts";
import { build } from "./build.ts";
import { indices } from "./indices.ts";
import { type IngestWorld, ingest } from "./ingest.ts";
import { collectCheckpoints } from "./ingest-checkpoint.ts";
import { DATASETS, sessionStatus } from "./market-status.ts";
import { SEED } from "./seed.ts";

/** What a source must be able to say: the sessions asked for, and which simulation they continue. */
export type SourceSpan = Readonly<{
  /** From where the simulation began to the last session wanted. */
  sessions: readonly number[];
  origin: Readonly<{ seed: number; tickers: number }> | undefined;
}>;

export type DailyWorld = IngestWorld &
  Readonly<{ source: (span: SourceSpan) => Promise<MarketSource> }>;

export type DailyOptions = Readonly<{ eventId: string; minDays: number }>;

export type DailySummary = Readonly<{
  event_id: string;
  /** The last session that has closed in New York. */
  last_closed: string;
  market: Readonly<{
    /** "current": no session was missing. */
    outcome: "current" | "committed" | "unchanged" | "repeated";
    sessions_added: number;
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
  { eventId, minDays }: DailyOptions,
): Promise<DailySummary> {
  const startedMs = world.nowMs();
  const lastClosed = lastClosedSession(startedMs);
  const market = await catchUp(world, lastClosed, `daily:${eventId}:market`, minDays);
  const end = market.available && dayKey(market.available.end_date);
  return {
    event_id: eventId,
    last_closed: isoDay(lastClosed),
    market,
    indices: end === null ? [] : await extend(world, end, `daily:${eventId}`),
    // What no kept version names and no job goes on from; what cannot be removed now is removed another day.
    collected: await collectUnused(world),
    ms: Math.round(world.nowMs() - startedMs),
  };
}

async function collectUnused({ images, objects, nowMs }: DailyWorld): Promise<number> {
  let removed = objects ? await collectCheckpoints(objects, nowMs()) : 0;
  for (const dataset of DATASETS) removed += (await images.collect(dataset)).removed.length;
  return removed;
}

async function catchUp(
  world: DailyWorld,
  lastClosed: number,
  jobId: string,
  minDays: number,
): Promise<DailySummary["market"]> {
  const before = await sessionStatus(world.images, { revalidate: true });
  const wanted = span(before, lastClosed);
  if (!wanted) {
    const { available } = before;
    return {
      outcome: "current",
      sessions_added: 0,
      rows_accepted: 0,
      quarantined: {},
      available,
    };
  }
  const { from, to, first } = wanted;
  const origin = before.market?.origin && JSON.parse(before.market.origin);
  const source = await world.source({ sessions: sessionsBetween(first, to), origin });
  const { outcome, rows_accepted, quarantined } = await ingest(world, {
    source,
    from,
    to: source.kind === "simulated" ? to : lastClosed,
    minDays,
    isStrict: false,
    jobId,
  });
  const after = await sessionStatus(world.images, { revalidate: true });
  return {
    outcome,
    sessions_added: after.sessions_total - before.sessions_total,
    rows_accepted,
    quarantined,
    available: after.available,
  };
}

type Status = Awaited<ReturnType<typeof sessionStatus>>;

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

/** Brings every index to `end`; what one cannot do keeps no other from its days. */
async function extend(
  { images }: DailyWorld,
  end: number,
  job: string,
): Promise<DailySummary["indices"]> {
  const { indices: all } = await indices(images, { revalidate: true });
  const extended: DailySummary["indices"][number][] = [];
  const failures: unknown[] = [];
  for (const { id, parameters, built } of all) {
    const start = dayKey(built.start_date);
    const last = Math.max(end, dayKey(built.end_date));
    const request = { definition: { id, parameters }, start, end: last, jobId: `${job}:${id}` };
    try {
      const { outcome, builtDays, range } = await build({ images }, request);
      const end_date = isoDay(range.end);
      extended.push({ index: id, outcome, days_built: builtDays, end_date });
    } catch (error) {
      failures.push(error);
    }
  }
  // The event is delivered again then, and finds the others done.
  if (failures.length > 0) throw failures[0];
  return extended;
}
