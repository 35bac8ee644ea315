/**
 * A portfolio with everything that figures about it rest on: three datasets held still, the session they are of, what
 * its positions are in, and what that has done before. Nothing after the session is looked at.
 */
import { type Caller, NOBODY } from "../../access/caller.ts";
import { AppError } from "../../errors.ts";
import { notBuilt, runOf } from "../../index/view.ts";
import type { Warning as IndexWarning } from "../../index/warnings.ts";
import { newYorkTimeUtcMs } from "../../market/new-york.ts";
import * as market from "../../market/queries.ts";
import { type DayRange, sessionRange } from "../../market/range.ts";
import { isSession, previousSession, sessionCloseUtcMs } from "../../market/sessions.ts";
import type { Freshness, Images, Query, Snapshot } from "../../ports.ts";
import type { Market, Position } from "../../risk/positions.ts";
import type { PositionRow } from "../../risk/queries.ts";
import { DATASET } from "../../risk/schema.ts";
import { isoDay } from "../../time.ts";
import { type History, historiesOf, partsOf } from "./histories.ts";
import { type Instrument, instrumentsOf, placesIn } from "./instruments.ts";
import { type Held, heldPortfolio, type Named } from "./portfolios.ts";
import { bookWarnings, type RiskWarning } from "./warnings.ts";

export type BookRequest = Named &
  Readonly<{
    /** YYYYMMDD; the last session that everything has when omitted. */
    asOf?: number | undefined;
    /** Days of history. */
    window: number;
    /** What else is to be valued beside the positions. */
    instruments?: readonly PositionRow[];
    /** Ranges that must be within the history too. */
    ranges?: readonly DayRange[];
  }>;

/** A portfolio in its snapshots; prices are not read yet. */
export type BookView = Readonly<{
  held: Held;
  version: string;
  asOf: number;
  open: () => Promise<Book>;
  release: () => void;
}>;

/** A position that is still there on the day, with the row it came from. */
export type Live = Readonly<{ row: PositionRow; position: Position }>;

export type Book = Readonly<{
  asOf: number;
  /** Days of history that were asked for. */
  asked: number;
  /** Stored sessions, ascending, the last one `asOf`. */
  sessions: readonly number[];
  /** Of them, without those that only ranges asked for. */
  window: readonly number[];
  live: readonly Live[];
  /** As they were asked for, one unit or contract each. */
  instruments: readonly Live[];
  market: Market;
  histories: ReadonlyMap<string, History>;
  isPointInTime: boolean;
  warnings: readonly (RiskWarning | IndexWarning)[];
}>;

/** @throws AppError UNKNOWN_PORTFOLIO, UNKNOWN_INSTRUMENT, RANGE_OUTSIDE_DATA, MISSING_SESSION, INDEX_NOT_BUILT */
export async function bookView(
  images: Images,
  request: BookRequest,
  { caller = NOBODY, freshness }: Readonly<{ caller?: Caller | undefined; freshness?: Freshness }>,
): Promise<BookView> {
  const taken: Snapshot[] = [];
  const take = async (dataset: string, how?: Freshness) => {
    const snapshot = await images.snapshot(dataset, how);
    taken.push(snapshot);
    return snapshot;
  };
  const release = () => {
    for (const snapshot of taken) snapshot.release();
  };
  try {
    const portfolios = await take(DATASET, freshness);
    const held = await heldPortfolio(portfolios, { caller }, request);
    const again = { revalidate: freshness?.revalidate ?? false };
    const of = await take("market", again);
    const indices = await take("index", again);
    const places = await placesIn(of, indices);
    const { reference } = places;
    if (!reference) throw noMarket();
    const rows = [...held.positions, ...(request.instruments ?? [])];
    const stored = market.sessions(reference).map(({ date }) => date);
    if (stored.length === 0) throw noMarket();
    const asked = request.asOf === undefined ? undefined : sessionOf(stored, request.asOf);
    const instruments = instrumentsOf(places, rows, asked);
    const last = asked ?? commonEnd(stored, indices, instruments);
    demandBuilt(indices, instruments, last);
    const known = stored.filter((date) => date <= last);
    const window = known.slice(-request.window - 1);
    const from = Math.min(window[0]!, ...startsOf(known, request.ranges ?? []));
    const sessions = known.filter((date) => date >= from);
    const parts = partsOf(of, indices, instruments, { start: from, end: last });
    const version = [
      portfolios.version(),
      of.version(parts.market),
      indices.version(parts.indices),
    ].join("-");
    const found = { images, of, indices, reference, instruments, sessions, window, held, request };
    return { held, version, asOf: last, open: () => opened(found, last), release };
  } catch (error) {
    release();
    throw error;
  }
}

const noMarket = () =>
  new AppError("RANGE_OUTSIDE_DATA", "no market has been loaded yet", { available: null });

/** The session a day stands for: itself, or the one before a closed day. */
function sessionOf(stored: readonly number[], day: number): number {
  const session = previousSession(day, { inclusive: true });
  return sessionRange(stored, session, session).end;
}

/** The last session up to which the market and every index reach. */
function commonEnd(
  stored: readonly number[],
  indices: Snapshot,
  instruments: readonly Instrument[],
): number {
  const ends = instruments
    .filter(({ kind }) => kind === "index")
    .map(({ name }) => runOf(indices.manifest.parts, name)!.last);
  const end = Math.min(stored.at(-1)!, ...ends);
  return stored.findLast((date) => date <= end) ?? stored[0]!;
}

function demandBuilt(indices: Snapshot, instruments: readonly Instrument[], asOf: number): void {
  for (const { name, kind } of instruments) {
    const run = kind === "index" ? runOf(indices.manifest.parts, name) : undefined;
    if (run && !(run.first <= asOf && asOf <= run.last)) throw notBuilt(name, run);
  }
}

/** The session before each range: its return begins at that close. */
const startsOf = (known: readonly number[], ranges: readonly DayRange[]): number[] =>
  ranges.map(({ start, end }) => {
    const { start: first } = sessionRange(known, start, end);
    return known.findLast((date) => date < first) ?? first;
  });

type Found = Readonly<{
  images: Images;
  of: Snapshot;
  indices: Snapshot;
  reference: Query;
  instruments: readonly Instrument[];
  sessions: readonly number[];
  window: readonly number[];
  held: Held;
  request: BookRequest;
}>;

async function opened(found: Found, asOf: number): Promise<Book> {
  const { held, instruments, sessions, window, request, reference } = found;
  const histories = await historiesOf(found.of, found.indices, instruments, sessions);
  const nowMs = sessionCloseUtcMs(asOf);
  const isLive = (row: PositionRow) => row.kind !== "option" || expiryMs(row.expiry) >= nowMs;
  const alive = (rows: readonly PositionRow[]) =>
    rows.filter(isLive).map((row): Live => ({ row, position: positionOf(row) }));
  const live = alive(held.positions);
  const wanted = alive(request.instruments ?? []);
  demandPrices(live.length === 0 ? [] : [...live, ...wanted], histories, asOf);
  const facts = market.marketFacts(reference);
  return {
    asOf,
    asked: request.window,
    sessions,
    window,
    live,
    instruments: wanted,
    market: {
      spots: new Map(
        [...histories.values()].flatMap(({ name, spot }) =>
          spot === undefined ? [] : [[name, spot] as const],
        ),
      ),
      rate: held.row.rate,
      dividendYields: new Map(
        Object.entries(JSON.parse(held.row.dividend_yields) as Record<string, number>),
      ),
      nowMs,
    },
    histories,
    isPointInTime: facts.point_in_time === "true",
    warnings: await bookWarnings({
      ...found,
      facts,
      histories,
      expired: [...held.positions, ...(request.instruments ?? [])].filter((row) => !isLive(row)),
    }),
  };
}

/** An option expires when New York closes. */
const expiryMs = (day: number): number =>
  isSession(day) ? sessionCloseUtcMs(day) : newYorkTimeUtcMs(day, 16 * 60);

export function positionOf(row: PositionRow): Position {
  const { kind, name, quantity } = row;
  if (kind === "stock") return { kind, symbol: name, quantity };
  if (kind === "index") return { kind, index: name, quantity };
  const { option, style, strike, expiry, multiplier } = row;
  return {
    ...{ kind, underlying: name, option, style, strike, quantity, multiplier },
    expiry: expiryMs(expiry),
    impliedVolatility: row.implied_volatility,
  };
}

/** @throws AppError UNPRICED_POSITION with every name that has no price of late, or all when nothing is left */
function demandPrices(
  live: readonly Live[],
  histories: ReadonlyMap<string, History>,
  asOf: number,
): void {
  const names = [...new Set(live.map(({ row }) => row.name))].sort();
  const symbols =
    names.length === 0
      ? [...histories.keys()].sort()
      : names.filter((name) => histories.get(name)?.spot === undefined);
  if (symbols.length === 0) return;
  const says =
    names.length === 0
      ? `every position had expired by ${isoDay(asOf)}`
      : `no price on ${isoDay(asOf)} or shortly before of ${symbols.join(", ")}`;
  throw new AppError("UNPRICED_POSITION", says, { as_of: isoDay(asOf), symbols });
}
