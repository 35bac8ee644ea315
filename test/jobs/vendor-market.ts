/**
 * One invented January as each vendor would tell it, on its stub: two companies, a 2:1 split and a dividend. What is
 * stored must not depend on who told it.
 */

import { type IngestSummary, ingest } from "../../lib/jobs/ingest.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { MarketSource } from "../../lib/ports.ts";
import { type VendorName, vendorSource, withShares } from "../../lib/sources/vendors.ts";
import { isoDay } from "../../lib/time.ts";
import { alphaVantageStub, KEY } from "../sources/stubs/alpha-vantage.ts";
import { bar, listed, POLYGON_TEST_KEY, polygonStub } from "../sources/stubs/polygon.ts";
import { CONTACT, edgarStub } from "../sources/stubs/sec-edgar.ts";
import {
  type StubAnswer,
  type StubRequest,
  type VendorStub,
  virtualWorld,
} from "../sources/stubs/vendor-stub.ts";
import { openingSeconds, yahooStub } from "../sources/stubs/yahoo.ts";
import type { Home } from "./home.ts";

/** Those with a history, which say the same. */
export const HISTORIES = ["yahoo", "polygon", "alpha-vantage"] as const;
export type History = (typeof HISTORIES)[number];

export const TICKERS = ["AAA", "BBB"] as const;
type Ticker = (typeof TICKERS)[number];
/** The stubs' world stands at 2024-03-01. */
export const RANGE = { from: 20240102, to: 20240131 };
export const SESSIONS = sessionsBetween(RANGE.from, RANGE.to);
export const SPLIT = { date: 20240117, ratio: 2 };
/** USD per share of its own day. */
export const DIVIDEND = { date: 20240110, value: 0.5 };

/** As traded: AAA halves with its split. */
export function closeOf(ticker: Ticker, date: number): number {
  const at = SESSIONS.indexOf(date);
  if (ticker === "BBB") return 50 + at / 2;
  return (100 + at) / (date < SPLIT.date ? 1 : SPLIT.ratio);
}

/** Answers in the place of the usual ones, for the faults of a test. */
export type Instead = (request: StubRequest) => StubAnswer | undefined;

/** Closed for good from its request number `n + 1` on. */
export const deadAfter =
  (n: number): Instead =>
  ({ count }) =>
    count > n ? { fault: "refuse" } : undefined;

/** Yahoo's figures are restated for the split, its dividend too. */
function yahooMarket(instead?: Instead): Promise<VendorStub> {
  const bars = (ticker: Ticker) =>
    SESSIONS.map((date) => {
      const factor = ticker === "AAA" && date < SPLIT.date ? SPLIT.ratio : 1;
      const close = closeOf(ticker, date) / factor;
      return [isoDay(date), close, close + 1, close - 1, close, 1000 * factor] as const;
    });
  const quote = (longName: string) => ({ quoteType: "EQUITY", exchange: "NMS", longName });
  // Today's cap tells on which basis the count of September is.
  const today = { regularMarketTime: openingSeconds("2024-02-29"), marketCap: 1800 * 60 };
  return yahooStub({
    charts: {
      AAA: {
        bars: bars("AAA"),
        splits: [[isoDay(SPLIT.date), SPLIT.ratio, 1]],
        dividends: [[isoDay(DIVIDEND.date), DIVIDEND.value / SPLIT.ratio]],
      },
      BBB: { bars: bars("BBB") },
    },
    quotes: { AAA: { ...quote("AAA"), ...today }, BBB: quote("BBB") },
    countries: { AAA: "United States", BBB: "United States" },
    quarterly: { AAA: [["2023-09-30", 1800]], BBB: [["2023-09-30", 500]] },
    ...(instead && { instead }),
  });
}

function polygonMarket(instead?: Instead): Promise<VendorStub> {
  const company = (ticker: string, shares: number) =>
    listed(ticker, {
      list_date: "2010-01-04",
      address: { state: "CA" },
      share_class_shares_outstanding: shares,
    });
  return polygonStub({
    grouped: Object.fromEntries(
      SESSIONS.map((date) => [isoDay(date), TICKERS.map((of) => bar(of, closeOf(of, date)))]),
    ),
    details: { AAA: { "": company("AAA", 900) }, BBB: { "": company("BBB", 500) } },
    splits: [
      { ticker: "AAA", execution_date: isoDay(SPLIT.date), split_from: 1, split_to: SPLIT.ratio },
    ],
    dividends: [
      { ticker: "AAA", ex_dividend_date: isoDay(DIVIDEND.date), cash_amount: DIVIDEND.value },
    ],
    ...(instead && { instead }),
  });
}

function alphaVantageMarket(instead?: Instead): Promise<VendorStub> {
  const daily = (ticker: Ticker) =>
    SESSIONS.map((date) => {
      const close = closeOf(ticker, date);
      return `${isoDay(date)},${close - 1},${close + 1},${close - 2},${close},1000`;
    }).reverse();
  const overview = { Country: "USA", FiscalYearEnd: "December" };
  return alphaVantageStub({
    daily: { AAA: daily("AAA"), BBB: daily("BBB") },
    splits: { AAA: [[isoDay(SPLIT.date), "2.0000"]] },
    dividends: { AAA: [[isoDay(DIVIDEND.date), String(DIVIDEND.value / SPLIT.ratio)]] },
    shares: { AAA: [["2023-09-30", "1800"]], BBB: [["2023-09-30", "500"]] },
    overview: { AAA: { ...overview, SharesOutstanding: "1800" }, BBB: overview },
    active: TICKERS.map((ticker) => `${ticker},${ticker},NYSE,Stock,2010-01-04,null,Active`),
    ...(instead && { instead }),
  });
}

/** AAA told 1000 shares in November and, after its split, 2100 on 24 January. */
const filings = () =>
  edgarStub({
    listed: [
      [1, "Alpha Inc.", "AAA", "Nasdaq"],
      [2, "Beta Corp", "BBB", "NYSE"],
    ],
    companies: {
      1: {
        dei: [
          ["2023-10-20", 1000, "2023-11-02"],
          ["2024-01-19", 2100, "2024-01-24", "10-K"],
        ],
      },
      2: { dei: [["2023-10-20", 500, "2023-11-02"]] },
    },
  });

const STUBS = { yahoo: yahooMarket, polygon: polygonMarket, "alpha-vantage": alphaVantageMarket };

export type Asking = Readonly<{
  shares?: "sec-edgar";
  sessions?: readonly number[];
  isWhole?: boolean;
  instead?: Instead | undefined;
}>;

let jobs = 0;
/** Through the gate, as a job of its own. */
export const load = (
  { images, objects }: Home,
  source: MarketSource,
  checkpointRows = 100_000,
): Promise<IngestSummary> =>
  ingest(
    { images, objects, nowMs: Date.now },
    {
      source,
      minDays: 1,
      isStrict: false,
      isGated: true,
      jobId: `vendor ${++jobs}`,
      checkpointRows,
    },
  );

/** A source as the command line makes it, on a stub that lives as long as the test. */
export async function vendor(
  name: History,
  { shares, sessions = SESSIONS, isWhole = false, instead }: Asking = {},
): Promise<Readonly<{ source: MarketSource; stub: VendorStub }>> {
  const stub = await STUBS[name](instead);
  const urls: Partial<Record<VendorName | "sec-edgar", string>> = { [name]: stub.url };
  if (shares) urls["sec-edgar"] = (await filings()).url;
  const access = {
    polygonKey: POLYGON_TEST_KEY,
    alphaVantageKey: KEY,
    secContact: CONTACT,
    urls,
  };
  const range = {
    tickers: TICKERS,
    from: sessions[0]!,
    to: sessions.at(-1)!,
    sessions,
    isWhole,
  };
  const world = virtualWorld();
  const source = await vendorSource(name, range, access, world);
  return { source: shares ? await withShares(source, range, access, world) : source, stub };
}
