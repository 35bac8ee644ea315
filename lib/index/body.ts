/** Bodies of the index endpoints: long lists are JSON text from SQLite, the rest is put round them here. */
import { nextSession } from "../market/sessions.ts";
import { isoDay } from "../time.ts";
import type { PerformanceColumns } from "./reading.ts";
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

/** An object literal whose values are JSON text already. */
export const object = (fields: Readonly<Record<string, string>>): string =>
  `{${Object.entries(fields)
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    .join(",")}}`;

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
  const columns = years.columns();
  const levelBefore = years.levelBefore();
  const days =
    costBps > 0
      ? JSON.stringify(netDays(columns, levelBefore, costBps))
      : years.performanceJson(levelBefore);
  const held = columns.daily_return.flatMap((r, i) => (r === null ? [] : [i]));
  const returns = held.map((i) => columns.daily_return[i]!);
  const against = benchmark && held.map((i) => columns.benchmark_return[i] ?? 0);
  const summary = performanceSummary(returns, { benchmark: against, riskFreeAnnual: riskFree });
  const asOf = columns.date.at(-1)!;
  return object({
    index: JSON.stringify(years.id),
    days,
    summary: JSON.stringify(summary),
    ...(against && {
      benchmark: JSON.stringify(benchmarkOf(columns, levelBefore, against, summary, riskFree)),
    }),
    meta: JSON.stringify(
      meta({
        version,
        asOf,
        isPointInTime: years.isPointInTime,
        warnings: years.warnings(columns.date),
      }),
    ),
  });
}

/** Days with the level after trading costs: each rebalance trades twice the one-way turnover. */
function netDays(columns: PerformanceColumns, levelBefore: number, costBps: number) {
  let net = levelBefore;
  return columns.date.map((date, i) => {
    const cost = (costBps / 10_000) * 2 * (columns.turnover[i] ?? 0);
    net *= (1 + (columns.daily_return[i] ?? 0)) * (1 - cost);
    return {
      date: isoDay(date),
      level: columns.level[i]!,
      daily_return: columns.daily_return[i]!,
      cumulative_return: columns.level[i]! / levelBefore - 1,
      turnover: columns.turnover[i]!,
      constituents: columns.constituents[i]!,
      divisor: columns.divisor[i]!,
      net_level: net,
    };
  });
}

type Summary = ReturnType<typeof performanceSummary>;

/** The same members weighted by market cap: its own figures, and the index measured against it. */
function benchmarkOf(
  columns: PerformanceColumns,
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
    days: columns.date.map((date, i) => {
      const daily = columns.daily_return[i] === null ? null : (columns.benchmark_return[i] ?? 0);
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
  return object({
    index: JSON.stringify(years.id),
    date: JSON.stringify(isoDay(date)),
    effective_date: JSON.stringify(isoDay(nextSession(date))),
    constituents: years.compositionJson(),
    reserve: JSON.stringify(reserve),
    meta: JSON.stringify(
      meta({
        version,
        asOf: date,
        isPointInTime: years.isPointInTime,
        warnings: years.warnings([date]),
      }),
    ),
  });
}

export function changesBody(years: IndexYears, version: string): string {
  const rows = years.changes().map(({ date, entered, exited }) =>
    object({
      date: JSON.stringify(isoDay(date)),
      effective_date: JSON.stringify(isoDay(nextSession(date))),
      entered,
      exited,
    }),
  );
  const days = years.days();
  return object({
    index: JSON.stringify(years.id),
    changes: `[${rows.join(",")}]`,
    totals: JSON.stringify(years.changeTotals()),
    meta: JSON.stringify(
      meta({
        version,
        asOf: days.at(-1)!,
        isPointInTime: years.isPointInTime,
        warnings: years.warnings(days),
      }),
    ),
  });
}
