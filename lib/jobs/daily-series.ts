/**
 * Daily bars of one security over a range, over its renames, with the closes as they compare with the range's end.
 * Only the parts of the page asked for are opened, and no others than those the security has prices in; dividends
 * also need the closes before them, later in the range.
 */
import { AppError } from "../errors.ts";
import { missingSessionWarning, provenanceWarnings } from "../index/warnings.ts";
import { type Adjustment, type AdjustmentSteps, effectiveActions } from "../market/adjustment.ts";
import { dailyBody } from "../market/daily-body.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { type DayRange, missingSessions, rejectReversed, sessionRange } from "../market/range.ts";
import * as reading from "../market/reading.ts";
import { nextSession, previousSession } from "../market/sessions.ts";
import type { CachedAnswer, Freshness, Images, Query, Snapshot } from "../ports.ts";
import { cursorAfter } from "../schemas/market.ts";
import { addDays, isoDay } from "../time.ts";
import { lookingAgain } from "./refusal.ts";
import {
  adjustmentOf,
  barsOf,
  barsPartsOf,
  type NamedSecurity,
  type Series,
  securityNamed,
} from "./security-bars.ts";

export type DailyRequest = Readonly<{
  symbol: string;
  /** YYYYMMDD; the market's first and last session when omitted. */
  start?: number | undefined;
  end?: number | undefined;
  adjusted: Adjustment;
  /** A day on which the ticker was the security's; its last holder when omitted. */
  on?: number | undefined;
  /** Bars at most. */
  limit: number;
  /** The last day of the page before. */
  after?: number | undefined;
}>;

/** A security with everything that happened to it, and the sessions asked for; no bars are read yet. */
type Found = NamedSecurity & Readonly<{ range: DayRange }>;

/**
 * @throws AppError REVERSED_RANGE, NO_TRADING_DAY, RANGE_OUTSIDE_DATA, MISSING_SESSION, UNKNOWN_SECURITY; never from
 * a manifest that was not looked up again
 */
export function dailySeries(
  images: Images,
  request: DailyRequest,
  freshness: Freshness = {},
): Promise<CachedAnswer> {
  return lookingAgain(freshness, (fresh) => answer(images, request, fresh));
}

async function answer(
  images: Images,
  request: DailyRequest,
  freshness: Freshness,
): Promise<CachedAnswer> {
  const snapshot = await images.snapshot("market", freshness);
  try {
    const reference =
      REFERENCE in snapshot.manifest.parts && (await snapshot.open(REFERENCE)).query;
    if (!reference) throw noMarket();
    const range = rangeOf(reference, request);
    const found = { range, ...securityNamed(reference, request.symbol, request.on) };
    const parts = [REFERENCE, ...barsPartsOf(snapshot, range).map(({ name }) => name)];
    const version = snapshot.version(parts);
    return {
      version,
      list: "bars",
      isQuick: () => parts.length === 2 && parts.every(snapshot.isOpen),
      compute: () => body(snapshot, reference, request, found, version),
      release: snapshot.release,
    };
  } catch (error) {
    snapshot.release();
    throw error;
  }
}

/** The range asked for, moved inwards to stored sessions. */
function rangeOf(reference: Query, request: DailyRequest): DayRange {
  const { first_date: first, last_date: last } = reading.dailyExtent(reference, 0, 0);
  if (first === null || last === null) throw noMarket();
  // A range open at one end reaches to the market's; one that lies outside is a day beyond it, not reversed.
  const start = request.start ?? Math.min(first, request.end ?? first);
  const end = request.end ?? Math.max(last, request.start ?? last);
  rejectReversed(start, end);
  const within = reading.dailyExtent(reference, start, end);
  const { start_date, end_date } = within;
  const isCovered =
    start_date !== null &&
    first <= nextSession(start, { inclusive: true }) &&
    previousSession(end, { inclusive: true }) <= last;
  if (isCovered) return { start: start_date, end: end_date! };
  const stored = market.sessions(reference).map(({ date }) => date);
  return sessionRange(stored, start, end);
}

const noMarket = () =>
  new AppError("RANGE_OUTSIDE_DATA", "no market has been loaded yet", { available: null });

async function body(
  snapshot: Snapshot,
  reference: Query,
  request: DailyRequest,
  { range, member, actions }: Found,
  version: string,
): Promise<string> {
  const sessions = reading.dailySessions(reference, range.start, range.end);
  const effective = effectiveActions(actions, sessions);
  const { from, to } = member.priced!;
  const first = Math.max(from, request.after === undefined ? 0 : addDays(request.after, 1));
  const series: Series = {
    snapshot,
    member,
    sessions: sessions.filter((date) => date >= first && date <= to),
  };
  const adjustment = await adjustmentOf(series, request.adjusted, effective);
  const rows = await barsOf(series, adjustment.steps, request.limit + 1);
  const bars = rows.slice(0, request.limit);
  const facts = market.marketFacts(reference);
  return dailyBody({
    symbol: request.symbol,
    adjusted: request.adjusted,
    tickers: member.tickers,
    bars,
    actions: effective,
    next: rows.length > bars.length ? cursorAfter(bars.at(-1)!.date) : null,
    version,
    asOf: range.end,
    isPointInTime: facts.point_in_time === "true",
    warnings: [
      ...provenanceWarnings(facts),
      ...missingSessionWarning(missingSessions(sessions, range.start, range.end)),
      ...impossibleDividends(adjustment),
    ],
  });
}

const MAX_EXAMPLES = 10;

function impossibleDividends({ impossible }: AdjustmentSteps) {
  if (impossible.length === 0) return [];
  return [
    {
      code: "DIVIDEND_LEFT_OUT",
      message: "a dividend is not below the close it would come out of; it was not adjusted for",
      count: impossible.length,
      examples: impossible.slice(0, MAX_EXAMPLES).map(({ date, dividend, close_before }) => ({
        effective_date: isoDay(date),
        dividend,
        close_before,
      })),
    },
  ];
}
