/** Our tickers as a vendor writes them, and back. */
import { tickerOf } from "../tickers.ts";

export type SymbolFault = Readonly<{ ticker: string; detail: string }>;
export type SymbolList = Readonly<{
  /** Our tickers by the vendor's symbols, in the order in which they were asked for. */
  tickers: ReadonlyMap<string, string>;
  faults: readonly SymbolFault[];
}>;

/**
 * What is asked of a vendor: each of its symbols once.
 *
 * @param symbolOf `undefined` for a ticker that cannot be one of the vendor's US stocks
 */
export function symbolsOf(
  tickers: readonly string[],
  symbolOf: (ticker: string) => string | undefined,
): SymbolList {
  const asked = new Map<string, string>();
  const faults: SymbolFault[] = [];
  for (const text of new Set(tickers)) {
    const ticker = tickerOf(text);
    const symbol = ticker && symbolOf(ticker);
    if (!ticker || !symbol) {
      faults.push({ ticker: text, detail: "is no symbol of a US stock there" });
    } else if (asked.has(symbol)) {
      faults.push({ ticker, detail: `is ${symbol} there, as ${asked.get(symbol)} is` });
    } else asked.set(symbol, ticker);
  }
  return { tickers: asked, faults };
}
