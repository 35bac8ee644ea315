/** The workbook of an index: what stands on each sheet, with formats and definitions. */
import { nextSession } from "../market/sessions.ts";
import { isoDay } from "../time.ts";
import type { Cell, Column, FormRow, FormSheet, TableSheet } from "../workbook.ts";
import type { ChangeDayRow, MemberDayRow, PerformanceColumns } from "./reading.ts";
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

export function performanceSheet(columns: PerformanceColumns, levelBefore: number): TableSheet {
  const levels = columns.level;
  const falls = drawdowns([levelBefore, ...levels]).slice(1);
  let benchmark = levelBefore;
  const rows = columns.date.map((date, i): Cell[] => {
    const isHeld = columns.daily_return[i] !== null;
    if (isHeld) benchmark *= 1 + (columns.benchmark_return[i] ?? 0);
    return [
      date,
      levels[i]!,
      columns.daily_return[i],
      levels[i]! / levelBefore - 1,
      falls[i]!,
      benchmark,
      columns.turnover[i],
      columns.constituents[i]!,
      columns.divisor[i],
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
  columns: PerformanceColumns,
  notionalPerConstituentUsd: number,
): TableSheet {
  const countOn = new Map(columns.date.map((date, i) => [date, columns.constituents[i]!]));
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
    rowCount: columns.constituents.reduce((sum, n) => sum + n, 0),
  };
}

type ChangedName = Readonly<{
  ticker: string;
  rank: number | null;
  previous_rank: number | null;
  market_cap: number | null;
  reason: string;
}>;

export function changesSheet(changes: readonly ChangeDayRow[]): TableSheet {
  const rows = changes.flatMap(({ date, entered, exited }) => {
    const effective = nextSession(date);
    const row =
      (event: string) =>
      (c: ChangedName): Cell[] => [
        date,
        effective,
        event,
        c.ticker,
        c.rank,
        c.previous_rank,
        c.market_cap,
        c.reason,
      ];
    return [
      ...(JSON.parse(entered) as ChangedName[]).map(row("entered")),
      ...(JSON.parse(exited) as ChangedName[]).map(row("exited")),
    ];
  });
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
  columns: PerformanceColumns,
  hasPerformance: boolean,
): FormSheet {
  const held = columns.daily_return.flatMap((r, i) => (r === null ? [] : [i]));
  const summary = performanceSummary(
    held.map((i) => columns.daily_return[i]!),
    { benchmark: held.map((i) => columns.benchmark_return[i] ?? 0) },
  );
  const first = isoDay(columns.date[0]!);
  const last = isoDay(columns.date.at(-1)!);
  return {
    kind: "form",
    name: "Summary",
    title: `${id}: equal-weighted index`,
    subtitle: `${first} to ${last}, ${columns.date.length} sessions`,
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
          { label: "Market", value: provenance["kind"] },
          { label: "Source", value: provenance["source"] },
          { label: "Quality gate", value: provenance["gate"] },
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
