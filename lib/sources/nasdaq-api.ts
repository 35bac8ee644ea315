/**
 * The Nasdaq stock screener as it stands now: last price (not adjusted), net change, volume and market cap of every
 * stock listed at NASDAQ, NYSE and AMEX, one request each. Known of it, and what is done here:
 *
 * - It has no past: of the range asked for it gives the session of today, which is the New York day of the answer.
 * - Its prices are closes from the end of trading on. Before 16:00 in New York nothing is asked, nor on a closed day,
 *   when it would repeat the session before.
 * - It is no documented interface: the form of the answer is that of the screener's download button, as recorded in
 *   captures since 2021, and clients that do not look like a browser may be kept waiting.
 * - Names and countries are of today: they tell what a security is from this session on, and nothing of days before.
 */
import * as z from "zod";
import { AppError } from "../errors.ts";
import type { Capture, MarketSource, SeenListing, SourceCapabilities } from "../ports.ts";
import { isoDay } from "../time.ts";
import { newYorkDay } from "./new-york.ts";
import { isSymbol, type ScreenerSymbol, symbolRows } from "./screener-json.ts";
import { TickerTable, tickerOf } from "./tickers.ts";
import { answerOf } from "./vendor/answer.ts";
import { wrongAnswer } from "./vendor/errors.ts";
import { Failures } from "./vendor/failures.ts";
import { type VendorClient, type VendorWorld, vendorClient } from "./vendor-client.ts";

const VENDOR = "nasdaq-api";
const BASE_URL = "https://api.nasdaq.com";
const PATH = "/api/screener/stocks";
const EXCHANGES = ["nasdaq", "nyse", "amex"] as const;
const REQUESTS_PER_MINUTE = 30;
/** The whole list takes longer than a single quote. */
const TIMEOUT_MS = 60_000;
const CLOSE_HOUR = 16;
const HEADERS = {
  "User-Agent": "Mozilla/5.0 (compatible; equipoise)",
  Accept: "application/json",
  "Accept-Language": "en-US,en",
};

export type NasdaqApiOptions = Readonly<{
  /** `undefined` = every stock that is listed. */
  tickers: readonly string[] | undefined;
  /** First and last day, YYYYMMDD; today must be one of them. */
  from: number;
  to: number;
  /** The New York sessions of these days. */
  sessions: readonly number[];
  /** Whether an exchange that cannot be read is an error; otherwise it is told and the others stand. */
  isWhole?: boolean;
  baseUrl?: string;
}>;

type Answer = Readonly<{
  capture: Capture;
  /** Those that were asked for. */
  symbols: readonly ScreenerSymbol[];
  /** Everything the exchange lists. */
  listed: readonly ScreenerSymbol[];
}>;

const CAPABILITIES: SourceCapabilities = {
  dailyBars: true,
  marketCap: true,
  sharesOutstanding: false,
  corporateActions: false,
  universe: true,
  since: null,
  requestsPerMinute: REQUESTS_PER_MINUTE,
  keySetting: null,
};

/** @throws AppError BAD_REQUEST for a range without today, or for an empty list of tickers */
export function nasdaqApi(options: NasdaqApiOptions, world: VendorWorld): MarketSource {
  demandToday(options, world.nowMs());
  const now = new ScreenerNow(options, world);
  const tickers = new TickerTable();
  return {
    name: VENDOR,
    kind: "real",
    isPointInTime: true,
    capabilities: CAPABILITIES,
    facts: async () => {
      const answers = await now.answers();
      const captures = answers.map(({ capture }) => capture);
      const listings = answers.flatMap(listingsOf);
      return { securities: [], listings, actions: [], changes: [], captures, rejected: [] };
    },
    async *rows(reject) {
      for (const { capture, symbols } of await now.answers()) {
        const { session, exchange } = capture;
        const file = `${VENDOR} ${exchange} ${isoDay(session)}`;
        yield* symbolRows({ file, session, exchange, symbols }, { tickers, reject });
      }
    },
    totalUnits: EXCHANGES.length,
    doneUnits: () => now.done,
    failures: () => now.failures.list,
  };
}

function demandToday({ tickers, from, to }: NasdaqApiOptions, nowMs: number): void {
  const today = newYorkDay(nowMs);
  if (tickers?.length === 0) {
    throw new AppError("BAD_REQUEST", `${VENDOR} was asked for no ticker; leave them out for all`);
  }
  if (today >= from && today <= to) return;
  throw new AppError(
    "BAD_REQUEST",
    `${VENDOR} knows no day but today, ${isoDay(today)} in New York; asked for were ${isoDay(from)} to ${isoDay(to)}`,
    { source: VENDOR, today: isoDay(today) },
  );
}

/** What the exchanges answer, asked once. */
class ScreenerNow {
  /** All are asked of one server: when it is down for one of them, half a session would stand for all of it. */
  readonly failures = new Failures(1);
  done = 0;
  readonly #options: NasdaqApiOptions;
  readonly #world: VendorWorld;
  readonly #client: VendorClient;
  #answers: Promise<readonly Answer[]> | undefined;

  constructor(options: NasdaqApiOptions, world: VendorWorld) {
    this.#options = options;
    this.#world = world;
    this.#client = vendorClient({
      vendor: VENDOR,
      baseUrl: options.baseUrl ?? BASE_URL,
      requestsPerMinute: REQUESTS_PER_MINUTE,
      timeoutMs: TIMEOUT_MS,
      headers: HEADERS,
      world,
    });
  }

  /** @throws AppError DEPENDENCY_DOWN; VENDOR_REFUSED or VENDOR_ANSWER when no exchange gave anything */
  answers(): Promise<readonly Answer[]> {
    this.#answers ??= this.#load();
    return this.#answers;
  }

  async #load(): Promise<readonly Answer[]> {
    const { sessions, isWhole = false } = this.#options;
    const nowMs = this.#world.nowMs();
    const today = newYorkDay(nowMs);
    this.#tellOthers(sessions.filter((session) => session !== today));
    if (!sessions.includes(today)) {
      this.failures.note({ date: today }, "NON_SESSION", "the exchanges are closed today");
      return [];
    }
    if (newYorkHour(nowMs) < CLOSE_HOUR) {
      const detail = `trading goes on until ${CLOSE_HOUR}:00 in New York; there is no close yet`;
      this.failures.note({ date: today }, "SESSION_OPEN", detail);
      return [];
    }
    const answers: Answer[] = [];
    for (const exchange of EXCHANGES) {
      const ask = () => this.#ask(exchange);
      const answer = isWhole ? await ask() : await this.failures.attempt({ date: today }, ask);
      if (answer) answers.push(answer);
      this.done++;
    }
    this.failures.demandAnAnswer();
    return this.#wanted(answers);
  }

  async #ask(exchange: string): Promise<Answer> {
    try {
      const query = { tableonly: "true", download: "true", exchange: exchange.toUpperCase() };
      const symbols = symbolsIn(await this.#client.json({ path: PATH, query }), exchange);
      const nowMs = this.#world.nowMs();
      const capturedAt = new Date(nowMs).toISOString().replace(/\.\d+Z$/, "+00:00");
      const session = newYorkDay(nowMs);
      const capture = { session, exchange, capturedAt, rows: symbols.length };
      return { capture, symbols, listed: symbols };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message, details } = error;
      throw new AppError(code, `${message} (${exchange})`, details, { cause: error });
    }
  }

  #wanted(answers: readonly Answer[]): readonly Answer[] {
    const { tickers } = this.#options;
    if (!tickers) return answers;
    const missing = new Map(tickers.map((ticker) => [keyOf(ticker), ticker]));
    const asked = new Set(missing.keys());
    const wanted = answers.map(({ capture, symbols, listed }) => {
      const own = symbols.filter(({ symbol }) => asked.has(keyOf(symbol)));
      for (const { symbol } of own) missing.delete(keyOf(symbol));
      return { capture, symbols: own, listed };
    });
    for (const ticker of missing.values()) {
      this.failures.note({ ticker }, "UNKNOWN_TICKER", "no exchange that answered lists it today");
    }
    return wanted;
  }

  #tellOthers(others: readonly number[]): void {
    const [first] = others;
    if (first === undefined) return;
    const which = others.length === 1 ? "it is" : `${others.length} sessions from this one on are`;
    this.failures.note({ date: first }, "NO_HISTORY", `${which} not to be had: today alone is`);
  }
}

const schema = z.object({
  data: z.object({ rows: z.array(z.unknown()) }).nullish(),
  status: z
    .object({
      rCode: z.number(),
      bCodeMessage: z.array(z.object({ errorMessage: z.string().nullish() })).nullish(),
    })
    .nullish(),
});

/** @throws AppError VENDOR_ANSWER for another form, an error told with status 200, or an empty list */
function symbolsIn(answer: unknown, exchange: string): readonly ScreenerSymbol[] {
  const asked = { vendor: VENDOR, operation: `GET ${PATH}` };
  const { data, status } = answerOf(schema, answer, asked);
  const said = status?.bCodeMessage?.[0]?.errorMessage;
  if (!data) throw wrongAnswer(asked, `expected data.rows, was none${said ? ` ("${said}")` : ""}`);
  if (data.rows.length === 0) throw wrongAnswer(asked, `expected rows of ${exchange}, were none`);
  return data.rows.map((row, at) => {
    if (isSymbol(row)) return row;
    throw wrongAnswer(asked, `data.rows.${at}: expected symbol, lastsale, volume and marketCap`);
  });
}

/** BRK.B and BRK-B are the vendor's BRK/B. */
const keyOf = (symbol: unknown): string => String(symbol).trim().toUpperCase().replace(/[.-]/, "/");

function listingsOf({ capture, symbols, listed }: Answer): SeenListing[] {
  const wanted = new Set(symbols);
  return listed.flatMap((row) => {
    const ticker = tickerOf(String(row.symbol));
    if (ticker === undefined) return [];
    const { session: day, exchange } = capture;
    const [name, country] = [textOrNull(row.name), textOrNull(row.country)];
    return [{ ticker, day, exchange, name, country, isWanted: wanted.has(row) }];
  });
}

const textOrNull = (value: unknown): string | null =>
  (typeof value === "string" && value.trim()) || null;

const clock = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hour: "2-digit",
  hourCycle: "h23",
});

const newYorkHour = (utcMs: number): number => Number(clock.format(utcMs));
