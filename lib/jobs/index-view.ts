/**
 * Finds an index and the days a request names, in one snapshot, and whether the market still stands behind them. The
 * usual case is answered from the manifests and the years asked for; only when something is not there is the market
 * opened, to say precisely why.
 */
import { AppError } from "../errors.ts";
import { DEFAULT_INDEX_ID } from "../index/definition.ts";
import type { Drift } from "../index/drift.ts";
import { yearPart, yearsOf } from "../index/schema.ts";
import { IndexYears, notBuilt, type Run, runOf, unknownIndex } from "../index/view.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { rejectReversed, sessionRange } from "../market/range.ts";
import { nextSession, previousSession } from "../market/sessions.ts";
import type { Freshness, Images, Snapshot } from "../ports.ts";
import { addDays } from "../time.ts";
import { marketDrift } from "./market-drift.ts";
import { lookingAgain } from "./refusal.ts";

export type IndexRequest = Readonly<{
  index?: string | undefined;
  /** YYYYMMDD; the run's first and last day when omitted. */
  start?: number | undefined;
  end?: number | undefined;
}>;

/** An index in a snapshot, with the sessions of the request known; nothing is opened yet. */
export type IndexView = Readonly<{
  id: string;
  snapshot: Snapshot;
  run: Run;
  start: number;
  end: number;
  /** How the market has moved since these days were built; "unchecked" while it cannot be read. */
  market: Drift | "unchecked" | undefined;
  /** Version of the years the answer rests on, and of the market where that has moved. */
  version: string;
  /** Whether the answer rests on one year that is in memory already: a fraction of what the shared cache costs. */
  isQuick: () => boolean;
  open: () => Promise<IndexYears>;
  release: () => void;
}>;

/**
 * @throws AppError UNKNOWN_INDEX, INDEX_NOT_BUILT and the errors of {@link sessionRange}; never from a manifest that
 * was not looked up again
 */
export function indexView(
  images: Images,
  request: IndexRequest,
  freshness: Freshness = {},
): Promise<IndexView> {
  return lookingAgain(freshness, (fresh) => view(images, request, fresh));
}

async function view(
  images: Images,
  request: IndexRequest,
  freshness: Freshness,
): Promise<IndexView> {
  const { index: id = DEFAULT_INDEX_ID } = request;
  const [snapshot, beside] = await bothDatasets(images, freshness);
  let isLetGo = false;
  try {
    const run = runOf(snapshot.manifest.parts, id);
    // A range open at one end reaches to the run's; one that lies outside the run is a day beyond it, not reversed.
    const start = request.start ?? (run && Math.min(run.first, request.end ?? run.first));
    const end = request.end ?? (run && Math.max(run.last, request.start ?? run.last));
    if (start !== undefined && end !== undefined) rejectReversed(start, end);
    if (!run && id !== DEFAULT_INDEX_ID) throw unknownIndex(id, indexIds(snapshot));
    const range =
      run && start !== undefined && end !== undefined && sessionsWithin(run, start, end);
    if (!run || !range) throw await whyNot(images, id, run, start, end);
    isLetGo = true;
    const moved = await marketDrift(images, snapshot, id, beside);
    return found(images, { id, snapshot, run, range, moved: movedUnder(moved, range.last) });
  } catch (error) {
    if (!isLetGo) letGo(beside);
    snapshot.release();
    throw error;
  }
}

/** The index, and the market that is on its way: asked for at once, so that the second costs no time of its own. */
async function bothDatasets(
  images: Images,
  freshness: Freshness,
): Promise<[Snapshot, Promise<Snapshot>]> {
  const { revalidate = false } = freshness;
  const beside = images.snapshot("market", { revalidate });
  // Who needs it hears of a failure; until then it is nobody's.
  beside.catch(() => {});
  try {
    return [await images.snapshot("index", freshness), beside];
  } catch (error) {
    letGo(beside);
    throw error;
  }
}

/** A snapshot that nobody waits for any more. */
function letGo(pending: Promise<Snapshot>): void {
  pending.then(
    ({ release }) => release(),
    () => {},
  );
}

type Moved = Awaited<ReturnType<typeof marketDrift>>;

/** What of it concerns days up to `last`: those before the first one that changed stand as they are. */
const movedUnder = (moved: Moved, last: number): Moved =>
  moved === undefined || moved === "unchecked" || moved.drift.from <= last ? moved : undefined;

/** The range moved inwards to sessions of the calendar; `undefined` unless the run covers it. */
function sessionsWithin(run: Run, start: number, end: number): Run | undefined {
  const first = nextSession(addDays(start, -1));
  const last = previousSession(addDays(end, 1));
  return first <= last && run.first <= first && last <= run.last ? { first, last } : undefined;
}

type Found = Readonly<{ id: string; snapshot: Snapshot; run: Run; range: Run; moved: Moved }>;

function found(images: Images, { id, snapshot, run, range, moved }: Found): IndexView {
  const years = yearsOf(snapshot.manifest.parts, id);
  const [firstYear, lastYear] = [yearOf(range.first), yearOf(range.last)];
  const parts = years
    .filter((year) => year >= firstYear && year <= lastYear)
    .map((y) => yearPart(id, y));
  // The level before the first day of a year stands in the year before.
  const before = years.findLast((year) => year < firstYear);
  const partBefore = before === undefined ? undefined : yearPart(id, before);
  const rests = partBefore === undefined ? parts : [partBefore, ...parts];
  const days = { start: range.first, end: range.last };
  const market = moved === "unchecked" ? moved : moved?.drift;
  return {
    id,
    snapshot,
    run,
    ...days,
    market,
    version: versionOf(snapshot.version(rests), moved),
    isQuick: () => parts.length === 1 && rests.every(snapshot.isOpen),
    open: async () => {
      const open = await Promise.all(parts.map((part) => snapshot.open(part)));
      const yearBefore = partBefore === undefined ? undefined : await snapshot.open(partBefore);
      const opened = new IndexYears(days, open, yearBefore, market);
      if (opened.days().length === 0) throw await whyNot(images, id, run, range.first, range.last);
      return opened;
    },
    release: snapshot.release,
  };
}

const yearOf = (date: number): number => Math.floor(date / 10_000);

/** An answer that tells of a market which has moved rests on that market too. */
function versionOf(years: string, moved: Moved): string {
  if (moved === undefined) return years;
  return `${years}-${moved === "unchecked" ? moved : moved.version}`;
}

/** The precise reason a range cannot be answered; asks the market. */
async function whyNot(
  images: Images,
  id: string,
  run: Run | undefined,
  start: number | undefined,
  end: number | undefined,
): Promise<AppError> {
  if (start === undefined || end === undefined) return notBuilt(id, run);
  try {
    sessionRange(await storedSessions(images), start, end);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return notBuilt(id, run);
}

/** Every session of the market, by a fresh look at the store. */
export async function storedSessions(images: Images): Promise<number[]> {
  const snapshot = await images.snapshot("market", { revalidate: true });
  try {
    if (!(REFERENCE in snapshot.manifest.parts)) return [];
    const { query } = await snapshot.open(REFERENCE);
    return market.sessions(query).map(({ date }) => date);
  } finally {
    snapshot.release();
  }
}

export function indexIds(snapshot: Snapshot): string[] {
  const ids = Object.keys(snapshot.manifest.parts)
    .filter((name) => name.includes("/"))
    .map((name) => name.slice(0, name.lastIndexOf("/")));
  return [...new Set(ids)].sort();
}
