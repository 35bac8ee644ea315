/** Statements that read built years for answers; rows keep the snake_case of SQL. */
import builtBySql from "../../sql/index/built_by.sql";
import changeTotalsSql from "../../sql/index/change_totals.sql";
import changesSql from "../../sql/index/changes.sql";
import dayWarningsSql from "../../sql/index/day_warnings.sql";
import levelBeforeSql from "../../sql/index/level_before.sql";
import memberDaysSql from "../../sql/index/member_days.sql";
import membershipsSql from "../../sql/index/memberships.sql";
import performanceDaysSql from "../../sql/index/performance_days.sql";
import rangeDaysSql from "../../sql/index/range_days.sql";
import securityOfSql from "../../sql/index/security_of.sql";
import type { Query } from "../ports.ts";

export type BuiltByRow = Readonly<{ id: string; parameters: string; provenance: string }>;
export const builtBy = (year: Query): BuiltByRow => year<BuiltByRow>(builtBySql)[0]!;

export const rangeDays = (year: Query, start: number, end: number): number[] =>
  year<{ date: number }>(rangeDaysSql, { ":start": start, ":end": end }).map(({ date }) => date);

export type PerformanceRow = Readonly<{
  date: number;
  level: number;
  daily_return: number | null;
  benchmark_return: number | null;
  turnover: number | null;
  constituents: number;
  divisor: number | null;
}>;
export const performanceDays = (year: Query, start: number, end: number) =>
  year<PerformanceRow>(performanceDaysSql, { ":start": start, ":end": end });

export const levelBefore = (year: Query, date: number): number | undefined =>
  year<{ level: number }>(levelBeforeSql, { ":date": date })[0]?.level;

export type ChangeRow = Readonly<{
  date: number;
  side: "entered" | "exited";
  ticker: string;
  rank: number | null;
  previous_rank: number | null;
  market_cap: number | null;
  reason: string;
}>;
export const changes = (year: Query, start: number, end: number) =>
  year<ChangeRow>(changesSql, { ":start": start, ":end": end });

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
