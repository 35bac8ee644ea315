/** One session of the whole market as a batch of rows. */
import { isoDay } from "../../time.ts";
import { BAD_NUMBER } from "../numbers.ts";
import { BatchBuilder, type DailyBatch, emptyFields, type Reject, rejected } from "../rows.ts";
import { tickerOf } from "../tickers.ts";
import { VENDOR } from "./api.ts";

type Row = Readonly<Record<string, unknown>>;

export const fileOf = (date: number): string => `${VENDOR}/${isoDay(date)}`;

/**
 * The rows that are right, of the tickers asked for; lines count the entries of the answer from 1. There is no market
 * cap. The vendor's short names: T ticker, o, h, l, c prices in USD as traded, v shares traded.
 */
export function barsOf(
  date: number,
  results: readonly Row[],
  isWanted: (ticker: string) => boolean,
  reject: Reject,
): DailyBatch[] {
  const file = fileOf(date);
  const builder = new BatchBuilder(file);
  const row = emptyFields();
  row.date = date;
  for (const [at, result] of results.entries()) {
    row.line = at + 1;
    row.ticker = typeof result.T === "string" ? tickerOf(result.T) : undefined;
    if (row.ticker !== undefined && !isWanted(row.ticker)) continue;
    row.open = numberIn(result.o);
    row.high = numberIn(result.h);
    row.low = numberIn(result.l);
    row.close = numberIn(result.c);
    row.volume = numberIn(result.v);
    const fault = builder.add(row);
    if (fault) {
      const place = { file, line: row.line, date, ticker: row.ticker };
      reject(rejected({ ...place, raw: JSON.stringify(result) }, fault));
    }
  }
  return builder.take(true);
}

/** The close of a ticker in a session; `undefined` when it did not trade. */
export function closeIn(batches: readonly DailyBatch[], ticker: string): number | undefined {
  for (const batch of batches) {
    const at = batch.ticker.indexOf(ticker);
    if (at >= 0) return batch.close[at];
  }
  return undefined;
}

function numberIn(value: unknown): number {
  if (value === undefined || value === null) return Number.NaN;
  return typeof value === "number" && Number.isFinite(value) ? value : BAD_NUMBER;
}
