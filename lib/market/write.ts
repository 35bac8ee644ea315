/** Writes accepted rows and facts into the parts of the market. Each function runs inside the transaction of one part. */
import type { PartWriter, RejectedRow, SqlValue } from "../ports.ts";
import { compareText } from "../text.ts";
import { type DigestRow, factsDigests, rowsDigest } from "./digest.ts";
import * as queries from "./queries.ts";
import type { StagedRows } from "./staging.ts";

/** Rows per call of the bulk insert; enough to keep the arrays small and the statement warm. */
const CHUNK_ROWS = 10_000;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function insertRows(
  db: PartWriter,
  sql: string,
  order: Int32Array,
  valuesOf: (position: number) => SqlValue[],
): void {
  let width = 0;
  let values: SqlValue[] = [];
  order.forEach((position, i) => {
    const row = valuesOf(position);
    width = row.length;
    for (const value of row) values.push(value);
    if ((i + 1) % CHUNK_ROWS === 0) {
      db.insert(sql, width, values);
      values = [];
    }
  });
  if (values.length > 0) db.insert(sql, width, values);
}

/** Upserts full rows; `order` comes from {@link StagedRows.sorted}. */
export function writeBars(
  db: PartWriter,
  rows: StagedRows,
  order: Int32Array,
  tickerOf: (symbol: number) => string,
): void {
  const used = new Set<number>();
  for (const position of order) used.add(rows.symbol[position]!);
  db.insert(
    "insert or ignore into symbol (id, ticker)",
    2,
    [...used].sort((a, b) => a - b).flatMap((id): SqlValue[] => [id, tickerOf(id)]),
  );
  const { open, high, low, close, volume, marketCap } = rows.values;
  insertRows(
    db,
    "insert or replace into bar (date, symbol, open, high, low, close, volume, market_cap)",
    order,
    (p) => [
      rows.date[p]!,
      rows.symbol[p]!,
      orNull(open[p]!),
      orNull(high[p]!),
      orNull(low[p]!),
      close[p]!,
      orNull(volume[p]!),
      orNull(marketCap[p]!),
    ],
  );
}

/** What one session holds after writing. */
export type SessionContent = Readonly<{
  date: number;
  pricedRows: number;
  cappedRows: number;
  rowsDigest: string;
}>;

/** Upserts the hot rows, works the coverage out anew and fingerprints each day that was touched. */
export function writeCaps(
  db: PartWriter,
  rows: StagedRows,
  order: Int32Array,
  tickerOf: (symbol: number) => string,
): SessionContent[] {
  const { close, marketCap } = rows.values;
  insertRows(db, "insert or replace into cap (date, symbol, close, market_cap)", order, (p) => [
    rows.date[p]!,
    rows.symbol[p]!,
    close[p]!,
    orNull(marketCap[p]!),
  ]);
  queries.refreshCoverage(db);
  const days = new Set<number>();
  for (const position of order) days.add(rows.date[position]!);
  return fingerprints(db, [...days], tickerOf);
}

function fingerprints(
  db: PartWriter,
  days: readonly number[],
  tickerOf: (symbol: number) => string,
): SessionContent[] {
  const statement = queries.dayRows(db);
  const contents = days.map((date) => {
    const rows: DigestRow[] = [];
    let cappedRows = 0;
    statement.each({ ":date": date }, ([symbol, close, cap]) => {
      const marketCap = cap as number | null;
      if (marketCap !== null && marketCap > 0) cappedRows++;
      rows.push({ ticker: tickerOf(symbol as number), close: close as number, marketCap });
    });
    rows.sort((a, b) => compareText(a.ticker, b.ticker));
    return { date, pricedRows: rows.length, cappedRows, rowsDigest: rowsDigest(rows) };
  });
  statement.free();
  return contents;
}

/** Everything an ingestion adds to the reference part, with symbols already resolved to ids. */
export type ReferenceChange = Readonly<{
  symbols: readonly Readonly<{ id: number; ticker: string; first: number | null; last: number | null }>[];
  records: readonly (readonly SqlValue[])[];
  actions: readonly (readonly [date: number, symbol: number, action: string, value: number])[];
  changes: readonly (readonly SqlValue[])[];
  captures: readonly (readonly SqlValue[])[];
  sessions: readonly SessionContent[];
  rejected: readonly RejectedRow[];
  facts: Readonly<Record<string, string>>;
}>;

export function writeReference(db: PartWriter, change: ReferenceChange): void {
  queries.upsertSymbols(db, change.symbols);
  queries.replaceRecords(db, change.records);
  queries.replaceActions(db, change.actions);
  db.insert(
    "insert or replace into symbol_change (date, old_ticker, new_ticker, name)",
    4,
    change.changes.flat(),
  );
  db.insert(
    "insert or replace into capture (date, exchange, captured_at, rows)",
    4,
    change.captures.flat(),
  );
  db.insert(
    "insert or replace into quarantine (file, line, date, ticker, reason, detail, raw)",
    7,
    change.rejected.flatMap((row): SqlValue[] => [
      row.file,
      row.line,
      row.date ?? null,
      row.ticker ?? null,
      row.reason,
      row.detail,
      row.raw,
    ]),
  );
  db.insert("insert or replace into market_fact (name, value)", 2, Object.entries(change.facts).flat());
  queries.upsertSessions(db, change.sessions);
  const days = queries.sessions(db.query).map((session) => session.date);
  queries.setFactsDigests(db, days, factsDigests(queries.datedFacts(db.query), days));
}
