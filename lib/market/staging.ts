/**
 * Rows waiting to be written to one part, in columns: eight numbers a row instead of an object, so that a year of
 * the whole market (2 million rows) stands in 140 MB.
 */
import type { DailyBatch } from "../ports.ts";
import type { CapBasis } from "./origin.ts";
import type { BarRow, CapBasisRow } from "./queries.ts";

const COLUMNS = ["open", "high", "low", "close", "volume", "marketCap", "netChange"] as const;
/** `file` and `exchange` are numbers the loader gives; `source` is the id of {@link sourceId}. */
const NUMBERED = ["date", "symbol", "line", "file", "source", "exchange"] as const;

/** Whose row it is, as numbers. */
export type RowPlace = Readonly<{ symbol: number; file: number; source: number; exchange: number }>;

export class StagedRows {
  #capacity = 0;
  count = 0;
  date = new Int32Array(0);
  symbol = new Int32Array(0);
  line = new Int32Array(0);
  file = new Int32Array(0);
  source = new Int32Array(0);
  exchange = new Int32Array(0);
  readonly values = Object.fromEntries(COLUMNS.map((c) => [c, new Float64Array(0)])) as Record<
    (typeof COLUMNS)[number],
    Float64Array<ArrayBuffer>
  >;

  /** How the cap of a row came about, by position; a row without an entry has it as delivered. */
  readonly basis = new Map<number, CapBasis>();

  add(batch: DailyBatch, row: number, { symbol, file, source, exchange }: RowPlace): void {
    const at = this.#next();
    this.date[at] = batch.date[row]!;
    this.symbol[at] = symbol;
    this.line[at] = batch.line[row]!;
    this.file[at] = file;
    this.source[at] = source;
    this.exchange[at] = exchange;
    for (const column of COLUMNS) this.values[column][at] = batch[column]?.[row] ?? Number.NaN;
  }

  /** A row that was stored before. */
  addRow(row: BarRow, symbol: number, file: number): void {
    const at = this.#next();
    this.date[at] = row.date;
    this.symbol[at] = symbol;
    this.line[at] = 0;
    this.file[at] = file;
    this.source[at] = row.source ?? NO_SOURCE;
    this.exchange[at] = 0;
    this.values.open[at] = row.open ?? Number.NaN;
    this.values.high[at] = row.high ?? Number.NaN;
    this.values.low[at] = row.low ?? Number.NaN;
    this.values.close[at] = row.close;
    this.values.volume[at] = row.volume ?? Number.NaN;
    this.values.marketCap[at] = row.market_cap ?? Number.NaN;
    this.values.netChange[at] = Number.NaN;
  }

  /** How the caps of stored rows came about; the rows must have been added. */
  addBasis(stored: readonly CapBasisRow[], symbolOf: (ticker: string) => number): void {
    if (stored.length === 0) return;
    const positions = new Map<number, number>();
    for (let i = 0; i < this.count; i++) positions.set(keyOf(this.date[i]!, this.symbol[i]!), i);
    for (const { date, ticker, effective_date, known_at, ...basis } of stored) {
      const at = positions.get(keyOf(date, symbolOf(ticker)));
      if (at === undefined) continue;
      this.basis.set(at, { ...basis, effectiveDate: effective_date, knownAt: known_at });
    }
  }

  /** @param positions of the rows to take */
  addAll(rows: StagedRows, positions: Int32Array): void {
    for (const i of positions) {
      const at = this.#next();
      for (const name of NUMBERED) this[name][at] = rows[name][i]!;
      for (const column of COLUMNS) this.values[column][at] = rows.values[column][i]!;
      const basis = rows.basis.get(i);
      if (basis) this.basis.set(at, basis);
    }
  }

  #next(): number {
    if (this.count === this.#capacity) this.#grow();
    return this.count++;
  }

  /**
   * Positions of the rows in (date, symbol) order, the order the tables are stored in. Where a day and symbol come
   * more than once the one added last stands (a later file corrects an earlier one); `onRepeat` hears of the others.
   */
  sorted(onRepeat: (kept: number, dropped: number) => void): Int32Array {
    // Day number, symbol and position share one double: 9 + 20 + 23 bits, exact below 2^53.
    const days = [...new Set(this.date.subarray(0, this.count))].sort((a, b) => a - b);
    const dayNumber = new Map(days.map((day, i) => [day, i]));
    const keys = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) {
      keys[i] = (dayNumber.get(this.date[i]!)! * SYMBOLS + this.symbol[i]!) * POSITIONS + i;
    }
    keys.sort();
    const order = new Int32Array(this.count);
    let kept = 0;
    for (const key of keys) {
      const position = key % POSITIONS;
      const previous = kept > 0 ? order[kept - 1]! : -1;
      if (
        previous >= 0 &&
        this.symbol[previous] === this.symbol[position] &&
        this.date[previous] === this.date[position]
      ) {
        onRepeat(position, previous);
        order[kept - 1] = position;
      } else order[kept++] = position;
    }
    return order.subarray(0, kept);
  }

  #grow(): void {
    this.#capacity = Math.max(16_384, this.#capacity * 2);
    if (this.#capacity > POSITIONS) throw new RangeError("more rows for one year than 8,388,608");
    for (const name of NUMBERED) {
      const wider = new Int32Array(this.#capacity);
      wider.set(this[name]);
      this[name] = wider;
    }
    for (const column of COLUMNS) {
      const wider = new Float64Array(this.#capacity);
      wider.set(this.values[column]);
      this.values[column] = wider;
    }
  }
}

/** Of rows stored before sources were noted. */
export const NO_SOURCE = 0;

const keyOf = (date: number, symbol: number): number => date * SYMBOLS + symbol;

const SYMBOLS = 2 ** 20;
const POSITIONS = 2 ** 23;
