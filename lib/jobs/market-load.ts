/**
 * The rows and facts of one ingestion on their way into the parts of the market: resolves tickers to ids, lets the
 * quality gate judge, keeps what must be refused with its reason, and writes each year when the next one begins.
 */
import { type Facts, factsChange, NO_FACTS } from "../market/facts-change.ts";
import { NameNumbers } from "../market/name-numbers.ts";
import { sourceId } from "../market/origin.ts";
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
import {
  duplicateRow,
  gatedRow,
  nonSession,
  RefusedRows,
  type RefusedState,
} from "../market/refused.ts";
import { BARS_SCHEMA, CAPS_SCHEMA, REFERENCE_SCHEMA } from "../market/schema.ts";
import { isSession } from "../market/sessions.ts";
import { StagedRows } from "../market/staging.ts";
import { SymbolBook } from "../market/symbol-book.ts";
import {
  type ReferenceChange,
  type SessionContent,
  TickerOrder,
  writeBars,
  writeCaps,
  writeReference,
} from "../market/write.ts";
import type { DailyBatch, Draft, RejectedRow } from "../ports.ts";
import { rowsOfMonths } from "./market-fold.ts";
import { type JudgeCounts, type JudgeOptions, RowJudge } from "./row-judge.ts";

type MarketFactsOf = ReferenceChange["marketFacts"];
/** What an interrupted load knows beyond the parts it has written. */
export type LoadState = Readonly<{
  rowsRead: number;
  rowsAccepted: number;
  openYear: number;
  days: readonly number[];
  refused: RefusedState;
  gate: JudgeCounts;
}>;

export type LoadOptions = JudgeOptions &
  Readonly<{
    isStrict: boolean;
    /** Name of the source; stands in every row. */
    source: string;
    state?: LoadState | undefined;
  }>;

export class MarketLoad {
  rowsRead = 0;
  rowsAccepted = 0;
  readonly #draft: Draft;
  readonly #refused: RefusedRows;
  readonly #book = new SymbolBook();
  readonly #judge: RowJudge;
  /** Where rows were listed, by the number staged rows carry; 0 is unknown. */
  readonly #exchanges = new NameNumbers([""]);
  readonly #source: number;
  /** Names of sources by their ids: this load's, and those of rows stored before. */
  readonly #sources = new Map<number, string>();
  readonly #isOpen = new Map<number, boolean>();
  /** Days that were loaded before an interruption. */
  readonly #earlierDays = new Set<number>();
  #isResumed = false;
  readonly #files = new NameNumbers();
  readonly #sessions = new Map<number, SessionContent>();
  /** Rows not written yet, by year. */
  readonly #staged = new Map<number, StagedRows>();
  #year = 0;
  #openYear: number;
  #facts: Facts | undefined;

  private constructor(draft: Draft, { isStrict, source, ...judging }: LoadOptions) {
    this.#draft = draft;
    this.#refused = new RefusedRows(isStrict);
    this.#openYear = openYearOf(draft.parts());
    this.#source = sourceId(source);
    this.#sources.set(this.#source, source);
    const exchanges = this.#exchanges.names;
    this.#judge = new RowJudge(
      { draft, book: this.#book, exchanges, source, sources: this.#sources },
      judging,
    );
  }

  static async open(draft: Draft, options: LoadOptions): Promise<MarketLoad> {
    const load = new MarketLoad(draft, options);
    if (options.state) load.#resume(options.state);
    if (REFERENCE in draft.parts()) {
      const { query } = await draft.open(REFERENCE);
      for (const { id, ticker } of queries.symbols(query)) load.#book.know(ticker, id);
    }
    await load.#judge.addStored();
    return load;
  }

  #resume(state: LoadState): void {
    this.#isResumed = true;
    this.rowsRead = state.rowsRead;
    this.rowsAccepted = state.rowsAccepted;
    this.#openYear = Math.max(this.#openYear, state.openYear);
    for (const day of state.days) this.#earlierDays.add(day);
    this.#refused.resume(state.refused);
    this.#judge.resume(state.gate);
  }

  get daysTouched(): number {
    return this.#days().size;
  }

  #days(): Set<number> {
    return new Set([...this.#earlierDays, ...this.#sessions.keys()]);
  }

  addFacts(facts: Facts): void {
    this.#facts = facts;
    this.#judge.addFacts(facts);
    // An interrupted load has set these aside already.
    if (!this.#isResumed) for (const row of facts.rejected) this.reject(row);
  }

  /** Sets a row aside with its reason. @throws AppError BAD_FILE in a strict load */
  reject(row: RejectedRow): void {
    this.#refused.add(row);
  }

  get gateCounts(): JudgeCounts {
    return this.#judge.counts;
  }

  get refused(): RefusedState {
    return this.#refused.state;
  }

  async addRows(batch: DailyBatch, from: number, to: number): Promise<void> {
    const file = this.#files.numberOf(batch.file);
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
      const symbol = this.#book.idOf(batch.ticker[row]!);
      const exchange = this.#exchanges.numberOf(batch.exchange?.[row] ?? "");
      const place = { symbol, file, source: this.#source, exchange };
      this.#staged.get(year)!.add(batch, row, place);
      this.rowsAccepted++;
    }
  }

  /**
   * Writes what is still staged and the reference part.
   *
   * @param marketFacts what is to be said of the market, by how many sessions it holds
   * @returns every session the market now holds
   */
  async finish(marketFacts: MarketFactsOf): Promise<number[]> {
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
    await this.#writeReference(NO_FACTS, () => ({}));
    return {
      rowsRead: this.rowsRead,
      rowsAccepted: this.rowsAccepted,
      openYear: this.#openYear,
      days: [...this.#days()],
      refused: this.#refused.state,
      gate: this.gateCounts,
    };
  }

  async #writeReference(facts: Facts, marketFacts: MarketFactsOf): Promise<number[]> {
    const change = {
      ...factsChange(facts, this.#book),
      sessions: [...this.#sessions.values()].sort((a, b) => a.date - b.date),
      rejected: this.#refused.take(),
      news: this.#judge.take(),
      marketFacts,
    };
    let sessions: number[] = [];
    await this.#draft.edit(
      REFERENCE,
      REFERENCE_SCHEMA,
      (db) => {
        writeReference(db, { ...change, symbols: this.#book.all() });
        sessions = queries.sessions(db.query).map(({ date }) => date);
      },
      () => ({ rows: sessions.length, from: sessions[0] ?? null, to: sessions.at(-1) ?? null }),
    );
    return sessions;
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
    // Judged before they meet what is stored: a row that is refused must not take the place of a good one.
    const fresh = await this.#judged(
      rows,
      rows.sorted((kept, dropped) => this.#repeated(rows, kept, dropped)),
    );
    for (const position of fresh) this.#book.price(rows.symbol[position]!, rows.date[position]!);
    const isFolded = isClosed && months.length > 0;
    const all = isFolded
      ? await rowsOfMonths(this.#draft, months, this.#book, this.#sources)
      : rows;
    // Newer rows come after the stored ones, so that they win.
    if (isFolded) all.addAll(rows, fresh);
    const order = isFolded ? all.sorted(() => {}) : fresh;
    if (order.length === 0) return;
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
    const tickers = new TickerOrder(this.#book.tickers);
    // One is compressed and sent while the other is written.
    await Promise.all([
      this.#draft.edit(
        barsPart(period),
        BARS_SCHEMA,
        (db) => writeBars(db, rows, order, this.#names(tickers)),
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

  /** The rows that stand after the quality gate, which repairs figures in place; before it caps follow from shares. */
  async #judged(rows: StagedRows, order: Int32Array): Promise<Int32Array> {
    return this.#judge.judge(rows, order, (position, reason, detail) => {
      this.rowsAccepted--;
      const file = this.#files.nameOf(rows.file[position]!);
      const ticker = this.#book.tickerOf(rows.symbol[position]!);
      this.reject(gatedRow(rows, position, { file, ticker, reason, detail }));
    });
  }

  #names(tickers: TickerOrder) {
    return { tickerOf: (symbol: number) => tickers.ticker(symbol), sources: this.#sources };
  }

  /** A second row for a day and ticker within one file is a fault of the file; across files it is a correction. */
  #repeated(rows: StagedRows, kept: number, dropped: number): void {
    const file = rows.file[dropped]!;
    if (file !== rows.file[kept]) return;
    const ticker = this.#book.tickerOf(rows.symbol[dropped]!);
    this.rowsAccepted--;
    const at = {
      file: this.#files.nameOf(file),
      line: rows.line[dropped]!,
      date: rows.date[dropped]!,
    };
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
}

/** Rows of unfinished years that wait together; a year of the largest names is more than this. */
const HELD_ROWS_MAX = 250_000;
