/** Writes accepted rows and facts into the parts of the market. Each function runs inside the transaction of one part. */
import type { PartWriter, RejectedRow, SqlValue } from "../ports.ts";
import { compareText } from "../text.ts";
import { CoverageScan } from "./coverage.ts";
import { factsDigests, rowsDigest } from "./digest.ts";
import type { GateNews } from "./gate-pass.ts";
import type { SeenRecord } from "./listings.ts";
import * as queries from "./queries.ts";
import { NO_SOURCE, type StagedRows } from "./staging.ts";
import { writeListings } from "./write-listings.ts";
import { writeNews } from "./write-news.ts";

/** Rows per call of the bulk insert; enough to keep the arrays small and the statement warm. */
const CHUNK_ROWS = 10_000;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function insertRows(
  db: PartWriter,
  sql: string,
  width: number,
  order: Int32Array,
  push: (values: SqlValue[], position: number) => void,
): void {
  for (let start = 0; start < order.length; start += CHUNK_ROWS) {
    const values: SqlValue[] = [];
    for (const position of order.subarray(start, start + CHUNK_ROWS)) push(values, position);
    db.insert(sql, width, values);
  }
}

/** What rows of bars say in numbers and mean in words. */
export type BarNames = Readonly<{
  tickerOf: (symbol: number) => string;
  /** Sources by {@link sourceId}. */
  sources: ReadonlyMap<number, string>;
}>;

/** Upserts full rows; `order` comes from {@link StagedRows.sorted}. */
export function writeBars(
  db: PartWriter,
  rows: StagedRows,
  order: Int32Array,
  { tickerOf, sources }: BarNames,
): void {
  const used = new Set<number>();
  for (const position of order) used.add(rows.symbol[position]!);
  db.insert(
    "insert or ignore into symbol (id, ticker)",
    2,
    [...used].sort((a, b) => a - b).flatMap((id): SqlValue[] => [id, tickerOf(id)]),
  );
  const named = new Set(order.map((position) => rows.source[position]!));
  named.delete(NO_SOURCE);
  db.insert(
    "insert or ignore into source (id, name)",
    2,
    [...named].sort((a, b) => a - b).flatMap((id): SqlValue[] => [id, sources.get(id)!]),
  );
  const { open, high, low, close, volume, marketCap } = rows.values;
  insertRows(
    db,
    "insert or replace into bar (date, symbol, open, high, low, close, volume, market_cap, source)",
    9,
    order,
    (values, p) =>
      values.push(
        rows.date[p]!,
        rows.symbol[p]!,
        orNull(open[p]!),
        orNull(high[p]!),
        orNull(low[p]!),
        close[p]!,
        orNull(volume[p]!),
        orNull(marketCap[p]!),
        rows.source[p]! === NO_SOURCE ? null : rows.source[p]!,
      ),
  );
  writeBasis(db, rows, order);
}

/** How caps came about: what is written anew says it again or no longer. */
function writeBasis(db: PartWriter, rows: StagedRows, order: Int32Array): void {
  queries.forgetBasis(db, rows, order);
  const positions = rows.basis.size > 0 ? order.filter((position) => rows.basis.has(position)) : [];
  db.insert(
    "insert or replace into cap_basis (date, symbol, basis, delivered, shares, effective_date, known_at, source)",
    8,
    Array.from(positions).flatMap((position): SqlValue[] => {
      const { basis, delivered, shares, effectiveDate, knownAt, source } =
        rows.basis.get(position)!;
      const key = [rows.date[position]!, rows.symbol[position]!];
      return [...key, basis, delivered, shares, effectiveDate, knownAt, source];
    }),
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
  tickers: TickerOrder,
): SessionContent[] {
  const { close, marketCap } = rows.values;
  insertRows(
    db,
    "insert or replace into cap (date, symbol, close, market_cap)",
    4,
    order,
    (values, p) => values.push(rows.date[p]!, rows.symbol[p]!, close[p]!, orNull(marketCap[p]!)),
  );
  const touched = new Set<number>();
  for (const position of order) touched.add(rows.date[position]!);
  const coverage = new CoverageScan();
  const contents: SessionContent[] = [];
  // One pass over the part serves both: which symbols each day has, and what the touched days hold.
  const day = queries.dayRows(db);
  for (const date of queries.days(db.query)) {
    const symbols: number[] = [];
    const closes: number[] = [];
    const caps: number[] = [];
    day.each({ ":date": date }, ([symbol, price, cap]) => {
      symbols.push(symbol as number);
      closes.push(price as number);
      caps.push((cap as number | null) ?? Number.NaN);
    });
    coverage.day(date, symbols);
    if (touched.has(date)) contents.push(contentOf(date, symbols, closes, caps, tickers));
  }
  day.free();
  queries.replaceCoverage(db, coverage.runs());
  return contents;
}

function contentOf(
  date: number,
  symbols: readonly number[],
  closes: readonly number[],
  caps: readonly number[],
  tickers: TickerOrder,
): SessionContent {
  const count = symbols.length;
  const names: string[] = [];
  const close = new Float64Array(count);
  const marketCap = new Float64Array(count);
  let cappedRows = 0;
  for (const position of tickers.sorted(symbols)) {
    const cap = caps[position]!;
    if (cap > 0) cappedRows++;
    close[names.length] = closes[position]!;
    marketCap[names.length] = cap;
    names.push(tickers.ticker(symbols[position]!));
  }
  return {
    date,
    pricedRows: count,
    cappedRows,
    rowsDigest: rowsDigest({ tickers: names, close, marketCap }),
  };
}

/** Ticker order (bytes) of symbols whose ids follow arrival. */
export class TickerOrder {
  readonly #tickers: readonly string[];
  /** Every symbol, by ticker. */
  readonly #symbols: Int32Array;
  /** By symbol: its position in the list being sorted plus one, 0 when it is not in it. */
  readonly #positions: Int32Array;

  /** @param tickers by symbol id; ids nobody has are holes */
  constructor(tickers: readonly string[]) {
    this.#tickers = tickers;
    this.#symbols = Int32Array.from(
      Object.keys(tickers)
        .map(Number)
        .sort((a, b) => compareText(tickers[a]!, tickers[b]!)),
    );
    this.#positions = new Int32Array(tickers.length);
  }

  ticker(symbol: number): string {
    return this.#tickers[symbol]!;
  }

  /** Positions in `symbols`, which holds none twice, by ticker. A day has most symbols: picking beats sorting. */
  sorted(symbols: readonly number[]): Int32Array {
    this.#positions.fill(0);
    for (let i = 0; i < symbols.length; i++) this.#positions[symbols[i]!] = i + 1;
    const sorted = new Int32Array(symbols.length);
    let count = 0;
    for (const symbol of this.#symbols) {
      const position = this.#positions[symbol]!;
      if (position > 0) sorted[count++] = position - 1;
    }
    return sorted;
  }
}

/** Everything an ingestion adds to the reference part, with symbols already resolved to ids. */
export type ReferenceChange = Readonly<{
  symbols: readonly Readonly<{
    id: number;
    ticker: string;
    first: number | null;
    last: number | null;
  }>[];
  records: readonly (readonly SqlValue[])[];
  listings: readonly SeenRecord[];
  actions: readonly (readonly [date: number, symbol: number, action: string, value: number])[];
  changes: readonly (readonly SqlValue[])[];
  captures: readonly (readonly SqlValue[])[];
  shares: readonly (readonly SqlValue[])[];
  sessions: readonly SessionContent[];
  rejected: readonly RejectedRow[];
  /** What the quality gate said of the days it judged. */
  news: GateNews;
  /** What is to be said of the market, by how many sessions it holds then. */
  marketFacts: (sessions: number) => Readonly<Record<string, string>>;
}>;

export function writeReference(db: PartWriter, change: ReferenceChange): void {
  queries.upsertSymbols(db, change.symbols);
  queries.replaceRecords(db, change.records);
  writeListings(db, change.listings);
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
    "insert or replace into shares_fact (symbol, effective_date, known_at, shares, source)",
    5,
    change.shares.flat(),
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
  writeNews(db, change.news);
  queries.upsertSessions(db, change.sessions);
  const days = queries.sessions(db.query).map((session) => session.date);
  db.insert(
    "insert or replace into market_fact (name, value)",
    2,
    Object.entries(change.marketFacts(days.length)).flat(),
  );
  queries.setFactsDigests(db, days, factsDigests(queries.datedFacts(db.query), days));
}
