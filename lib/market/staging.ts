/**
 * Rows waiting to be written to one part, in columns: eight numbers a row instead of an object, so that a year of
 * the whole market (2 million rows) stands in 140 MB.
 */
import type { DailyBatch } from "../ports.ts";
import type { BarRow } from "./queries.ts";

const COLUMNS = ["open", "high", "low", "close", "volume", "marketCap"] as const;

export class StagedRows {
  #capacity = 0;
  count = 0;
  date = new Int32Array(0);
  symbol = new Int32Array(0);
  line = new Int32Array(0);
  file = new Int32Array(0);
  readonly values = Object.fromEntries(COLUMNS.map((c) => [c, new Float64Array(0)])) as Record<
    (typeof COLUMNS)[number],
    Float64Array<ArrayBuffer>
  >;

  add(batch: DailyBatch, row: number, symbol: number, file: number): void {
    if (this.count === this.#capacity) this.#grow();
    const at = this.count++;
    this.date[at] = batch.date[row]!;
    this.symbol[at] = symbol;
    this.line[at] = batch.line[row]!;
    this.file[at] = file;
    for (const column of COLUMNS) this.values[column][at] = batch[column][row]!;
  }

  /** A row that was stored before. */
  addRow(row: BarRow, symbol: number, file: number): void {
    if (this.count === this.#capacity) this.#grow();
    const at = this.count++;
    this.date[at] = row.date;
    this.symbol[at] = symbol;
    this.line[at] = 0;
    this.file[at] = file;
    for (const column of COLUMNS) {
      this.values[column][at] = row[column === "marketCap" ? "market_cap" : column] ?? Number.NaN;
    }
  }

  addAll(rows: StagedRows): void {
    for (let i = 0; i < rows.count; i++) {
      if (this.count === this.#capacity) this.#grow();
      const at = this.count++;
      for (const name of ["date", "symbol", "line", "file"] as const)
        this[name][at] = rows[name][i]!;
      for (const column of COLUMNS) this.values[column][at] = rows.values[column][i]!;
    }
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
    for (const name of ["date", "symbol", "line", "file"] as const) {
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

const SYMBOLS = 2 ** 20;
const POSITIONS = 2 ** 23;
