/** Every statement that writes the parts of `bars`, or reads a part whole; rows keep the snake_case of SQL. */
import addRefusedSql from "../../sql/bars/add_refused.sql";
import allAnomaliesSql from "../../sql/bars/all_anomalies.sql";
import allBarsSql from "../../sql/bars/all_bars.sql";
import allRefusedSql from "../../sql/bars/all_refused.sql";
import allTickBlocksSql from "../../sql/bars/all_tick_blocks.sql";
import allTickFilesSql from "../../sql/bars/all_tick_files.sql";
import deleteBarSql from "../../sql/bars/delete_bar.sql";
import deleteFoldsSql from "../../sql/bars/delete_folds.sql";
import foldsSql from "../../sql/bars/folds.sql";
import progressSql from "../../sql/bars/progress.sql";
import symbolsSql from "../../sql/bars/symbols.sql";
import upsertBarSql from "../../sql/bars/upsert_bar.sql";
import upsertStreamSymbolSql from "../../sql/bars/upsert_stream_symbol.sql";
import type { PartWriter, Query, SqlParams } from "../ports.ts";

export type SymbolRow = Readonly<{ id: number; name: string }>;
export const symbols = (part: Query) => part<SymbolRow>(symbolsSql);

export type BarValues = Readonly<{
  size_ms: number;
  start_ms: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  vwap: number | null;
  trades: number;
  revision: number;
  flags: number;
  seq: number;
}>;
export const allBars = (part: Query) => part<BarValues & { symbol: string }>(allBarsSql);

/** Bars of a part, for the manifest. */
export const barCount = (part: Query): number =>
  part<{ count: number }>("select count(*) as count from bar")[0]!.count;

export type AnomalyRow = Readonly<{
  symbol: string;
  seq: number;
  type: string;
  severity: string;
  size_ms: number;
  end_ms: number;
  value: number;
  baseline: number | null;
  threshold: number;
  alert: number;
}>;
export const allAnomalies = (part: Query) => part<AnomalyRow>(allAnomaliesSql);

export type TickFileRow = Readonly<{
  id: number;
  log: string;
  shard: string;
  day: number;
  after_seq: string;
  through_seq: string;
  bytes: number;
  ticks: number;
}>;
export const allTickFiles = (part: Query) => part<TickFileRow>(allTickFilesSql);

export type TickBlockRow = Readonly<{
  symbol: string;
  file: number;
  offset: number;
  bytes: number;
  from_ms: number | null;
  to_ms: number | null;
  trades: number;
  amendments: number;
}>;
export const allTickBlocks = (part: Query) => part<TickBlockRow>(allTickBlocksSql);

export type RefusedRow = Readonly<{ log: string; shard: string; reason: string; count: number }>;
export const allRefused = (part: Query) => part<RefusedRow>(allRefusedSql);

export type ProgressRow = Readonly<{
  log: string;
  shard: string;
  through_seq: string;
  /** Largest time of a trade; 0 before the first. */
  latest_ms: number;
  /** Windows that end by then have closed; 0 before the first. */
  closed_ms: number;
}>;
export const progress = (part: Query) => part<ProgressRow>(progressSql);

export type FoldRow = Readonly<{
  log: string;
  shard: string;
  folded_ms: number;
  through_seq: string;
}>;
export const folds = (part: Query) => part<FoldRow>(foldsSql);

/** Runs one statement for each set of parameters. */
function runEach(db: PartWriter, sql: string, all: Iterable<SqlParams>): void {
  const statement = db.prepare(sql);
  for (const params of all) statement.each(params, () => true);
  statement.free();
}

export function addSymbols(db: PartWriter, rows: readonly SymbolRow[]): void {
  db.insert(
    "insert into symbol (id, name)",
    2,
    rows.flatMap(({ id, name }) => [id, name]),
  );
}

type BarOf = Omit<BarValues, "open" | "high" | "low" | "close"> &
  Readonly<{
    symbol: number;
    /** `null`, like the other prices, where the bar is withdrawn. */
    open: number | null;
    high: number | null;
    low: number | null;
    close: number | null;
  }>;

/** Later revisions stand; a bar without trades takes away what is there. */
export function putBars(db: PartWriter, bars: readonly BarOf[]): void {
  const put = db.prepare(upsertBarSql);
  const remove = db.prepare(deleteBarSql);
  // Hundreds of thousands may come at once: no list of parameters is made of them.
  for (const bar of bars) {
    const named = { ":symbol": bar.symbol, ":size_ms": bar.size_ms, ":start_ms": bar.start_ms };
    if (bar.trades > 0) put.each({ ...named, ...figuresOf(bar) }, () => true);
    else remove.each({ ...named, ":revision": bar.revision }, () => true);
  }
  put.free();
  remove.free();
}

const figuresOf = (bar: BarOf): SqlParams => ({
  ":open": bar.open,
  ":high": bar.high,
  ":low": bar.low,
  ":close": bar.close,
  ":volume": bar.volume,
  ":vwap": bar.vwap,
  ":trades": bar.trades,
  ":revision": bar.revision,
  ":flags": bar.flags,
  ":seq": bar.seq,
});

const parameters = (values: SqlParams): SqlParams =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));

export function putAnomalies(
  db: PartWriter,
  rows: readonly (Omit<AnomalyRow, "symbol"> & Readonly<{ symbol: number }>)[],
): void {
  db.insert(
    "insert or replace into anomaly (end_ms, symbol, seq, type, severity, size_ms, value, baseline, threshold, alert)",
    10,
    rows.flatMap((row) => [
      ...[row.end_ms, row.symbol, row.seq, row.type, row.severity],
      ...[row.size_ms, row.value, row.baseline, row.threshold, row.alert],
    ]),
  );
}

export function addTickFiles(db: PartWriter, rows: readonly TickFileRow[]): void {
  db.insert(
    "insert into tick_file (id, log, shard, day, after_seq, through_seq, bytes, ticks)",
    8,
    rows.flatMap((row) => [
      ...[row.id, row.log, row.shard, row.day],
      ...[row.after_seq, row.through_seq, row.bytes, row.ticks],
    ]),
  );
}

export function addTickBlocks(
  db: PartWriter,
  rows: readonly (Omit<TickBlockRow, "symbol"> & Readonly<{ symbol: number }>)[],
): void {
  db.insert(
    "insert into tick_block (symbol, file, offset, bytes, from_ms, to_ms, trades, amendments)",
    8,
    rows.flatMap((row) => [
      ...[row.symbol, row.file, row.offset, row.bytes],
      ...[row.from_ms, row.to_ms, row.trades, row.amendments],
    ]),
  );
}

export const addRefused = (db: PartWriter, rows: readonly RefusedRow[]): void =>
  runEach(db, addRefusedSql, rows.map(parameters));

export function putProgress(db: PartWriter, rows: readonly ProgressRow[]): void {
  db.insert(
    "insert or replace into progress (log, shard, through_seq, latest_ms, closed_ms)",
    5,
    rows.flatMap((row) => [row.log, row.shard, row.through_seq, row.latest_ms, row.closed_ms]),
  );
}

/** Notes a commit, and forgets those that are older than `before_ms`. */
export function putFolds(db: PartWriter, rows: readonly FoldRow[], before_ms: number): void {
  db.run(deleteFoldsSql, { ":before_ms": before_ms });
  db.insert(
    "insert or replace into fold (log, shard, folded_ms, through_seq)",
    4,
    rows.flatMap((row) => [row.log, row.shard, row.folded_ms, row.through_seq]),
  );
}

export type StreamSymbol = Readonly<{
  name: string;
  log: string;
  shard: string;
  first_ms: number;
  last_ms: number;
}>;
export const widenStreamSymbols = (db: PartWriter, rows: readonly StreamSymbol[]): void =>
  runEach(db, upsertStreamSymbolSql, rows.map(parameters));
