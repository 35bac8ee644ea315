/**
 * Finds an index and the days a request names, in one snapshot. The usual case is answered from the manifest and the
 * years asked for; only when something is not there is the market opened, to say precisely why.
 */
import { AppError } from "../errors.ts";
import { DEFAULT_INDEX_ID } from "../index/definition.ts";
import { yearPart, yearsOf } from "../index/schema.ts";
import { IndexYears, notBuilt, type Run, runOf, unknownIndex } from "../index/view.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { rejectReversed, sessionRange } from "../market/range.ts";
import { nextSession, previousSession } from "../market/sessions.ts";
import type { Freshness, Images, Snapshot } from "../ports.ts";
import { addDays } from "../time.ts";

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
  /** Version of the years the answer rests on. */
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
export async function indexView(
  images: Images,
  request: IndexRequest,
  freshness: Freshness = {},
): Promise<IndexView> {
  try {
    return await view(images, request, freshness);
  } catch (error) {
    if (freshness.revalidate || !(error instanceof AppError)) throw error;
    return view(images, request, { ...freshness, revalidate: true });
  }
}

async function view(
  images: Images,
  request: IndexRequest,
  freshness: Freshness,
): Promise<IndexView> {
  const { index: id = DEFAULT_INDEX_ID } = request;
  const snapshot = await images.snapshot("index", freshness);
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
    return found(images, id, snapshot, run, range);
  } catch (error) {
    snapshot.release();
    throw error;
  }
}

/** The range moved inwards to sessions of the calendar; `undefined` unless the run covers it. */
function sessionsWithin(run: Run, start: number, end: number): Run | undefined {
  const first = nextSession(addDays(start, -1));
  const last = previousSession(addDays(end, 1));
  return first <= last && run.first <= first && last <= run.last ? { first, last } : undefined;
}

function found(images: Images, id: string, snapshot: Snapshot, run: Run, range: Run): IndexView {
  const years = yearsOf(snapshot.manifest.parts, id);
  const firstYear = Math.floor(range.first / 10_000);
  const lastYear = Math.floor(range.last / 10_000);
  const parts = years
    .filter((year) => year >= firstYear && year <= lastYear)
    .map((y) => yearPart(id, y));
  // The level before the first day of a year stands in the year before.
  const before = years.findLast((year) => year < firstYear);
  const partBefore = before === undefined ? undefined : yearPart(id, before);
  const rests = partBefore === undefined ? parts : [partBefore, ...parts];
  return {
    id,
    snapshot,
    run,
    start: range.first,
    end: range.last,
    version: snapshot.version(rests),
    isQuick: () => parts.length === 1 && rests.every(snapshot.isOpen),
    open: async () => {
      const open = await Promise.all(parts.map((part) => snapshot.open(part)));
      const yearBefore = partBefore === undefined ? undefined : await snapshot.open(partBefore);
      const opened = new IndexYears({ start: range.first, end: range.last }, open, yearBefore);
      if (opened.days().length === 0) throw await whyNot(images, id, run, range.first, range.last);
      return opened;
    },
    release: snapshot.release,
  };
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
