/** Which company a ticker of the market is, for sources that know companies and not tickers. */
import * as market from "../market/queries.ts";
import { listedRecords } from "../market/reading.ts";
import type { Images } from "../ports.ts";

const REFERENCE = "reference";

/**
 * The SEC's number (CIK) of each ticker whose records name one: that of the record valid on the day, else of the last
 * one before it, else of the first one after it. The SEC's own lists are of today: they do not know who has left.
 *
 * @param on YYYYMMDD
 * @returns CIK by ticker; empty when there is no market
 */
export async function knownCiks(
  images: Images,
  on: number,
): Promise<Readonly<Record<string, string>>> {
  const snapshot = await images.snapshot("market", { revalidate: true });
  try {
    if (!(REFERENCE in snapshot.manifest.parts)) return {};
    const { query } = await snapshot.open(REFERENCE);
    const tickers = new Map(market.symbols(query).map(({ id, ticker }) => [id, ticker]));
    const found = new Map<string, string>();
    for (const { symbol, valid_from: from, cik } of listedRecords(query)) {
      const ticker = tickers.get(symbol);
      if (ticker === undefined || cik === null) continue;
      if (from <= on || !found.has(ticker)) found.set(ticker, cik);
    }
    return Object.fromEntries(found);
  } finally {
    snapshot.release();
  }
}
