/** What the quality gate and the checks before it said of the stored market: of one session, or of all. */
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { sessionRange } from "../market/range.ts";
import * as quality from "../market/reading.ts";
import type { CachedAnswer, Freshness, Images, Query, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";

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

const EVER = { start: 0, end: 99_991_231 } as const;

async function qualityOf(snapshot: Snapshot, date: number | undefined) {
  const query =
    REFERENCE in snapshot.manifest.parts ? (await snapshot.open(REFERENCE)).query : NO_ROWS;
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

const dateOf = (date: number | undefined) => (date === undefined ? null : isoDay(date));

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

const dated = <Row extends Readonly<{ date: number }>>(row: Row) => ({
  ...row,
  date: isoDay(row.date),
});
