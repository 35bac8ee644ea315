/** What the quality gate and the checks before it said of the stored market: of one session, or of all. */
import type { RepairRow } from "../market/gate-pass.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { sessionRange } from "../market/range.ts";
import * as quality from "../market/reading.ts";
import type { CachedAnswer, Freshness, Images, Query, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";

/** A figure that was not taken as delivered, or a row that was not taken at all. */
export type JudgedRow = Readonly<{
  /** `null` where the row's day could not be read. */
  date: string | null;
  ticker: string | null;
  outcome: "repaired" | "quarantined";
  reason: string;
  /** What was repaired; `null` for a row that was refused as a whole, as the next two. */
  field: string | null;
  delivered: number | null;
  used: number | null;
  detail: string;
  /** Where a refused row stands; figures that were repaired do not say it. */
  file: string | null;
  line: number | null;
}>;

export type QualityRequest = Readonly<{
  /** YYYYMMDD; all sessions when omitted. */
  date?: number | undefined;
}>;

export async function qualityAnswer(
  images: Images,
  { date }: QualityRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const snapshot = await images.snapshot("market", freshness);
  return {
    version: snapshot.version(REFERENCE in snapshot.manifest.parts ? [REFERENCE] : []),
    list: date === undefined ? "days" : "repairs",
    compute: async () => JSON.stringify(await qualityOf(snapshot, date)),
    release: snapshot.release,
  };
}

export type ListRequest = Readonly<{
  /** YYYYMMDD, both included; from the first or to the last when omitted. */
  start?: number | undefined;
  end?: number | undefined;
}>;

const EVER = { start: 0, end: 99_991_231 } as const;

/**
 * Every repaired figure and refused row, in the order of days and tickers.
 *
 * @throws AppError REVERSED_RANGE, NO_TRADING_DAY, RANGE_OUTSIDE_DATA or MISSING_SESSION where nothing can be told
 */
export async function judgedRows(
  images: Images,
  { start = EVER.start, end = EVER.end }: ListRequest,
  freshness?: Freshness,
): Promise<readonly JudgedRow[]> {
  const snapshot = await images.snapshot("market", freshness);
  try {
    const query = await referenceOf(snapshot);
    const range = { start, end };
    const repaired = quality.repairs(query, range).map(repairedRow);
    const rows = [...repaired, ...quality.quarantined(query, range).map(refusedRow)];
    if (rows.length === 0 && start > EVER.start && end < EVER.end) {
      const dates = market.sessions(query).map(({ date }) => date);
      sessionRange(dates, start, end);
    }
    return rows.sort((a, b) => compared(a.date, b.date) || compared(a.ticker, b.ticker));
  } finally {
    snapshot.release();
  }
}

const compared = (a: string | null, b: string | null) =>
  (a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0;

const repairedRow = ({ date, rule, ...repair }: RepairRow): JudgedRow => ({
  date: isoDay(date),
  ticker: repair.ticker,
  outcome: "repaired",
  reason: rule,
  field: repair.field,
  delivered: repair.delivered,
  used: repair.used,
  detail: repair.detail,
  file: null,
  line: null,
});

const refusedRow = ({ date, ticker, reason, ...refused }: quality.QuarantinedRow): JudgedRow => ({
  date: dateOf(date),
  ticker,
  outcome: "quarantined",
  reason,
  field: null,
  delivered: null,
  used: null,
  detail: refused.detail,
  file: refused.file,
  line: refused.line,
});

const referenceOf = async (snapshot: Snapshot): Promise<Query> =>
  REFERENCE in snapshot.manifest.parts ? (await snapshot.open(REFERENCE)).query : NO_ROWS;

async function qualityOf(snapshot: Snapshot, date: number | undefined) {
  const query = await referenceOf(snapshot);
  const sessions = market.sessions(query);
  const range = date === undefined ? EVER : { start: date, end: date };
  const counts = quality.counts(query, range);
  // A closed day or a missing session has an answer when rows of it were refused.
  if (date !== undefined && counts.length === 0) {
    const dates = sessions.map((session) => session.date);
    sessionRange(dates, date, date);
  }
  return {
    date: date === undefined ? null : isoDay(date),
    gate: market.marketFacts(query).gate ?? null,
    totals: totals(counts, range, sessions),
    ...(date === undefined ? { days: days(query) } : lists(query, range)),
    findings: quality.findings(query, range).map((finding) => ({
      ...finding,
      date: isoDay(finding.date),
      exchange: finding.exchange || null,
      failed: finding.failed === 1,
    })),
    meta: { dataset_version: snapshot.version([REFERENCE]), as_of: dateOf(sessions.at(-1)?.date) },
  };
}

/** A market that holds nothing. */
const NO_ROWS: Query = () => [];

const dateOf = (date: number | null | undefined) => (date ? isoDay(date) : null);

function totals(
  counts: readonly quality.CountRow[],
  range: quality.Range,
  sessions: readonly market.SessionRow[],
) {
  const of = (kind: quality.CountRow["kind"]) =>
    Object.fromEntries(
      counts.filter((row) => row.kind === kind).map(({ reason, count }) => [reason, count]),
    );
  const rows = sessions
    .filter(({ date }) => date >= range.start && date <= range.end)
    .reduce((sum, { priced_rows }) => sum + priced_rows, 0);
  return {
    rows,
    repaired: of("repaired"),
    quarantined: of("quarantined"),
    findings: of("findings"),
  };
}

/** The sessions on which something was repaired, refused or found. */
const days = (query: Query) =>
  quality.days(query).map(({ date, ...counted }) => ({ date: isoDay(date), ...counted }));

function lists(query: Query, range: quality.Range) {
  return {
    repairs: quality.repairs(query, range).map(dated),
    quarantined: quality.quarantined(query, range).map(dated),
    detected_splits: quality
      .detectedSplits(query, range)
      .map(({ date, ticker, ratio, detail }) => ({
        date: isoDay(date),
        ticker,
        ratio,
        detail,
      })),
  };
}

const dated = <Row extends Readonly<{ date: number | null }>>(row: Row) => ({
  ...row,
  date: dateOf(row.date),
});
