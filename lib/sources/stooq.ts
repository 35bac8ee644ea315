/**
 * Daily bars of US stocks from Stooq, to be compared and not to be stored. Its prices are adjusted for splits and for
 * dividends up to the day of the download and it gives neither list, so a close as traded cannot be had from it: the
 * source of a market refuses to be made. Against closes as traded its own agree from the last dividend on; before, they
 * are lower by what was paid since, so it serves for names that pay none, and for recent days.
 *
 * Without a key it lets some hundred requests a day pass. Since 2026 it may ask for a key, or answer with a riddle for
 * browsers; both are told for what they are.
 */
import { AppError } from "../errors.ts";
import type { MarketSource, SourceCapabilities, SourceFailure } from "../ports.ts";
import { dayKey, isIsoDay } from "../time.ts";
import { numberOf } from "./numbers.ts";
import { BySymbol } from "./vendor/by-symbol.ts";
import { csvAnswer } from "./vendor/csv-answer.ts";
import { wrongAnswer } from "./vendor/errors.ts";
import { HeldRows } from "./vendor/held-rows.ts";
import { type Notice, noticeAware } from "./vendor/notices.ts";
import { type SymbolList, symbolsOf } from "./vendor/symbol-list.ts";
import { type VendorClient, type VendorWorld, vendorClient } from "./vendor-client.ts";

const VENDOR = "stooq";
export const STOOQ_KEY = "STOOQ_API_KEY";
const BASE_URL = "https://stooq.com";
const REQUESTS_PER_MINUTE = 30;
const DAY_SECONDS = 86_400;
const COLUMNS = ["Date", "Open", "High", "Low", "Close", "Volume"];

export type StooqOptions = Readonly<{
  tickers: readonly string[] | undefined;
  /** First and last day, YYYYMMDD. */
  from: number;
  to: number;
  key?: string | undefined;
  baseUrl?: string;
}>;

/** What the vendor could serve as, if its closes were as traded. */
export const STOOQ_CAPABILITIES: SourceCapabilities = {
  dailyBars: false,
  marketCap: false,
  sharesOutstanding: false,
  corporateActions: false,
  universe: false,
  since: null,
  requestsPerMinute: REQUESTS_PER_MINUTE,
  keySetting: STOOQ_KEY,
};

/** @throws AppError BAD_REQUEST always, with the reason: see {@link stooqBars} */
export function stooq(_options: StooqOptions, _world: VendorWorld): MarketSource {
  throw new AppError(
    "BAD_REQUEST",
    "stooq cannot be ingested: its closes are adjusted for splits and dividends, a market holds closes as traded; compare with it by equipoise reconcile",
    { source: VENDOR },
  );
}

export type ComparedBars = Readonly<{
  /** From the beginning at each call; the vendor is asked once. */
  rows: MarketSource["rows"];
  failures: () => readonly SourceFailure[];
}>;

/**
 * Bars adjusted for splits and dividends, for reconciliation.
 *
 * @throws AppError BAD_REQUEST without tickers; reading throws DEPENDENCY_DOWN, VENDOR_REFUSED and VENDOR_ANSWER
 */
export function stooqBars(options: StooqOptions, world: VendorWorld): ComparedBars {
  const { tickers = [], key, baseUrl = BASE_URL } = options;
  if (tickers.length === 0) {
    throw new AppError("BAD_REQUEST", `${VENDOR} needs tickers: it is asked for one at a time`);
  }
  const client = vendorClient({
    vendor: VENDOR,
    baseUrl,
    requestsPerMinute: REQUESTS_PER_MINUTE,
    keySetting: STOOQ_KEY,
    ...(key && { secretQuery: { apikey: key } }),
    world: { ...world, fetch: noticeAware(world.fetch, noticeIn) },
  });
  const asking = new BySymbol();
  const symbols = symbolsOf(tickers, stooqSymbol);
  for (const { ticker, detail } of symbols.faults) asking.note(ticker, "BAD_TICKER", detail);
  let loading: Promise<HeldRows> | undefined;
  return {
    async *rows(reject) {
      loading ??= load(client, asking, symbols, options);
      yield* (await loading).batches(VENDOR, reject);
    },
    failures: () => asking.failures,
  };
}

async function load(
  client: VendorClient,
  asking: BySymbol,
  { tickers }: SymbolList,
  { from, to }: StooqOptions,
): Promise<HeldRows> {
  const rows = new HeldRows();
  for (const [symbol, ticker] of tickers) {
    await asking.ask(ticker, async () => {
      const query = { s: symbol, d1: from, d2: to, i: "d" };
      const bars = barsOf(await client.text({ path: "/q/d/l/", query }), ticker);
      for (const bar of bars) rows.add(bar);
    });
  }
  asking.demandAnAnswer();
  return rows;
}

function barsOf(text: string, ticker: string) {
  const asked = { vendor: VENDOR, operation: `GET /q/d/l/ of ${ticker}` };
  if (/^\s*</.test(text)) {
    throw wrongAnswer(asked, "expected a table, was a page for browsers; it wants proof of one");
  }
  return csvAnswer(text, COLUMNS, asked).map(([day = "", ...figures], at) => {
    if (!isIsoDay(day)) throw wrongAnswer(asked, `row ${at + 1}: no day`);
    const [open, high, low, close, volume] = figures.map(numberOf);
    return {
      date: dayKey(day),
      ticker,
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume: volume!,
      marketCap: Number.NaN,
    };
  });
}

/** "brk-b.us" for BRK/B and BRK.B. */
export function stooqSymbol(ticker: string): string | undefined {
  const symbol = ticker.toLowerCase().replace(/[./]([a-z])$/, "-$1");
  return /^[a-z0-9-]+$/.test(symbol) ? `${symbol}.us` : undefined;
}

const SENTENCES: readonly (readonly [RegExp, Omit<Notice, "said">])[] = [
  [/^no data/i, { status: 404 }],
  [/exceeded the daily hits limit/i, { status: 429, retryAfterSeconds: DAY_SECONDS }],
  [/^get your apikey/i, { status: 401 }],
];

function noticeIn(text: string): Notice | undefined {
  const said = text.trim();
  const kind = SENTENCES.find(([words]) => words.test(said));
  return kind && { ...kind[1], said };
}
