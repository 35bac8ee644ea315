/**
 * A precedence of sources within a load. Rows that the quality gate has let pass meet those stored of the same day and
 * ticker, a day at a time: what arrives replaces only what no higher source has said.
 */
import {
  type CapBasis,
  type Origin,
  originName,
  originOf,
  originOfOne,
  sourceId,
  UNKNOWN_SOURCE,
} from "../market/origin.ts";
import { barsPart, periodsOf, REFERENCE } from "../market/parts.ts";
import type { Precedence, RankedField } from "../market/precedence.ts";
import * as queries from "../market/queries.ts";
import { detectedSplits, repairs } from "../market/reading.ts";
import { type Settled, type StoredRow, settleRow } from "../market/settling.ts";
import { NO_SOURCE, type StagedRows } from "../market/staging.ts";
import type { StandingNews } from "../market/standing-news.ts";
import type { SymbolBook } from "../market/symbol-book.ts";
import type { Draft, Image, SqlValue } from "../ports.ts";

export type PrecedenceOptions = Readonly<{
  draft: Draft;
  book: SymbolBook;
  /** Name of the source whose rows arrive. */
  source: string;
  /** Names of sources by their ids; it grows as rows of several sources are made. */
  sources: Map<number, string>;
  precedence: Precedence;
}>;

/** How many values a higher source kept, by field. */
export type KeptCounts = Readonly<Record<RankedField, number>>;
export const NONE_KEPT: KeptCounts = { close: 0, volume: 0, market_cap: 0 };

export class PrecedenceLoad {
  readonly #options: PrecedenceOptions;
  readonly #origins = new Map<number, Origin>();
  readonly #ids = new Map<string, number>();
  /** Days of which the news hold what the market knew. */
  readonly #told = new Set<number>();
  #counts: Record<RankedField, number> = { ...NONE_KEPT };

  constructor(options: PrecedenceOptions) {
    this.#options = options;
    this.#origins.set(NO_SOURCE, originOfOne(UNKNOWN_SOURCE));
  }

  get counts(): KeptCounts {
    return { ...this.#counts };
  }

  /** Goes on counting where an interrupted load stopped. */
  resume(counts: KeptCounts): void {
    this.#counts = { ...counts };
  }

  /** The news of the gate were taken: what they held is stored. */
  forgetNews(): void {
    this.#told.clear();
  }

  /**
   * Puts what stands of each day and ticker into the rows that arrive.
   *
   * @param order of the rows that the gate let pass, by day and symbol
   * @param news what the gate says, when there is one, from before it judged these rows
   */
  async settle(rows: StagedRows, order: Int32Array, news: StandingNews | undefined): Promise<void> {
    if (news) await this.#begin(rows, news);
    const entries = this.#options.draft.parts();
    for (const period of periodsOf(entries)) {
      const { from, to } = entries[barsPart(period)]!;
      if (from === null || to === null) continue;
      const inside = order.filter((p) => rows.date[p]! >= from && rows.date[p]! <= to);
      if (inside.length === 0) continue;
      this.#meet(rows, inside, await this.#options.draft.open(barsPart(period)), news);
    }
    news?.end();
  }

  /** Of each day that is judged the gate forgets what it said: what speaks of figures that stand is kept. */
  async #begin(rows: StagedRows, news: StandingNews): Promise<void> {
    const days = new Set(rows.date.subarray(0, rows.count));
    const fresh = new Set([...days].filter((day) => !this.#told.has(day)));
    for (const day of fresh) this.#told.add(day);
    const { draft } = this.#options;
    if (fresh.size === 0 || !(REFERENCE in draft.parts())) return news.begin([], []);
    const { query } = await draft.open(REFERENCE);
    const sorted = [...fresh].sort((a, b) => a - b);
    const range = { start: sorted[0]!, end: sorted.at(-1)! };
    const isFresh = ({ date }: Readonly<{ date: number }>) => fresh.has(date);
    news.begin(repairs(query, range).filter(isFresh), detectedSplits(query, range).filter(isFresh));
  }

  #meet(rows: StagedRows, order: Int32Array, bars: Image, news: StandingNews | undefined): void {
    for (const { id, name } of queries.sourcesOf(bars.query)) {
      this.#options.sources.set(id, name);
      this.#origins.set(id, originOf(name));
    }
    const day = queries.storedRows(bars);
    try {
      for (let next = 0; next < order.length; ) {
        const date = rows.date[order[next]!]!;
        day.each({ ":date": date }, (row) => {
          const symbol = row[0] as number;
          while (isBefore(rows, order[next], date, symbol)) next++;
          const position = order[next];
          if (position === undefined || rows.date[position] !== date) return false;
          if (rows.symbol[position] === symbol) this.#settle(rows, position, row, news);
          return true;
        });
        while (next < order.length && rows.date[order[next]!] === date) next++;
      }
    } finally {
      day.free();
    }
  }

  #settle(
    rows: StagedRows,
    position: number,
    row: readonly SqlValue[],
    news: StandingNews | undefined,
  ): void {
    const { source, precedence, book } = this.#options;
    const stored = storedRow(row, this.#origins.get((row[7] as number | null) ?? NO_SOURCE)!);
    const { origin, stands, kept } = settleRow(rows, position, source, stored, precedence);
    rows.source[position] = this.#idOf(origin);
    for (const field of kept) this.#counts[field]++;
    if (!news) return;
    const [date, symbol] = [rows.date[position]!, rows.symbol[position]!];
    const whose = { date, symbol, ticker: book.tickerOf(symbol) };
    for (const [field, which] of Object.entries(stands) as [RankedField, Stands][]) {
      news.settle(whose, field, which);
    }
  }

  #idOf(origin: Origin): number {
    const name = originName(origin);
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = name === UNKNOWN_SOURCE ? NO_SOURCE : sourceId(name);
      this.#ids.set(name, id);
      if (id !== NO_SOURCE) this.#options.sources.set(id, name);
    }
    return id;
  }
}

type Stands = Settled["stands"][RankedField];

/** Whether a staged row of a day comes before a symbol. */
const isBefore = (
  rows: StagedRows,
  position: number | undefined,
  date: number,
  symbol: number,
): boolean =>
  position !== undefined && rows.date[position] === date && rows.symbol[position]! < symbol;

const orNan = (value: SqlValue | undefined): number => (value as number | null) ?? Number.NaN;

/** A row as sql/market/stored_rows.sql gives it. */
function storedRow(row: readonly SqlValue[], origin: Origin): StoredRow {
  const [, open, high, low, close, volume, marketCap, , basis, ...rest] = row;
  return {
    open: orNan(open),
    high: orNan(high),
    low: orNan(low),
    close: orNan(close),
    volume: orNan(volume),
    marketCap: orNan(marketCap),
    origin,
    basis: typeof basis === "string" ? capBasis(basis, rest) : undefined,
  };
}

function capBasis(basis: string, row: readonly SqlValue[]): CapBasis {
  const [delivered, shares, effectiveDate, knownAt] = row.slice(0, 4) as (number | null)[];
  return {
    basis,
    delivered: delivered ?? null,
    shares: shares ?? null,
    effectiveDate: effectiveDate ?? null,
    knownAt: knownAt ?? null,
    source: (row[4] as string | null) ?? null,
  };
}
