/** Bodies of the index endpoints, as JSON text. */
import { nextSession } from "../market/sessions.ts";
import { isoDay } from "../time.ts";
import type { ChangeRow, MemberDayRow, PerformanceRow } from "./reading.ts";
import { performanceSummary } from "./statistics.ts";
import type { IndexYears } from "./view.ts";
import type { Warning } from "./warnings.ts";

export type MetaOptions = Readonly<{
  version: string;
  asOf: number;
  isPointInTime: boolean;
  warnings: readonly Warning[];
}>;

export const UNITS = {
  level: "index points",
  returns: "fraction (0.01 = 1 %)",
  weight: "fraction",
  turnover: "fraction, one way",
  money: "USD",
} as const;

export const meta = ({ version, asOf, isPointInTime, warnings }: MetaOptions) => ({
  dataset_version: version,
  as_of: isoDay(asOf),
  point_in_time: isPointInTime,
  units: UNITS,
  warnings,
});

export type PerformanceOptions = Readonly<{
  benchmark?: "cap_weighted" | undefined;
  /** Annual, as a fraction. */
  riskFree: number;
  /** Cost of trading one side, in basis points of what is traded. */
  costBps: number;
}>;

export function performanceBody(
  years: IndexYears,
  version: string,
  { benchmark, riskFree, costBps }: PerformanceOptions,
): string {
  const rows = years.performance();
  const levelBefore = years.levelBefore();
  const held = rows.filter((row) => row.daily_return !== null);
  const returns = held.map((row) => row.daily_return!);
  const against = benchmark && held.map((row) => row.benchmark_return ?? 0);
  const summary = performanceSummary(returns, { benchmark: against, riskFreeAnnual: riskFree });
  return JSON.stringify({
    index: years.id,
    days: daysOf(rows, levelBefore, costBps),
    summary,
    ...(against && { benchmark: benchmarkOf(rows, levelBefore, against, summary, riskFree) }),
    meta: meta({
      version,
      asOf: rows.at(-1)!.date,
      isPointInTime: years.isPointInTime,
      warnings: years.warnings(rows.map(({ date }) => date)),
    }),
  });
}

/** The days of a range; with costs, the level after them too: each rebalance trades twice the one-way turnover. */
function daysOf(rows: readonly PerformanceRow[], levelBefore: number, costBps: number) {
  let net = levelBefore;
  return rows.map(({ date, level, daily_return, turnover, constituents, divisor }) => {
    const cost = (costBps / 10_000) * 2 * (turnover ?? 0);
    net *= (1 + (daily_return ?? 0)) * (1 - cost);
    return {
      date: isoDay(date),
      level,
      daily_return,
      cumulative_return: level / levelBefore - 1,
      turnover,
      constituents,
      divisor,
      ...(costBps > 0 && { net_level: net }),
    };
  });
}

type Summary = ReturnType<typeof performanceSummary>;

/** The same members weighted by market cap: its own figures, and the index measured against it. */
function benchmarkOf(
  rows: readonly PerformanceRow[],
  levelBefore: number,
  returns: readonly number[],
  summary: Summary,
  riskFree: number,
) {
  let level = levelBefore;
  return {
    name: "cap_weighted",
    tracking_error_annual: summary.tracking_error_annual,
    beta: summary.beta,
    information_ratio_annual: summary.information_ratio_annual,
    summary: performanceSummary(returns, { riskFreeAnnual: riskFree }),
    days: rows.map(({ date, daily_return, benchmark_return }) => {
      const daily = daily_return === null ? null : (benchmark_return ?? 0);
      level *= 1 + (daily ?? 0);
      return {
        date: isoDay(date),
        level,
        daily_return: daily,
        cumulative_return: level / levelBefore - 1,
      };
    }),
  };
}

export type ReserveName = Readonly<{
  rank: number;
  ticker: string;
  name: string | null;
  market_cap: number;
}>;

/** Members of one close; `reserve` are the next names in rank, when asked for. */
export function compositionBody(
  years: IndexYears,
  version: string,
  reserve: readonly ReserveName[],
): string {
  const { end: date } = years;
  return JSON.stringify({
    index: years.id,
    date: isoDay(date),
    effective_date: isoDay(nextSession(date)),
    constituents: constituentsOf(years.members(), years.parameters.notional_per_constituent),
    reserve,
    meta: meta({
      version,
      asOf: date,
      isPointInTime: years.isPointInTime,
      warnings: years.warnings([date]),
    }),
  });
}

/** The whole index is worth `notionalPerConstituentUsd` for each member after the close. */
export function constituentsOf(
  members: readonly MemberDayRow[],
  notionalPerConstituentUsd: number,
) {
  const notionalUsd = notionalPerConstituentUsd * members.length;
  return members.map(({ date, rank, ticker, name, market_cap, weight, price, price_date }) => ({
    rank,
    ticker,
    name,
    market_cap,
    weight,
    notional: notionalUsd * weight,
    index_shares: (notionalUsd * weight) / price,
    price,
    price_date: isoDay(price_date),
    stale: price_date < date,
  }));
}

export function changesBody(years: IndexYears, version: string): string {
  const days = years.days();
  return JSON.stringify({
    index: years.id,
    changes: changeDays(years.changes()),
    totals: years.changeTotals(),
    meta: meta({
      version,
      asOf: days.at(-1)!,
      isPointInTime: years.isPointInTime,
      warnings: years.warnings(days),
    }),
  });
}

type ChangedName = Omit<ChangeRow, "date" | "side">;

function changeDays(rows: readonly ChangeRow[]) {
  const days: {
    date: string;
    effective_date: string;
    entered: ChangedName[];
    exited: ChangedName[];
  }[] = [];
  let current = 0;
  for (const { date, side, ...name } of rows) {
    if (date !== current) {
      current = date;
      const effective_date = isoDay(nextSession(date));
      days.push({ date: isoDay(date), effective_date, entered: [], exited: [] });
    }
    days.at(-1)![side].push(name);
  }
  return days;
}
