/** Every statement the market domain asks of its images; rows keep the snake_case of SQL. */
import actionsSql from "../../sql/market/actions.sql";
import barsExtentSql from "../../sql/market/bars_extent.sql";
import barsOfSql from "../../sql/market/bars_of.sql";
import capBasisOfSql from "../../sql/market/cap_basis_of.sql";
import capRowSql from "../../sql/market/cap_row.sql";
import capsBetweenSql from "../../sql/market/caps_between.sql";
import capsExtentSql from "../../sql/market/caps_extent.sql";
import coverageSql from "../../sql/market/coverage.sql";
import datedFactsSql from "../../sql/market/dated_facts.sql";
import dayRowsSql from "../../sql/market/day_rows.sql";
import daysSql from "../../sql/market/days.sql";
import deleteActionsSql from "../../sql/market/delete_actions.sql";
import deleteRecordsSql from "../../sql/market/delete_records.sql";
import endRecordSql from "../../sql/market/end_record.sql";
import gatedCapsSql from "../../sql/market/gated_caps.sql";
import marketFactsSql from "../../sql/market/market_facts.sql";
import securityRecordsSql from "../../sql/market/security_records.sql";
import sessionsSql from "../../sql/market/sessions.sql";
import setFactsDigestSql from "../../sql/market/set_facts_digest.sql";
import sharesFactsSql from "../../sql/market/shares_facts.sql";
import sourcesOfSql from "../../sql/market/sources_of.sql";
import storedRowsSql from "../../sql/market/stored_rows.sql";
import symbolChangesSql from "../../sql/market/symbol_changes.sql";
import symbolsSql from "../../sql/market/symbols.sql";
import upsertSessionSql from "../../sql/market/upsert_session.sql";
import upsertSymbolSql from "../../sql/market/upsert_symbol.sql";
import volumesSql from "../../sql/market/volumes.sql";
import type { Image, PartWriter, Query, SqlParams, SqlValue, Statement } from "../ports.ts";
import type { SharesFact } from "../source.ts";
import type { CoverageRun } from "./coverage.ts";
import type { DatedFact } from "./digest.ts";
import type { RecordChange, SeenRecord } from "./listings.ts";
import type { ReferenceChange, SessionContent } from "./write.ts";

export type SymbolRow = Readonly<{
  id: number;
  ticker: string;
  first_date: number | null;
  last_date: number | null;
}>;
export const symbols = (reference: Query) => reference<SymbolRow>(symbolsSql);

export type SessionRow = Readonly<{
  date: number;
  priced_rows: number;
  capped_rows: number;
  rows_digest: string;
  facts_digest: string;
}>;
export const sessions = (reference: Query) => reference<SessionRow>(sessionsSql);

export type SymbolChangeRow = Readonly<{ date: number; old_symbol: number; new_symbol: number }>;
export const symbolChanges = (reference: Query) => reference<SymbolChangeRow>(symbolChangesSql);

export type ActionRow = Readonly<{
  date: number;
  symbol: number;
  action: "split" | "spinoff" | "dividend" | "delisting";
  value: number;
  /** Told by a net change alone, to the quality gate. */
  is_detected: 0 | 1;
}>;
export const actions = (reference: Query) => reference<ActionRow>(actionsSql);

export type CoverageRow = Readonly<{ symbol: number; first_date: number; last_date: number }>;
export const coverage = (caps: Query) => caps<CoverageRow>(coverageSql);

export type CapRow = Readonly<{ close: number; market_cap: number | null }>;
export const capRow = (caps: Query, date: number, symbol: number): CapRow | undefined =>
  caps<CapRow>(capRowSql, { ":date": date, ":symbol": symbol })[0];

export const marketFacts = (reference: Query): Record<string, string> =>
  Object.fromEntries(
    reference<{ name: string; value: string }>(marketFactsSql).map(({ name, value }) => [
      name,
      value,
    ]),
  );

export const days = (caps: Query): number[] =>
  caps<{ date: number }>(daysSql).map(({ date }) => date);

export type BarRow = Readonly<{
  date: number;
  ticker: string;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number;
  volume: number | null;
  market_cap: number | null;
  source: number | null;
}>;
export const barsOf = (bars: Query) => bars<BarRow>(barsOfSql);

export type CapBasisRow = Readonly<{
  date: number;
  ticker: string;
  basis: string;
  delivered: number | null;
  shares: number | null;
  effective_date: number | null;
  known_at: number | null;
  source: string | null;
}>;
export const capBasisOf = (bars: Query) => bars<CapBasisRow>(capBasisOfSql);

export const sourcesOf = (bars: Query) =>
  bars<Readonly<{ id: number; name: string }>>(sourcesOfSql);

/** The bars of one day, a row at a time; free the statement when done. */
export const storedRows = (bars: Image): Statement => bars.prepare(storedRowsSql);

/** Stored closes and caps of a range of days, a row at a time; free the statement when done. */
export const capsBetween = (caps: Image): Statement => caps.prepare(capsBetweenSql);

export const gatedCaps = (bars: Query, start: number, end: number) =>
  bars<Readonly<{ date: number; symbol: number; delivered: number | null }>>(gatedCapsSql, {
    ":start": start,
    ":end": end,
  });

export const volumes = (bars: Query, date: number) =>
  bars<Readonly<{ symbol: number; volume: number | null }>>(volumesSql, { ":date": date });

export const sharesFacts = (reference: Query): SharesFact[] =>
  reference<{
    ticker: string;
    effective_date: number;
    known_at: number;
    shares: number;
    source: string;
  }>(sharesFactsSql).map(({ effective_date, known_at, ...fact }) => ({
    ...fact,
    effectiveDate: effective_date,
    knownAt: known_at,
  }));

export const datedFacts = (reference: Query) => reference<DatedFact>(datedFactsSql);

/** Rows of one day at a time; free the statement when done. */
export const dayRows = (caps: PartWriter) => caps.prepare(dayRowsSql);

export type Extent = Readonly<{ rows: number; from: number | null; to: number | null }>;
type ExtentRow = Readonly<{ rows: number; from_date: number | null; to_date: number | null }>;
const extentOf = ([row]: readonly ExtentRow[]): Extent => ({
  rows: row!.rows,
  from: row!.from_date,
  to: row!.to_date,
});

export const capsExtent = (caps: Query): Extent => extentOf(caps<ExtentRow>(capsExtentSql));
export const barsExtent = (bars: Query): Extent => extentOf(bars<ExtentRow>(barsExtentSql));

export function replaceCoverage(caps: PartWriter, runs: readonly CoverageRun[]): void {
  caps.run("delete from coverage");
  caps.insert(
    "insert into coverage (symbol, first_date, last_date)",
    3,
    runs.flatMap(({ symbol, firstDate, lastDate }) => [symbol, firstDate, lastDate]),
  );
}

/** Runs one statement for each set of parameters. */
function runEach(db: PartWriter, sql: string, all: Iterable<SqlParams>): void {
  const statement = db.prepare(sql);
  for (const params of all) statement.each(params, () => true);
  statement.free();
}

export function upsertSymbols(db: PartWriter, symbols: ReferenceChange["symbols"]): void {
  runEach(
    db,
    upsertSymbolSql,
    symbols.map(({ id, ticker, first, last }) => ({
      ":id": id,
      ":ticker": ticker,
      ":first_date": first,
      ":last_date": last,
    })),
  );
}

/** The records of each symbol named replace all it had before. */
export function replaceRecords(db: PartWriter, records: readonly (readonly SqlValue[])[]): void {
  const named = new Set(records.map(([symbol]) => symbol as number));
  runEach(
    db,
    deleteRecordsSql,
    [...named].map((symbol) => ({ ":symbol": symbol })),
  );
  db.insert(
    "insert or replace into security_record (symbol, valid_from, valid_to, exchange, name, country, security_type, issuer, primary_line, cik)",
    10,
    records.flat(),
  );
}

export type RecordRow = Readonly<{
  symbol: number;
  valid_from: number;
  valid_to: number;
  exchange: string | null;
  name: string | null;
  country: string | null;
  security_type: string | null;
  issuer: string | null;
  primary_line: number | null;
  /** 1 = lists of single days showed it. */
  seen: number;
}>;
export const securityRecords = (reference: Query) => reference<RecordRow>(securityRecordsSql);

/** A record as a list of a day shows it; the one before it ends. */
export function putSeenRecord(
  db: PartWriter,
  symbol: number,
  seen: SeenRecord,
  { ended, valid_from, valid_to }: RecordChange,
): void {
  if (ended) {
    const { valid_from: from, valid_to: to } = ended;
    db.run(endRecordSql, { ":symbol": symbol, ":valid_from": from, ":valid_to": to });
  }
  const { exchange, name, country, security_type, issuer, primary_line } = seen;
  db.insert(
    "insert or replace into security_record (symbol, valid_from, valid_to, exchange, name, country, security_type, issuer, primary_line, seen)",
    10,
    [symbol, valid_from, valid_to, exchange, name, country, security_type, issuer, primary_line, 1],
  );
}

/** The actions of each (day, symbol, kind) named replace those it had before. */
export function replaceActions(db: PartWriter, actions: ReferenceChange["actions"]): void {
  runEach(
    db,
    deleteActionsSql,
    actions.map(([date, symbol, action]) => ({
      ":date": date,
      ":symbol": symbol,
      ":action": action,
    })),
  );
  db.insert(
    "insert or ignore into corporate_action (date, symbol, action, value)",
    4,
    actions.flat(),
  );
}

export function upsertSessions(db: PartWriter, sessions: readonly SessionContent[]): void {
  runEach(
    db,
    upsertSessionSql,
    sessions.map(({ date, pricedRows, cappedRows, rowsDigest }) => ({
      ":date": date,
      ":priced_rows": pricedRows,
      ":capped_rows": cappedRows,
      ":rows_digest": rowsDigest,
    })),
  );
}

export function setFactsDigests(
  db: PartWriter,
  sessions: readonly number[],
  digests: readonly string[],
): void {
  runEach(
    db,
    setFactsDigestSql,
    sessions.map((date, i) => ({ ":date": date, ":facts_digest": digests[i]! })),
  );
}

/** Takes away what is said of the caps of rows that are written again. */
export function forgetBasis(
  bars: PartWriter,
  rows: Readonly<{ date: Int32Array; symbol: Int32Array }>,
  order: Int32Array,
): void {
  const known = new Set(
    bars
      .query<{ date: number; symbol: number }>("select date, symbol from cap_basis")
      .map(({ date, symbol }) => `${date} ${symbol}`),
  );
  if (known.size === 0) return;
  const again = order.filter((p) => known.has(`${rows.date[p]} ${rows.symbol[p]}`));
  runEach(
    bars,
    "delete from cap_basis where date = :date and symbol = :symbol",
    Array.from(again, (p) => ({ ":date": rows.date[p]!, ":symbol": rows.symbol[p]! })),
  );
}
