/**
 * The rows and facts of one ingestion on their way into the parts of the market: resolves tickers to ids, keeps what
 * must be refused with its reason, and writes each year when the next one begins.
 */

import {
  barsPart,
  capsPart,
  isMonth,
  openYearOf,
  periodOf,
  periodsOf,
  REFERENCE,
  yearOf,
} from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import { duplicateRow, nonSession, RefusedRows, type RefusedState } from "../market/refused.ts";
import { BARS_SCHEMA, CAPS_SCHEMA, REFERENCE_SCHEMA } from "../market/schema.ts";
import { isSession } from "../market/sessions.ts";
import { StagedRows } from "../market/staging.ts";
import {
  type SessionContent,
  TickerOrder,
  writeBars,
  writeCaps,
  writeReference,
} from "../market/write.ts";
import type { DailyBatch, Draft, MarketSource, RejectedRow, SqlValue } from "../ports.ts";

type Facts = Awaited<ReturnType<MarketSource["facts"]>>;

const NO_FACTS: Facts = { securities: [], actions: [], changes: [], captures: [], rejected: [] };

/** What an interrupted load knows beyond the parts it has written. */
export type LoadState = Readonly<{
  rowsRead: number;
  rowsAccepted: number;
  openYear: number;
  days: readonly number[];
  refused: RefusedState;
}>;

export class MarketLoad {
  rowsRead = 0;
  rowsAccepted = 0;
  readonly #draft: Draft;
  readonly #refused: RefusedRows;
  readonly #tickers: string[] = [];
  readonly #ids = new Map<string, number>();
  /** First and last day with a price, of the symbols this load touches. */
  readonly #first = new Map<number, number>();
  readonly #last = new Map<number, number>();
  readonly #isOpen = new Map<number, boolean>();
  /** Days that were loaded before an interruption. */
  readonly #earlierDays = new Set<number>();
  #isResumed = false;
  readonly #files: string[] = [];
  readonly #sessions = new Map<number, SessionContent>();
  /** Rows not written yet, by year. */
  readonly #staged = new Map<number, StagedRows>();
  #year = 0;
  #openYear: number;
  #facts: Facts | undefined;

  private constructor(draft: Draft, isStrict: boolean) {
    this.#draft = draft;
    this.#refused = new RefusedRows(isStrict);
    this.#openYear = openYearOf(draft.parts());
  }

  static async open(
    draft: Draft,
    { isStrict, state }: Readonly<{ isStrict: boolean; state?: LoadState | undefined }>,
  ): Promise<MarketLoad> {
    const load = new MarketLoad(draft, isStrict);
    if (state) load.#resume(state);
    if (REFERENCE in draft.parts()) {
      const { query } = await draft.open(REFERENCE);
      for (const { id, ticker } of queries.symbols(query)) load.#know(ticker, id);
    }
    return load;
  }

  #resume(state: LoadState): void {
    this.#isResumed = true;
    this.rowsRead = state.rowsRead;
    this.rowsAccepted = state.rowsAccepted;
    this.#openYear = Math.max(this.#openYear, state.openYear);
    for (const day of state.days) this.#earlierDays.add(day);
    this.#refused.resume(state.refused);
  }

  get daysTouched(): number {
    return this.#days().size;
  }

  #days(): Set<number> {
    return new Set([...this.#earlierDays, ...this.#sessions.keys()]);
  }

  addFacts(facts: Facts): void {
    this.#facts = facts;
    // An interrupted load has set these aside already.
    if (!this.#isResumed) for (const row of facts.rejected) this.reject(row);
  }

  /** Sets a row aside with its reason. @throws AppError BAD_FILE in a strict load */
  reject(row: RejectedRow): void {
    this.#refused.add(row);
  }

  get refused(): RefusedState {
    return this.#refused.state;
  }

  async addRows(batch: DailyBatch, from: number, to: number): Promise<void> {
    const file = this.#fileNumber(batch.file);
    for (let row = 0; row < batch.count; row++) {
      const date = batch.date[row]!;
      if (date < from || date > to) continue;
      this.rowsRead++;
      if (!this.#isOpenOn(date)) {
        this.reject(nonSession(batch, row));
        continue;
      }
      const year = Math.floor(date / 10_000);
      if (year !== this.#year) await this.#turnTo(year);
      const symbol = this.#idOf(batch.ticker[row]!);
      this.#staged.get(year)!.add(batch, row, symbol, file);
      this.rowsAccepted++;
      if (date < (this.#first.get(symbol) ?? Number.POSITIVE_INFINITY))
        this.#first.set(symbol, date);
      if (date > (this.#last.get(symbol) ?? 0)) this.#last.set(symbol, date);
    }
  }

  /**
   * Writes what is still staged and the reference part.
   *
   * @returns every session the market now holds
   */
  async finish(marketFacts: Readonly<Record<string, string>>): Promise<number[]> {
    await this.#flush();
    await this.#foldClosedYears();
    return this.#writeReference(this.#facts!, marketFacts);
  }

  /**
   * Writes everything so far, so that a later load can go on from the parts as they stand.
   *
   * @param nextDay the day of the next row: a year before it is closed
   */
  async checkpoint(nextDay: number): Promise<LoadState> {
    this.#openYear = Math.max(this.#openYear, Math.floor(nextDay / 10_000));
    await this.#flush();
    // Facts wait for the end: ids go to the symbols of rows in the order of the rows, interrupted or not.
    await this.#writeReference(NO_FACTS, {});
    return {
      rowsRead: this.rowsRead,
      rowsAccepted: this.rowsAccepted,
      openYear: this.#openYear,
      days: [...this.#days()],
      refused: this.#refused.state,
    };
  }

  async #writeReference(
    { securities, actions, changes, captures }: Facts,
    marketFacts: Readonly<Record<string, string>>,
  ): Promise<number[]> {
    const change = {
      records: securities.map((s): SqlValue[] => [
        this.#idOf(s.ticker),
        s.validFrom,
        s.validTo,
        s.exchange,
        s.name,
        s.country,
        s.securityType,
        s.issuer,
        s.primaryLine,
        s.cik ?? null,
      ]),
      actions: actions.map((a) => [a.date, this.#idOf(a.ticker), a.action, a.value] as const),
      changes: changes.map((c): SqlValue[] => [c.date, c.oldTicker, c.newTicker, c.name]),
      captures: captures.map((c): SqlValue[] => [c.session, c.exchange, c.capturedAt, c.rows]),
      sessions: [...this.#sessions.values()].sort((a, b) => a.date - b.date),
      rejected: this.#refused.take(),
      facts: marketFacts,
    };
    for (const { oldTicker, newTicker } of changes) {
      this.#idOf(oldTicker);
      this.#idOf(newTicker);
    }
    let sessions: number[] = [];
    await this.#draft.edit(
      REFERENCE,
      REFERENCE_SCHEMA,
      (db) => {
        writeReference(db, { ...change, symbols: this.#symbols() });
        sessions = queries.sessions(db.query).map(({ date }) => date);
      },
      () => ({ rows: sessions.length, from: sessions[0] ?? null, to: sessions.at(-1) ?? null }),
    );
    return sessions;
  }

  #symbols() {
    return [...this.#ids].map(([ticker, id]) => ({
      id,
      ticker,
      first: this.#first.get(id) ?? null,
      last: this.#last.get(id) ?? null,
    }));
  }

  /**
   * A file in order of days is written a year at a time; one in order of tickers goes through all years again and
   * again, and must not write each of them every time.
   */
  async #turnTo(year: number): Promise<void> {
    // A year is known to be closed as soon as a later one begins.
    this.#openYear = Math.max(this.#openYear, year);
    let held = 0;
    for (const { count } of this.#staged.values()) held += count;
    if (held >= HELD_ROWS_MAX) await this.#flush();
    if (!this.#staged.has(year)) this.#staged.set(year, new StagedRows());
    this.#year = year;
  }

  async #flush(): Promise<void> {
    const years = [...this.#staged].sort(([a], [b]) => a - b);
    this.#staged.clear();
    this.#year = 0;
    for (const [year, rows] of years) await this.#write(rows, year);
  }

  /** Months that are no longer the latest year become one part, read like any other closed year. */
  async #foldClosedYears(): Promise<void> {
    const closed = periodsOf(this.#draft.parts()).filter(
      (period) => isMonth(period) && yearOf(period) < this.#openYear,
    );
    for (const year of new Set(closed.map(yearOf))) await this.#write(new StagedRows(), year);
  }

  async #write(rows: StagedRows, year: number): Promise<void> {
    const isClosed = year < this.#openYear;
    const months = periodsOf(this.#draft.parts()).filter((p) => isMonth(p) && yearOf(p) === year);
    const all = isClosed && months.length > 0 ? await this.#withMonths(months, rows) : rows;
    const order = all.sorted((kept, dropped) => this.#repeated(all, kept, dropped));
    if (isClosed) {
      await this.#writePeriod(String(year), all, order);
      for (const month of months) {
        this.#draft.drop(capsPart(month));
        this.#draft.drop(barsPart(month));
      }
      return;
    }
    for (let start = 0; start < order.length; ) {
      const period = periodOf(all.date[order[start]!]!, this.#openYear);
      let end = start;
      while (end < order.length && periodOf(all.date[order[end]!]!, this.#openYear) === period)
        end++;
      await this.#writePeriod(period, all, order.subarray(start, end));
      start = end;
    }
  }

  async #writePeriod(period: string, rows: StagedRows, order: Int32Array): Promise<void> {
    const tickers = new TickerOrder(this.#tickers);
    // One is compressed and sent while the other is written.
    await Promise.all([
      this.#draft.edit(
        barsPart(period),
        BARS_SCHEMA,
        (db) => writeBars(db, rows, order, (symbol) => tickers.ticker(symbol)),
        (db) => queries.barsExtent(db.query),
      ),
      this.#draft.edit(
        capsPart(period),
        CAPS_SCHEMA,
        (db) => {
          for (const session of writeCaps(db, rows, order, tickers)) {
            this.#sessions.set(session.date, session);
          }
        },
        (db) => queries.capsExtent(db.query),
      ),
    ]);
  }

  /** The rows of a year's months with newer rows after them, so that those win. */
  async #withMonths(months: readonly string[], newer: StagedRows): Promise<StagedRows> {
    const all = new StagedRows();
    for (const month of months) {
      const { query } = await this.#draft.open(barsPart(month));
      for (const row of queries.barsOf(query)) all.addRow(row, this.#idOf(row.ticker), STORED);
    }
    all.addAll(newer);
    return all;
  }

  /** A second row for a day and ticker within one file is a fault of the file; across files it is a correction. */
  #repeated(rows: StagedRows, kept: number, dropped: number): void {
    const file = rows.file[dropped]!;
    if (file === STORED || file !== rows.file[kept]) return;
    const ticker = this.#tickers[rows.symbol[dropped]!]!;
    this.rowsAccepted--;
    const at = { file: this.#files[file]!, line: rows.line[dropped]!, date: rows.date[dropped]! };
    this.reject(duplicateRow({ ...at, ticker }, rows.line[kept]!));
  }

  #isOpenOn(date: number): boolean {
    let isOpen = this.#isOpen.get(date);
    if (isOpen === undefined) {
      isOpen = isSession(date);
      this.#isOpen.set(date, isOpen);
    }
    return isOpen;
  }

  #fileNumber(name: string): number {
    const known = this.#files.lastIndexOf(name);
    return known >= 0 ? known : this.#files.push(name) - 1;
  }

  #idOf(ticker: string): number {
    const known = this.#ids.get(ticker);
    if (known !== undefined) return known;
    const id = Math.max(1, this.#tickers.length);
    this.#know(ticker, id);
    return id;
  }

  #know(ticker: string, id: number): void {
    this.#ids.set(ticker, id);
    this.#tickers[id] = ticker;
  }
}

/** Rows of unfinished years that wait together; a year of the largest names is more than this. */
const HELD_ROWS_MAX = 250_000;

/** File number of rows that were in the market already. */
const STORED = -1;
