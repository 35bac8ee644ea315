/** Statements that read the market for answers; rows keep the snake_case of SQL. */

import dailySql from "../../sql/market/daily.sql";
import dailyActionsSql from "../../sql/market/daily_actions.sql";
import dailyClosesSql from "../../sql/market/daily_closes.sql";
import dailyExtentSql from "../../sql/market/daily_extent.sql";
import dailyRecordsSql from "../../sql/market/daily_records.sql";
import dailySessionsSql from "../../sql/market/daily_sessions.sql";
import dailySymbolsSql from "../../sql/market/daily_symbols.sql";
import delistingsSql from "../../sql/market/delistings.sql";
import detectedSplitsSql from "../../sql/market/detected_splits.sql";
import findingsSql from "../../sql/market/findings.sql";
import knownSymbolsSql from "../../sql/market/known_symbols.sql";
import listedRecordsSql from "../../sql/market/listed_records.sql";
import qualityCountsSql from "../../sql/market/quality_counts.sql";
import qualityDaysSql from "../../sql/market/quality_days.sql";
import quarantinedSql from "../../sql/market/quarantined.sql";
import repairsSql from "../../sql/market/repairs.sql";
import type { Query } from "../ports.ts";
import type { RepairRow } from "./gate-pass.ts";
import type { ActionRow, SymbolRow } from "./queries.ts";

export type DailyExtentRow = Readonly<{
  first_date: number | null;
  last_date: number | null;
  start_date: number | null;
  end_date: number | null;
}>;
export const dailyExtent = (reference: Query, start: number, end: number): DailyExtentRow =>
  reference<DailyExtentRow>(dailyExtentSql, { ":start": start, ":end": end })[0]!;

export const dailySessions = (reference: Query, start: number, end: number): number[] =>
  reference<{ date: number }>(dailySessionsSql, { ":start": start, ":end": end }).map(
    ({ date }) => date,
  );

/** A ticker and every other that renames connect it with; none when the market never heard of it. */
export const dailySymbols = (reference: Query, ticker: string) =>
  reference<SymbolRow>(dailySymbolsSql, { ":ticker": ticker });

export type DailyRecordRow = Readonly<{
  symbol: number;
  valid_from: number;
  valid_to: number;
  issuer: string | null;
  cik: string | null;
}>;
export const dailyRecords = (reference: Query, symbols: readonly number[]) =>
  reference<DailyRecordRow>(dailyRecordsSql, { ":symbols": JSON.stringify(symbols) });

/** The records of every security. */
export const listedRecords = (reference: Query) => reference<DailyRecordRow>(listedRecordsSql);

export const delistings = (reference: Query) =>
  reference<Readonly<{ date: number; symbol: number }>>(delistingsSql);

export const dailyActions = (reference: Query, symbols: readonly number[]) =>
  reference<ActionRow>(dailyActionsSql, { ":symbols": JSON.stringify(symbols) });

/** A ticker of the security, and the days on which it was its own. */
export type TickerDays = Readonly<{ ticker: string; from: number; to: number }>;

/** What changes the price on a session, as against the session before. */
export type PriceAction = Readonly<{
  date: number;
  /** Product of split ratios and spin-off factors; 1 without any. */
  split: number;
  /** USD per post-split share; 0 without any. */
  dividend: number;
  /** The last close before the session, USD; `null` where no dividend asks for it. */
  close_before: number | null;
}>;

const lists = (sessions: readonly number[], tickers: readonly TickerDays[]) => ({
  ":sessions": JSON.stringify(sessions),
  ":tickers": JSON.stringify(tickers.map(({ ticker, from, to }) => ({ ticker, from, to }))),
});

export const dailyCloses = (
  bars: Query,
  sessions: readonly number[],
  tickers: readonly TickerDays[],
) => bars<Readonly<{ date: number; close: number }>>(dailyClosesSql, lists(sessions, tickers));

export type DailyRow = Readonly<{
  date: number;
  ticker: string;
  open: number | null;
  high: number | null;
  low: number | null;
  close: number;
  adjusted_close: number;
  volume: number | null;
  market_cap: number | null;
}>;

/**
 * @param sessions of one part, ascending
 * @param actions of the whole range, latest first
 * @param limit rows at most
 */
export const dailyBars = (
  bars: Query,
  sessions: readonly number[],
  tickers: readonly TickerDays[],
  actions: readonly PriceAction[],
  limit: number,
) =>
  bars<DailyRow>(dailySql, {
    ...lists(sessions, tickers),
    ":actions": JSON.stringify(actions),
    ":limit": limit,
  });

/** Days, YYYYMMDD, both included. */
export type Range = Readonly<{ start: number; end: number }>;
const params = ({ start, end }: Range) => ({ ":start": start, ":end": end });

export const repairs = (reference: Query, range: Range) =>
  reference<RepairRow>(repairsSql, params(range));

export type StoredFinding = Readonly<{
  date: number;
  exchange: string;
  reason: string;
  detail: string;
  failed: number;
}>;
export const findings = (reference: Query, range: Range) =>
  reference<StoredFinding>(findingsSql, params(range));

export type QuarantinedRow = Readonly<{
  /** `null` where the row's day could not be read. */
  date: number | null;
  ticker: string | null;
  reason: string;
  detail: string;
  file: string;
  line: number;
  raw: string;
}>;
export const quarantined = (reference: Query, range: Range) =>
  reference<QuarantinedRow>(quarantinedSql, params(range));

export type CountRow = Readonly<{
  kind: "findings" | "quarantined" | "repaired";
  reason: string;
  count: number;
}>;
export const counts = (reference: Query, range: Range) =>
  reference<CountRow>(qualityCountsSql, params(range));

export type QualityDay = Readonly<{
  date: number;
  repaired: number;
  quarantined: number;
  findings: number;
  failed: number;
}>;
export const days = (reference: Query) => reference<QualityDay>(qualityDaysSql);

export type DetectedSplit = Readonly<{
  date: number;
  symbol: number;
  ticker: string;
  ratio: number;
  detail: string;
}>;
export const detectedSplits = (reference: Query, range: Range) =>
  reference<DetectedSplit>(detectedSplitsSql, params(range));

/** @param query in lower case; empty for all */
export const knownSymbols = (reference: Query, query: string, after: string, limit: number) =>
  reference<
    Readonly<{
      ticker: string;
      name: string | null;
      first_date: number | null;
      last_date: number | null;
    }>
  >(knownSymbolsSql, { ":query": query, ":after": after, ":limit": limit });
