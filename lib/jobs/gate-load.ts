/**
 * The quality gate within a load: set up with what is known of splits, told of the sessions stored before the first
 * one it judges, and set up anew when rows come from before what it has seen.
 */
import { Gate } from "../market/gate/gate.ts";
import { type GateNews, noNews, passGate } from "../market/gate-pass.ts";
import { barsPart, periodsOf } from "../market/parts.ts";
import { nextSession } from "../market/sessions.ts";
import type { StagedRows } from "../market/staging.ts";
import type { SymbolBook } from "../market/symbol-book.ts";
import type { Draft } from "../ports.ts";
import type { CorporateAction } from "../source.ts";
import { storedDays } from "./gate-history.ts";
import { OwedRows } from "./owed-rows.ts";

export type GateLoadOptions = Readonly<{
  draft: Draft;
  book: SymbolBook;
  /** Names by number; 0 is unknown. It grows as rows name others. */
  exchanges: readonly string[];
  /** The names the source was asked for; all of the market, when omitted. */
  asked?: readonly string[] | undefined;
}>;

export type GateCounts = Readonly<{
  /** Figures repaired, by rule. */
  repaired: Readonly<Record<string, number>>;
  /** Sessions of which at least one exchange was not taken. */
  failedDays: number;
}>;

export const NO_COUNTS: GateCounts = { repaired: {}, failedDays: 0 };

type GateAction = Pick<CorporateAction, "ticker" | "date" | "action" | "value"> &
  Readonly<{ is_detected?: 0 | 1 }>;

/** Hears of each row that is not taken. */
export type Refuse = (position: number, reason: string, detail: string) => void;

export class GateLoad {
  readonly #options: GateLoadOptions;
  /** Product of split ratios and spin-off factors by session, by ticker: ids go to tickers as rows name them. */
  readonly #splits = new Map<string, Map<number, number>>();
  /** Tickers by session of those that the gate detected when it judged the session in an earlier load. */
  readonly #detected = new Map<number, Set<string>>();
  readonly #owed: OwedRows;
  #gate: Gate;
  #lastDate = 0;
  /** What was said and no part holds yet. */
  #news: GateNews = noNews();
  #repaired: Record<string, number> = {};
  #failedDays = 0;

  constructor(options: GateLoadOptions) {
    this.#options = options;
    this.#owed = new OwedRows(options.draft, options.asked);
    this.#gate = this.#newGate();
  }

  /**
   * Actions that the gate must not take for faults. A split that was detected is known to later sessions alone: its own
   * detects it anew, or it would be forgotten with what was said of that session before.
   */
  addActions(actions: readonly GateAction[]): void {
    for (const { ticker, date, action, value, is_detected } of actions) {
      if (action !== "split" && action !== "spinoff") continue;
      this.#split(ticker, date, value);
      const session = nextSession(date, { inclusive: true });
      const detected = this.#detected.get(session) ?? new Set();
      if (is_detected) this.#detected.set(session, detected.add(ticker));
      else detected.delete(ticker);
    }
  }

  /** Sessions stored before, with their rows. */
  addSessions(sessions: readonly Readonly<{ date: number; priced_rows: number }>[]): void {
    this.#owed.addSessions(sessions);
  }

  #forgetDetected(date: number): void {
    for (const ticker of this.#detected.get(date) ?? []) this.#splits.get(ticker)?.delete(date);
    this.#detected.delete(date);
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
    const { exchanges, book, asked } = this.#options;
    const isAsked = asked !== undefined;
    await this.#owed.meet(rows, order);
    for (let start = 0; start < order.length; ) {
      const end = this.#runEnd(rows, order, start);
      const date = rows.date[order[start]!]!;
      const goesOn = date > this.#lastDate && !this.#hasStored(this.#lastDate, date);
      if (!goesOn) await this.#begin(date, listings(rows));
      const days = order.subarray(start, end);
      for (const position of days) this.#forgetDetected(rows.date[position]!);
      const tickerOf = (symbol: number) => book.tickerOf(symbol);
      const options = { gate: this.#gate, tickerOf, exchanges, isAsked, refuse, news: this.#news };
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

  /** What was said since the last {@link take}, and may still be taken back. */
  get news(): GateNews {
    return this.#news;
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

  async #begin(firstDate: number, exchangeOf: ReadonlyMap<number, number>): Promise<void> {
    this.#gate = this.#newGate();
    const days = await storedDays(this.#options.draft, firstDate, exchangeOf);
    for (const day of days) this.#gate.prime(day);
  }

  #newGate(): Gate {
    const { exchanges, book } = this.#options;
    return new Gate({
      exchanges,
      tickerOf: (symbol) => book.tickerOf(symbol),
      splitOn: (symbol, date) => this.#splits.get(book.tickerOf(symbol))?.get(date) ?? 1,
      isOwed: (symbol, date) => this.#owed.isOwed(symbol, book.tickerOf(symbol), date),
    });
  }
}

/** Where each symbol is listed, as the rows to be judged say. */
function listings(rows: StagedRows): Map<number, number> {
  const exchangeOf = new Map<number, number>();
  for (let i = 0; i < rows.count; i++) {
    if (rows.exchange[i] !== 0) exchangeOf.set(rows.symbol[i]!, rows.exchange[i]!);
  }
  return exchangeOf;
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
