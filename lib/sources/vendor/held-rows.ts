/** Rows that come a security at a time, held until all are there, since the market is written a year at a time. */
import type { DailyBatch, Reject } from "../rows.ts";
import { BatchBuilder, emptyFields, rejected } from "../rows.ts";

/** One day of one security; NaN = left out. */
export type DailyRow = Readonly<{
  date: number;
  ticker: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  marketCap: number;
}>;

const NUMBERS = ["open", "high", "low", "close", "volume", "marketCap"] as const;

export class HeldRows {
  readonly #dates: number[] = [];
  readonly #tickers: string[] = [];
  /** Six a row. */
  readonly #numbers: number[] = [];

  add(row: DailyRow): void {
    this.#dates.push(row.date);
    this.#tickers.push(row.ticker);
    for (const name of NUMBERS) this.#numbers.push(row[name]);
  }

  /** All rows, day by day, tickers of a day in the order they came in. */
  *batches(file: string, reject: Reject): Generator<DailyBatch> {
    const order = Uint32Array.from(this.#dates.keys());
    order.sort((a, b) => this.#dates[a]! - this.#dates[b]! || a - b);
    const builder = new BatchBuilder(file);
    const fields = emptyFields();
    for (const [place, at] of order.entries()) {
      fields.line = place + 1;
      fields.date = this.#dates[at]!;
      fields.ticker = this.#tickers[at]!;
      for (const [number, name] of NUMBERS.entries()) {
        fields[name] = this.#numbers[at * NUMBERS.length + number]!;
      }
      const raw = () => JSON.stringify(fields);
      const fault = builder.add(fields);
      if (fault) reject(rejected({ file, ...fields, raw: raw() }, fault));
      yield* builder.take();
    }
    yield* builder.take(true);
  }
}
