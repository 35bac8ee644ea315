/** A reconciliation as a person reads it in a terminal. */
import type { ReconcileSummary } from "../lib/jobs/reconcile.ts";
import type { PairReport } from "../lib/market/reconcile.ts";
import { type Column, count, fixed, percent, table } from "./table.ts";

const FIELDS = ["close", "volume", "market_cap"] as const;

export function reconciliationText(summary: ReconcileSummary): string {
  const { sources, pairs, refused, tolerances } = summary;
  const lines = Object.entries(refused).map(
    ([name, rows]) => `${name}: ${count(rows)} lines could not be read`,
  );
  return [
    table(SOURCE_COLUMNS, sources),
    ...lines,
    ...pairs.map((pair) => pairText(pair, tolerances)),
    ...threeWayText(summary),
  ].join("\n\n");
}

const SOURCE_COLUMNS: readonly Column<ReconcileSummary["sources"][number]>[] = [
  { title: "source", of: ({ name }) => name },
  { title: "basis", of: ({ basis }) => basis },
  { title: "rows", align: "right", of: ({ rows }) => count(rows) },
  { title: "symbols", align: "right", of: ({ symbols }) => count(symbols) },
  { title: "sessions", align: "right", of: ({ sessions }) => count(sessions) },
  { title: "from", of: ({ first }) => first ?? "-" },
  { title: "to", of: ({ last }) => last ?? "-" },
];

/** 0.0005 -> "5.0 bp"; a difference of 1 % and more in percent. */
const apart = (fraction: number | null | undefined): string => {
  if (fraction === null || fraction === undefined) return "-";
  return fraction < 0.01 ? `${fixed(fraction * 10_000, 1)} bp` : percent(fraction);
};

function pairText(pair: PairReport, tolerances: ReconcileSummary["tolerances"]): string {
  const compared = FIELDS.filter((field) => pair.fields[field].compared > 0);
  const rows = compared.map((field) => ({ field, ...pair.fields[field] }));
  type Row = (typeof rows)[number];
  const percentile = (name: keyof NonNullable<Row["percentiles"]>, title: string): Column<Row> => ({
    title,
    align: "right",
    of: ({ percentiles }) => apart(percentiles?.[name]),
  });
  const columns: Column<Row>[] = [
    { title: "field", of: ({ field }) => field },
    { title: "compared", align: "right", of: (row) => count(row.compared) },
    { title: "within", align: "right", of: ({ field }) => apart(tolerances[field]) },
    { title: "equal", align: "right", of: ({ share }) => percent(share) },
    percentile("p50", "p50"),
    percentile("p90", "p90"),
    percentile("p95", "p95"),
    percentile("p99", "p99"),
    percentile("p99_9", "p99.9"),
    percentile("max", "max"),
  ];
  return [
    `${pair.a} and ${pair.b}: ${count(pair.rows_compared)} rows in common`,
    table(columns, rows),
    ...daysText(pair),
    ...symbolsText(pair),
    coverageText(pair.a, pair.b, pair.only_in_a),
    coverageText(pair.b, pair.a, pair.only_in_b),
  ].join("\n");
}

function daysText({ fields }: PairReport): string[] {
  const days = fields.close.worst_days;
  if (days.length === 0) return [];
  const shown = days.map(({ date, share }) => `${date} ${percent(share)}`);
  return [`closes, worst days: ${shown.join(", ")}`];
}

function symbolsText({ a, b, fields }: PairReport): string[] {
  const symbols = fields.close.worst_symbols;
  if (symbols.length === 0) return [];
  const blocks = symbols.flatMap(({ ticker, unequal, blocks: [longest] }) =>
    longest ? [{ ticker, unequal, ...longest }] : [],
  );
  const columns: Column<(typeof blocks)[number]>[] = [
    { title: "closes", of: ({ ticker }) => ticker },
    { title: "unequal", align: "right", of: ({ unequal }) => count(unequal) },
    { title: "longest block", of: ({ from, to }) => `${from} to ${to}` },
    { title: "rows", align: "right", of: ({ rows }) => count(rows) },
    { title: `${a}/${b}`, align: "right", of: (block) => fixed(block.typical_ratio, 4) },
  ];
  return [table(columns, blocks)];
}

function coverageText(here: string, there: string, only: PairReport["only_in_a"]): string {
  const { symbols, sessions, holes } = only;
  const [hole] = holes.largest;
  return [
    `only in ${here}: ${count(only.rows)} rows`,
    `${count(symbols.count)} symbols ${there} never has`,
    `${count(sessions.count)} days it has not`,
    `${count(holes.rows)} holes in ${count(holes.symbols)} symbols`,
    ...(hole ? [`the largest ${hole.ticker} ${hole.from} to ${hole.to}`] : []),
  ].join("; ");
}

function threeWayText({ three_way: verdicts }: ReconcileSummary): string[] {
  if (!verdicts) return [];
  const rows = FIELDS.filter((field) => verdicts[field].compared > 0).map((field) => ({
    field,
    ...verdicts[field],
  }));
  if (rows.length === 0) return [];
  const odd = rows[0]!.odd.map(({ source }, place) => ({
    title: `${source} alone`,
    align: "right" as const,
    of: (row: (typeof rows)[number]) => count(row.odd[place]!.rows),
  }));
  const columns: Column<(typeof rows)[number]>[] = [
    { title: "all three", of: ({ field }) => field },
    { title: "compared", align: "right", of: (row) => count(row.compared) },
    { title: "agree", align: "right", of: ({ agree }) => count(agree) },
    ...odd,
    { title: "no two agree", align: "right", of: ({ none }) => count(none) },
    { title: "unclear", align: "right", of: ({ unclear }) => count(unclear) },
  ];
  return [table(columns, rows)];
}
