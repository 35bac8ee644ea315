/** The workbook of an index: what stands on each sheet, with formats and definitions. */
import { nextSession } from "../market/sessions.ts";
import { isoDay } from "../time.ts";
import type { Cell, Column, FormRow, FormSheet, TableSheet } from "../workbook.ts";
import type { ChangeRow, MemberDayRow, PerformanceRow } from "./reading.ts";
import { drawdowns, type PerformanceSummary, performanceSummary } from "./statistics.ts";
import { STATISTICS } from "./statistics-labels.ts";
import type { IndexYears } from "./view.ts";
import type { Warning } from "./warnings.ts";

const PERFORMANCE_COLUMNS: readonly Column[] = [
  { header: "Date", format: "date" },
  { header: "Level", format: "decimal2" },
  { header: "Daily return", format: "percent" },
  { header: "Cumulative return", format: "percent" },
  { header: "Drawdown", format: "percent" },
  { header: "Cap-weighted level", format: "decimal2" },
  { header: "Turnover (one way)", format: "percent" },
  { header: "Constituents", format: "integer" },
  { header: "Divisor", format: "decimal4" },
];

const COMPOSITION_COLUMNS: readonly Column[] = [
  { header: "Date", format: "date" },
  { header: "Effective date", format: "date" },
  { header: "Rank", format: "integer" },
  { header: "Ticker", format: "text", width: 10 },
  { header: "Name", format: "text", width: 46 },
  { header: "Market cap (USD)", format: "usd", width: 22 },
  { header: "Weight", format: "percent" },
  { header: "Notional (USD)", format: "usd", width: 16 },
  { header: "Index shares", format: "decimal4", width: 16 },
  { header: "Price (USD)", format: "decimal2" },
  { header: "Price date", format: "date" },
  { header: "Stale", format: "boolean" },
];

const CHANGE_COLUMNS: readonly Column[] = [
  { header: "Date", format: "date" },
  { header: "Effective date", format: "date" },
  { header: "Event", format: "text", width: 10 },
  { header: "Ticker", format: "text", width: 10 },
  { header: "Rank", format: "integer" },
  { header: "Previous rank", format: "integer" },
  { header: "Market cap (USD)", format: "usd", width: 22 },
  { header: "Reason", format: "text", width: 14 },
];

export function performanceSheet(days: readonly PerformanceRow[], levelBefore: number): TableSheet {
  const falls = drawdowns([levelBefore, ...days.map(({ level }) => level)]).slice(1);
  let benchmark = levelBefore;
  const rows = days.map((day, i): Cell[] => {
    if (day.daily_return !== null) benchmark *= 1 + (day.benchmark_return ?? 0);
    return [
      day.date,
      day.level,
      day.daily_return,
      day.level / levelBefore - 1,
      falls[i]!,
      benchmark,
      day.turnover,
      day.constituents,
      day.divisor,
    ];
  });
  return {
    kind: "table",
    name: "Performance",
    table: "Performance",
    columns: PERFORMANCE_COLUMNS,
    rows,
    rowCount: rows.length,
  };
}

export function compositionSheet(
  members: Iterable<MemberDayRow>,
  days: readonly PerformanceRow[],
  notionalPerConstituentUsd: number,
): TableSheet {
  const countOn = new Map(days.map(({ date, constituents }) => [date, constituents]));
  const rows = function* (): Generator<Cell[]> {
    let effective = 0;
    let day = 0;
    for (const m of members) {
      if (m.date !== day) {
        day = m.date;
        effective = nextSession(day);
      }
      const notional = notionalPerConstituentUsd * countOn.get(day)! * m.weight;
      yield [
        day,
        effective,
        m.rank,
        m.ticker,
        m.name,
        m.market_cap,
        m.weight,
        notional,
        notional / m.price,
        m.price,
        m.price_date,
        m.price_date < day,
      ];
    }
  };
  return {
    kind: "table",
    name: "Composition",
    table: "Composition",
    columns: COMPOSITION_COLUMNS,
    rows: rows(),
    rowCount: days.reduce((sum, { constituents }) => sum + constituents, 0),
  };
}

export function changesSheet(changes: readonly ChangeRow[]): TableSheet {
  const rows = changes.map((change): Cell[] => [
    change.date,
    nextSession(change.date),
    change.side,
    change.ticker,
    change.rank,
    change.previous_rank,
    change.market_cap,
    change.reason,
  ]);
  return {
    kind: "table",
    name: "Changes",
    table: "Changes",
    columns: CHANGE_COLUMNS,
    rows,
    rowCount: rows.length,
  };
}

/** Statistics with their definitions and, when the Performance sheet is there, its chart. */
export function summarySheet(
  id: string,
  days: readonly PerformanceRow[],
  hasPerformance: boolean,
): FormSheet {
  const held = days.filter((day) => day.daily_return !== null);
  const summary = performanceSummary(
    held.map((day) => day.daily_return!),
    { benchmark: held.map((day) => day.benchmark_return ?? 0) },
  );
  const first = isoDay(days[0]!.date);
  const last = isoDay(days.at(-1)!.date);
  return {
    kind: "form",
    name: "Summary",
    title: `${id}: equal-weighted index`,
    subtitle: `${first} to ${last}, ${days.length} sessions`,
    blocks: [
      ...(hasPerformance
        ? [
            {
              kind: "chart" as const,
              chart: {
                title: "Level and drawdown",
                sheet: "Performance",
                dates: "Date",
                lines: [
                  { column: "Level", format: "decimal2" as const },
                  { column: "Cap-weighted level", format: "decimal2" as const },
                ],
                area: { column: "Drawdown", format: "percent" as const },
                axisTitle: "Index points",
                areaAxisTitle: "Drawdown",
              },
            },
          ]
        : []),
      { kind: "rows", heading: "Statistics", rows: statisticRows(summary) },
    ],
  };
}

const statisticRows = (summary: PerformanceSummary): FormRow[] =>
  STATISTICS.map(({ field, label, format, definition }) => ({
    label,
    value: summary[field],
    format,
    note: definition,
  }));

export type AboutFacts = Readonly<{
  version: string;
  createdMs: number;
  warnings: readonly Warning[];
}>;

/** How the figures came about: rules, versions and everything the answer warns of. */
export function aboutSheet(
  years: IndexYears,
  { version, createdMs, warnings }: AboutFacts,
): FormSheet {
  const { parameters, provenance } = years;
  return {
    kind: "form",
    name: "About",
    title: "About this workbook",
    blocks: [
      {
        kind: "rows",
        heading: "Index",
        rows: [
          { label: "Index", value: years.id },
          {
            label: "Members",
            value: parameters.size,
            format: "integer",
            note: "largest by market cap",
          },
          { label: "Base value", value: parameters.base_value, format: "decimal2" },
          { label: "Rebalance", value: parameters.rebalance },
          { label: "Return type", value: parameters.return_type },
          { label: "One line per issuer", value: parameters.one_per_issuer, format: "boolean" },
          { label: "Max stale days", value: parameters.max_stale_days, format: "integer" },
          {
            label: "Notional per member (USD)",
            value: parameters.notional_per_constituent,
            format: "usd",
          },
          { label: "Countries", value: parameters.universe.countries.join(", ") },
          { label: "Security types", value: parameters.universe.security_types.join(", ") },
        ],
      },
      {
        kind: "rows",
        heading: "Data",
        rows: [
          { label: "Dataset version", value: version },
          { label: "First session", value: years.start, format: "date" },
          { label: "Last session", value: years.end, format: "date" },
          { label: "Market", value: provenance.kind },
          { label: "Source", value: provenance.source },
          { label: "Quality gate", value: provenance.gate },
          { label: "Point in time", value: years.isPointInTime, format: "boolean" },
          { label: "Created", value: createdMs, format: "datetime", note: "UTC" },
        ],
      },
      {
        kind: "text",
        heading: "Rules",
        paragraphs: [
          "Members are the largest eligible names by market cap at the close, ties by ticker; they earn from that close to the next one.",
          "Each member starts with the same notional after a rebalance; the return of the index is the weighted mean of the members' returns.",
          "A name without a price is carried at its last one, adjusted for splits, for at most the days above; a delisting pays its final price.",
          "Returns, weights, turnover and drawdowns are fractions shown as percent; money is USD; dates are New York sessions.",
        ],
      },
      {
        kind: "rows",
        heading: "Warnings",
        rows:
          warnings.length === 0
            ? [{ label: "None", value: null }]
            : warnings.map(({ code, count, message }) => ({
                label: code,
                value: count,
                format: "integer",
                note: message,
              })),
      },
    ],
  };
}
