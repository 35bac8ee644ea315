/**
 * Rows to be compared rather than ingested: screener captures as they are, or any daily table that names a day, a
 * ticker and a close. Unlike the sources of a market it takes adjusted histories, because nothing of it is stored.
 */
import type { DailyBatch, MarketSource } from "../ports.ts";
import { badFile } from "./bytes.ts";
import { inOrder } from "./csv.ts";
import { type DailyLayout, dailyBatches } from "./daily.ts";
import type { InputFile } from "./input-file.ts";
import { nasdaqScreener } from "./nasdaq-screener.ts";
import { expandPaths } from "./paths.ts";
import { TickerTable } from "./tickers.ts";

export const COMPARISON_KINDS = ["nasdaq-screener", "csv"] as const;
export type ComparisonKind = (typeof COMPARISON_KINDS)[number];

/** Names vendors give the columns we compare, in lower case. */
const NAMES = {
  day: ["date", "session_date", "day"],
  ticker: ["ticker", "symbol"],
  close: ["close", "last", "close/last"],
  volume: ["volume"],
  marketCap: ["market_cap", "marketcap", "market cap"],
} as const;

/**
 * @returns the accepted rows, from the beginning at each call; the others go to `reject`
 * @throws AppError BAD_FILE now for files that are not there, while reading for those that are wrong
 */
export function comparisonRows(
  kind: ComparisonKind,
  paths: readonly string[],
): MarketSource["rows"] {
  const files = expandPaths(paths);
  if (kind === "nasdaq-screener") return nasdaqScreener({ paths: files }).rows;
  return (reject) => {
    const tickers = new TickerTable();
    const read = (file: InputFile): AsyncIterable<DailyBatch> =>
      dailyBatches({
        file,
        layoutOf: (names) => layoutOf(file.name, names),
        tickers,
        reject,
      });
    return inOrder(files, read);
  };
}

function layoutOf(file: string, names: readonly string[]): DailyLayout {
  const place = (of: readonly string[]) => names.findIndex((name) => of.includes(name));
  const [day, ticker, close] = [place(NAMES.day), place(NAMES.ticker), place(NAMES.close)];
  if (day < 0 || ticker < 0 || close < 0) {
    const expected = "a header with date, ticker (or symbol) and close among its columns";
    throw badFile(file, `has the header "${names.join(",").slice(0, 200)}"`, expected);
  }
  const optional = { volume: place(NAMES.volume), marketCap: place(NAMES.marketCap) };
  return { width: names.length, day, ticker, numbers: { close, ...optional } };
}
