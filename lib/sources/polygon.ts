/**
 * US stocks from Polygon (since 2025: Massive). One request gives the bars of the whole market on one session, prices as
 * traded. Splits, dividends, renames and delistings are actions; who the securities are comes from the lists of tickers,
 * or from the details of single ones when tickers are named. Known of this vendor, and what is done here:
 *
 * - Its market cap of a past day multiplies the price of that day with shares of another split basis, so it is never
 *   read. For named tickers its count of shares is, on the day before the range and on the first session of each
 *   quarter in it; counts near a split or of another basis are left out and told (polygon/shares.ts). Receipts are left
 *   out too: the vendor does not say whether it counts them or the shares behind them.
 * - A count of a past day comes from the filing whose period had ended by that day, which was published up to three
 *   months later. It is taken as known on the day it is asked for unless `filingLagDays` puts that off.
 * - It knows no final price of a delisted security. The close of its last day stands in for it, when it traded on that
 *   day; otherwise the delisting is told and the market carries the last price. A bankruptcy is not told from a merger.
 * - A plan that begins later than the range refuses its first sessions: they are told, and the first one that is
 *   covered is found by halving.
 * - Splits stand under the ticker of today, so those from before a rename go to whoever has that ticker on their day.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { MarketSource, SourceCapabilities } from "../ports.ts";
import { isoDay } from "../time.ts";
import { BASE_URL, PolygonApi, VENDOR } from "./polygon/api.ts";
import { fileOf } from "./polygon/bars.ts";
import { PolygonFacts } from "./polygon/market-facts.ts";
import { PolygonSessions } from "./polygon/sessions.ts";
import { keyMissing } from "./vendor/errors.ts";
import { type VendorWorld, vendorClient } from "./vendor-client.ts";

export const POLYGON_KEY = "POLYGON_API_KEY";
/** Of the free plan. */
const REQUESTS_PER_MINUTE = 5;

export type PolygonOptions = Readonly<{
  /** `undefined` = the whole market, for which there are no counts of shares: they cost a request each. */
  tickers: readonly string[] | undefined;
  /** First and last day, YYYYMMDD. */
  from: number;
  to: number;
  /** The New York sessions of these days, ascending. */
  sessions: readonly number[];
  key: string | undefined;
  baseUrl?: string;
  /** 5, which is the free plan; `null` = no limit. */
  requestsPerMinute?: number | null;
  /** Days after which a count of shares is taken as published; 0. A quarterly report may take 45, a yearly one 90. */
  filingLagDays?: number;
}>;

/** @throws AppError VENDOR_REFUSED without a key, BAD_REQUEST for an empty list of tickers */
export function polygon(options: PolygonOptions, world: VendorWorld): MarketSource {
  const { tickers, sessions, requestsPerMinute = REQUESTS_PER_MINUTE } = options;
  if (tickers?.length === 0) {
    throw new AppError("BAD_REQUEST", "polygon was asked for no ticker; leave them out for all");
  }
  const api = apiOf(options, world);
  const rows = new PolygonSessions(api, sessions, tickers);
  const facts = new PolygonFacts(api, rows, options, world);
  return {
    name: VENDOR,
    kind: "real",
    // Bars, types and counts of past days are those the vendor tells today.
    isPointInTime: false,
    capabilities: capabilities(tickers !== undefined, requestsPerMinute),
    facts: () => facts.read(),
    files: sessions.map(fileOf),
    print: printOf(options),
    rows: (reject, file) => rows.read(reject, file),
    totalUnits: sessions.length,
    doneUnits: () => rows.done,
    failures: () => [...facts.failures, ...rows.failures],
  };
}

function apiOf(options: PolygonOptions, world: VendorWorld): PolygonApi {
  const { key, baseUrl = BASE_URL, requestsPerMinute = REQUESTS_PER_MINUTE } = options;
  if (!key) throw keyMissing(VENDOR, POLYGON_KEY);
  const client = vendorClient({
    vendor: VENDOR,
    baseUrl,
    requestsPerMinute,
    headers: { Authorization: `Bearer ${key}` },
    keySetting: POLYGON_KEY,
    world,
  });
  return new PolygonApi(client, baseUrl);
}

const capabilities = (
  sharesOutstanding: boolean,
  requestsPerMinute: number | null,
): SourceCapabilities => ({
  dailyBars: true,
  marketCap: false,
  sharesOutstanding,
  corporateActions: true,
  universe: true,
  // By plan: the free one covers two years.
  since: null,
  requestsPerMinute,
  keySetting: POLYGON_KEY,
});

/** The same for the same question: an ingestion that was ended goes on where it was. */
const printOf = ({ tickers, from, to }: PolygonOptions): string =>
  createHash("sha256")
    .update(JSON.stringify([tickers ?? null, isoDay(from), isoDay(to)]))
    .digest("hex")
    .slice(0, 32);
