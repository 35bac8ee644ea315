/** Statements that read built years for answers; rows keep the snake_case of SQL. JSON is made by SQLite where a body is long. */
import builtBySql from "../../sql/index/built_by.sql";
import changeTotalsSql from "../../sql/index/change_totals.sql";
import changesSql from "../../sql/index/changes.sql";
import compositionSql from "../../sql/index/composition.sql";
import dayWarningsSql from "../../sql/index/day_warnings.sql";
import levelBeforeSql from "../../sql/index/level_before.sql";
import memberDaysSql from "../../sql/index/member_days.sql";
import membershipsSql from "../../sql/index/memberships.sql";
import performanceColumnsSql from "../../sql/index/performance_columns.sql";
import performanceDaysSql from "../../sql/index/performance_days.sql";
import rangeDaysSql from "../../sql/index/range_days.sql";
import securityOfSql from "../../sql/index/security_of.sql";
import type { Image, Query } from "../ports.ts";

export type BuiltByRow = Readonly<{ id: string; parameters: string; provenance: string }>;
export const builtBy = (year: Query): BuiltByRow => year<BuiltByRow>(builtBySql)[0]!;

export const rangeDays = (year: Query, start: number, end: number): number[] =>
  year<{ date: number }>(rangeDaysSql, { ":start": start, ":end": end }).map(({ date }) => date);

/** The JSON array of days; `[]` for none. */
export const performanceDays = (
  year: Image,
  start: number,
  end: number,
  levelBefore: number,
): string =>
  year.text(performanceDaysSql, { ":start": start, ":end": end, ":level_before": levelBefore })!;

export type PerformanceColumns = Readonly<{
  date: number[];
  level: number[];
  daily_return: (number | null)[];
  benchmark_return: (number | null)[];
  turnover: (number | null)[];
  constituents: number[];
  divisor: (number | null)[];
}>;
export const performanceColumns = (year: Image, start: number, end: number): PerformanceColumns =>
  JSON.parse(year.text(performanceColumnsSql, { ":start": start, ":end": end })!);

export const levelBefore = (year: Query, date: number): number | undefined =>
  year<{ level: number }>(levelBeforeSql, { ":date": date })[0]?.level;

/** The JSON array of members; `[]` on a day nobody was eligible. */
export const composition = (year: Image, date: number, notionalPerConstituentUsd: number): string =>
  year.text(compositionSql, {
    ":date": date,
    ":notional_per_constituent": notionalPerConstituentUsd,
  })!;

export type ChangeDayRow = Readonly<{ date: number; entered: string; exited: string }>;
export const changes = (year: Query, start: number, end: number) =>
  year<ChangeDayRow>(changesSql, { ":start": start, ":end": end });

export type ChangeTotals = Readonly<{ days: number; entered: number; exited: number }>;
export const changeTotals = (year: Query, start: number, end: number): ChangeTotals =>
  year<ChangeTotals>(changeTotalsSql, { ":start": start, ":end": end })[0]!;

export type DayWarningRow = Readonly<{ code: string; count: number; examples: string }>;
export const dayWarnings = (year: Query, start: number, end: number, size: number) =>
  year<DayWarningRow>(dayWarningsSql, { ":start": start, ":end": end, ":size": size });

export type MembershipRow = Readonly<{
  date: number;
  ticker: string;
  name: string | null;
  rank: number;
  market_cap: number | null;
  weight: number;
}>;
export const memberships = (year: Query, security: string) =>
  year<MembershipRow>(membershipsSql, { ":security": security });

export const securityOf = (year: Query, ticker: string): string | undefined =>
  year<{ security: string }>(securityOfSql, { ":ticker": ticker })[0]?.security;

export type MemberDayRow = MembershipRow & Readonly<{ price: number; price_date: number }>;
export const memberDays = (year: Query, start: number, end: number) =>
  year<MemberDayRow>(memberDaysSql, { ":start": start, ":end": end });
