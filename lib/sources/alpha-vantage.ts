/**
 * US stocks from Alpha Vantage, ticker by ticker, five requests each (three for prices and actions only) and two for the
 * lists of names. Known of it, and what is done here:
 *
 * - Prices are as traded. The free plan gives the last 100 sessions; when it refuses more, that is told and they are
 *   taken.
 * - 25 requests a day are free, which is five tickers. When they are used up the rest is told and what came stands.
 * - It says no with status 200 and a sentence in the place of data (alpha-vantage/notices.ts).
 * - It does not say whether amounts of dividends and counts of shares are restated for later splits; each split between
 *   two of them shows it (vendor/split-basis.ts).
 * - Counts of shares are averages of a quarter, carry the balance date alone and count as known 45 days after it, 90
 *   after a year: NOT point in time. It gives no market cap of a past day.
 * - Delisted names are in its lists, mostly with no prices; their final prices are not given, so there are no delistings
 *   among the actions. Renames are not given.
 */
import { AppError } from "../errors.ts";
import type { MarketSource, SourceCapabilities } from "../ports.ts";
import { AlphaVantageApi, BASE_URL, VENDOR } from "./alpha-vantage/api.ts";
import { AlphaVantageMarket } from "./alpha-vantage/market.ts";
import { noticeIn } from "./alpha-vantage/notices.ts";
import { keyMissing } from "./vendor/errors.ts";
import { loadedSource } from "./vendor/loaded-source.ts";
import { noticeAware } from "./vendor/notices.ts";
import { type VendorWorld, vendorClient } from "./vendor-client.ts";

export const ALPHA_VANTAGE_KEY = "ALPHA_VANTAGE_API_KEY";
const REQUESTS_PER_MINUTE = 5;

export type AlphaVantageOptions = Readonly<{
  tickers: readonly string[] | undefined;
  /** First and last day, YYYYMMDD. */
  from: number;
  to: number;
  key: string | undefined;
  /** Only rows and actions. */
  isPricesOnly?: boolean;
  /** Whether a vendor that wants to hear no more before the end gives nothing, instead of what it gave until then. */
  isWhole?: boolean;
  /** 5, which suits the free plan; `null` = no limit. */
  requestsPerMinute?: number | null;
  baseUrl?: string;
}>;

const capabilities = (requestsPerMinute: number | null): SourceCapabilities => ({
  dailyBars: true,
  marketCap: false,
  sharesOutstanding: true,
  corporateActions: true,
  universe: false,
  since: null,
  requestsPerMinute,
  keySetting: ALPHA_VANTAGE_KEY,
});

/** @throws AppError VENDOR_REFUSED without a key, BAD_REQUEST without tickers */
export function alphaVantage(options: AlphaVantageOptions, world: VendorWorld): MarketSource {
  const { tickers = [], from, to, key, isPricesOnly = false, baseUrl = BASE_URL } = options;
  const { isWhole = false, requestsPerMinute = REQUESTS_PER_MINUTE } = options;
  if (!key) throw keyMissing(VENDOR, ALPHA_VANTAGE_KEY);
  if (tickers.length === 0) {
    throw new AppError("BAD_REQUEST", `${VENDOR} needs tickers: it is asked for one at a time`);
  }
  const client = vendorClient({
    vendor: VENDOR,
    baseUrl,
    requestsPerMinute,
    secretQuery: { apikey: key },
    keySetting: ALPHA_VANTAGE_KEY,
    world: { ...world, fetch: noticeAware(world.fetch, noticeIn) },
  });
  const wanted = { tickers, from, to, isPricesOnly, isWhole };
  const market = new AlphaVantageMarket(new AlphaVantageApi(client), wanted, world.nowMs());
  return loadedSource(VENDOR, capabilities(requestsPerMinute), market);
}
