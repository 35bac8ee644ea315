/**
 * The quality gate within a load: set up with what is known of splits, told of the sessions stored before the first
 * one it judges, and set up anew when rows come from before what it has seen.
 */
import { Gate, type GateDay, HISTORY_SESSIONS } from "../market/gate/gate.ts";
import { type GateNews, noNews, passGate } from "../market/gate-pass.ts";
import { barsPart, periodsOf } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import { nextSession, previousSession } from "../market/sessions.ts";
import type { StagedRows } from "../market/staging.ts";
import type { SymbolBook } from "../market/symbol-book.ts";
import type { Draft, Image } from "../ports.ts";
import type { CorporateAction } from "../source.ts";
import { addDays } from "../time.ts";

export type GateLoadOptions = Readonly<{
  draft: Draft;
  book: SymbolBook;
  /** Names by number; 0 is unknown. It grows as rows name others. */
  exchanges: readonly string[];
}>;

export type GateCounts = Readonly<{
  /** Figures repaired, by rule. */
  repaired: Readonly<Record<string, number>>;
  /** Sessions of which at least one exchange was not taken. */
  failedDays: number;
}>;

export const NO_COUNTS: GateCounts = { repaired: {}, failedDays: 0 };

/** Hears of each row that is not taken. */
export type Refuse = (position: number, reason: string, detail: string) => void;

export class GateLoad {
  readonly #options: GateLoadOptions;
  /** Product of split ratios and spin-off factors by session, by ticker: ids go to tickers as rows name them. */
  readonly #splits = new Map<string, Map<number, number>>();
  #gate: Gate;
  #lastDate = 0;
  /** What was said and no part holds yet. */
  #news: GateNews = noNews();
  #repaired: Record<string, number> = {};
  #failedDays = 0;

  constructor(options: GateLoadOptions) {
    this.#options = options;
    this.#gate = this.#newGate();
  }

  /** Actions that the gate must not take for faults. */
  addActions(
    actions: readonly Pick<CorporateAction, "ticker" | "date" | "action" | "value">[],
  ): void {
    for (const { ticker, date, action, value } of actions) {
      if (action !== "split" && action !== "spinoff") continue;
      this.#split(ticker, date, value);
    }
  }

  #split(ticker: string, date: number, value: number): void {
    const session = nextSession(date, { inclusive: true });
    const dates = this.#splits.get(ticker) ?? new Map<number, number>();
    // A file names a split that is stored already once more.
    dates.set(session, value);
    this.#splits.set(ticker, dates);
  }

  /** @returns the positions that stand, in the same order */
  async judge(rows: StagedRows, order: Int32Array, refuse: Refuse): Promise<Int32Array> {
    const kept: Int32Array[] = [];
    const { exchanges, book } = this.#options;
    for (let start = 0; start < order.length; ) {
      const end = this.#runEnd(rows, order, start);
      const date = rows.date[order[start]!]!;
      const goesOn = date > this.#lastDate && !this.#hasStored(this.#lastDate, date);
      if (!goesOn) await this.#begin(date);
      const days = order.subarray(start, end);
      const tickerOf = (symbol: number) => book.tickerOf(symbol);
      const options = { gate: this.#gate, tickerOf, exchanges, refuse, news: this.#news };
      const found = this.#news.splits.length;
      kept.push(passGate(rows, days, options));
      for (const { symbol, date: day, ratio } of this.#news.splits.slice(found)) {
        this.#split(book.tickerOf(symbol), day, ratio);
      }
      this.#lastDate = rows.date[order[end - 1]!]!;
      start = end;
    }
    return joined(kept);
  }

  /** Where a stored session comes between two of the rows' days: the gate must be told of it first. */
  #runEnd(rows: StagedRows, order: Int32Array, start: number): number {
    let end = start + 1;
    while (end < order.length) {
      const [before, date] = [rows.date[order[end - 1]!]!, rows.date[order[end]!]!];
      if (date !== before && this.#hasStored(before, date)) break;
      end++;
    }
    return end;
  }

  /** Whether sessions may be stored that lie between two days; 0 = from the beginning. */
  #hasStored(after: number, before: number): boolean {
    if (after > 0 && nextSession(after) >= before) return false;
    const entries = this.#options.draft.parts();
    return periodsOf(entries).some((period) => {
      const { from, to } = entries[barsPart(period)]!;
      return from !== null && from < before && to! > after;
    });
  }

  /** What was said since the last call. */
  take(): GateNews {
    const news = this.#news;
    this.#news = noNews();
    for (const { rule } of news.repairs) this.#repaired[rule] = (this.#repaired[rule] ?? 0) + 1;
    const failed = news.findings.filter((finding) => finding.failed);
    this.#failedDays += new Set(failed.map(({ date }) => date)).size;
    return news;
  }

  /** Of all that was taken. */
  get counts(): GateCounts {
    return { repaired: { ...this.#repaired }, failedDays: this.#failedDays };
  }

  /** Goes on counting where an interrupted load stopped. */
  resume({ repaired, failedDays }: GateCounts): void {
    this.#repaired = { ...repaired };
    this.#failedDays = failedDays;
  }

  async #begin(firstDate: number): Promise<void> {
    const { book, draft } = this.#options;
    this.#gate = this.#newGate();
    for (const day of await storedDays(draft, book, firstDate)) this.#gate.prime(day);
  }

  #newGate(): Gate {
    const { exchanges, book } = this.#options;
    return new Gate({
      exchanges,
      tickerOf: (symbol) => book.tickerOf(symbol),
      splitOn: (symbol, date) => this.#splits.get(book.tickerOf(symbol))?.get(date) ?? 1,
    });
  }
}

function joined(pieces: readonly Int32Array[]): Int32Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Int32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** The sessions a gate looks back on, as they are stored. */
async function storedDays(draft: Draft, book: SymbolBook, before: number): Promise<GateDay[]> {
  let start = before;
  for (let back = 0; back < HISTORY_SESSIONS; back++) start = previousSession(start);
  const end = addDays(before, -1);
  const entries = draft.parts();
  const days: GateDay[] = [];
  for (const period of periodsOf(entries)) {
    const { from, to } = entries[barsPart(period)]!;
    if (from === null || to! < start || from > end) continue;
    days.push(...daysOf(await draft.open(barsPart(period)), book, start, end));
  }
  return days;
}

function daysOf(bars: Image, book: SymbolBook, start: number, end: number): GateDay[] {
  const statement = queries.barsBetween(bars);
  const days: DayColumns[] = [];
  try {
    statement.each({ ":start": start, ":end": end }, (row) => {
      const [date, ticker, close, volume, cap, delivered] = row as readonly [
        number,
        string,
        number,
        number | null,
        number | null,
        number | null,
      ];
      if (days.at(-1)?.date !== date) days.push(new DayColumns(date));
      days.at(-1)!.add(book.idOf(ticker), close, volume, cap, delivered);
    });
  } finally {
    statement.free();
  }
  return days.map((day) => day.gateDay());
}

/** The columns of a stored day; what the gate asks of a fresh one besides is unknown. */
class DayColumns {
  readonly date: number;
  readonly #symbol: number[] = [];
  readonly #close: number[] = [];
  readonly #volume: number[] = [];
  readonly #marketCap: number[] = [];
  readonly #delivered: number[] = [];

  constructor(date: number) {
    this.date = date;
  }

  add(
    symbol: number,
    close: number,
    volume: number | null,
    marketCap: number | null,
    delivered: number | null,
  ): void {
    this.#symbol.push(symbol);
    this.#close.push(close);
    this.#volume.push(volume ?? Number.NaN);
    this.#marketCap.push(marketCap ?? Number.NaN);
    this.#delivered.push(delivered ?? Number.NaN);
  }

  gateDay(): GateDay {
    const count = this.#symbol.length;
    const unknown = new Float64Array(count).fill(Number.NaN);
    return {
      date: this.date,
      count,
      symbol: Int32Array.from(this.#symbol),
      exchange: new Uint8Array(count),
      open: unknown,
      high: unknown,
      low: unknown,
      close: Float64Array.from(this.#close),
      netChange: unknown,
      volume: Float64Array.from(this.#volume),
      marketCap: Float64Array.from(this.#marketCap),
      delivered: Float64Array.from(this.#delivered),
    };
  }
}
