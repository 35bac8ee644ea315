/**
 * US stocks from Yahoo Finance, ticker by ticker, through the package yahoo-finance2. It asks for no key and gives no
 * promise; its terms allow personal use. Known of it, and what is done here:
 *
 * - Prices and volumes are restated for every split up to now. They are brought back to their own day with Yahoo's own
 *   list of splits, so a split that it lacks leaves a history on two bases.
 * - Spin-offs stand among the splits as fractions (General Electric 2023: 1281:1000) and become `spinoff`. Dividends
 *   are restated as well and come back as USD per share of their own day.
 * - It gives no market cap of a past day. Today's stands on today's session and on no other.
 * - Counts of shares carry the balance date alone. They count as known 45 days after a quarter and 90 after a year, the
 *   longest the SEC allows, so this is NOT point in time: a restated count looks as if it had been known then. Counts
 *   that do not fit today's market cap, as those of BRK-B, are left out and told.
 * - Names, types and countries are those of today. There is no list of the market and no history of renames.
 * - Securities that were delisted vanish with their whole history. They are told, as is whatever else failed.
 * - Status 429, and 401 for a crumb that was valid before, come in waves: both are asked again, then told by symbol.
 */
import { AppError } from "../errors.ts";
import type { MarketSource, SourceCapabilities } from "../ports.ts";
import { loadedSource } from "./vendor/loaded-source.ts";
import type { VendorWorld } from "./vendor-client.ts";
import { REQUESTS_PER_MINUTE, VENDOR, yahooLibrary } from "./yahoo/library.ts";
import { YahooMarket } from "./yahoo/market.ts";

export type YahooOptions = Readonly<{
  /** Ours or Yahoo's: BRK/B, BRK.B and BRK-B are one. */
  tickers: readonly string[] | undefined;
  /** First and last day, YYYYMMDD. */
  from: number;
  to: number;
  /** Only rows and actions, one request a ticker and not four: for a daily run. */
  isPricesOnly?: boolean;
  /** Whether a vendor that wants to hear no more before the end gives nothing, instead of what it gave until then. */
  isWhole?: boolean;
  baseUrl?: string;
}>;

const CAPABILITIES: SourceCapabilities = {
  dailyBars: true,
  marketCap: false,
  sharesOutstanding: true,
  corporateActions: true,
  universe: false,
  since: null,
  requestsPerMinute: REQUESTS_PER_MINUTE,
  keySetting: null,
};

/** @throws AppError BAD_REQUEST without tickers; DEPENDENCY_DOWN, once, when Yahoo cannot be reached or dies half way */
export function yahoo(options: YahooOptions, world: VendorWorld): MarketSource {
  const { tickers = [], from, to, isPricesOnly = false, isWhole = false, baseUrl } = options;
  if (tickers.length === 0) {
    throw new AppError("BAD_REQUEST", "yahoo needs tickers: it has no list of the market");
  }
  const wanted = { tickers, from, to, isPricesOnly, isWhole };
  const market = new YahooMarket(yahooLibrary(world, baseUrl), wanted, world.nowMs);
  return loadedSource(VENDOR, CAPABILITIES, market);
}
