/**
 * The four questions we ask of Yahoo, through yahoo-finance2, which knows its addresses, cookies and crumbs. Requests go
 * out through our own client; the library neither writes to the console nor looks for newer versions of itself, and
 * the shapes of its answers are for the caller to check. It is loaded when the first question is asked.
 */
import { AppError } from "../../errors.ts";
import { refused, statusOf, wrongAnswer } from "../vendor/errors.ts";
import { type VendorClient, type VendorWorld, vendorClient } from "../vendor-client.ts";

export const VENDOR = "yahoo";
/** It says nothing of limits; users who ask faster for long meet status 429 and 401. */
export const REQUESTS_PER_MINUTE = 120;
/** 429 comes in waves of a minute or two. */
const WAVE_SECONDS = 20;
const ATTEMPTS = 6;
const CRUMBS_MAX = 3;
const DETAIL_CHARACTERS = 200;
const HOST = "https://query2.finance.yahoo.com";
/** Whose answers are JSON. The others set cookies, whatever their status says. */
const API_PATH = /^\/(v\d+|ws)\//;

const CHART = {
  interval: "1d",
  events: "div|split",
  includePrePost: false,
  return: "object",
} as const;
const UNCHECKED = { validateResult: false } as const;

export type YahooReports = "quarterly" | "annual";

/** @throws AppError as {@link VendorClient}; VENDOR_ANSWER with Yahoo's words for a symbol it does not know (404) */
export type Yahoo = Readonly<{
  /** Daily bars, splits and dividends from a day on. */
  chart: (symbol: string, fromMs: number, toMs: number) => Promise<unknown>;
  quotes: (symbols: readonly string[]) => Promise<unknown>;
  /** Balance sheets, shares among them. */
  reports: (symbol: string, type: YahooReports, fromMs: number, toMs: number) => Promise<unknown>;
  profile: (symbol: string) => Promise<unknown>;
}>;

/** @param baseUrl where all of its hosts are found instead, for tests */
export function yahooLibrary(world: VendorWorld, baseUrl?: string): Yahoo {
  const session = new Session(
    vendorClient({
      vendor: VENDOR,
      baseUrl: baseUrl ?? HOST,
      requestsPerMinute: REQUESTS_PER_MINUTE,
      attempts: ATTEMPTS,
      world: { ...world, fetch: waveAware(world.fetch, baseUrl) },
    }),
  );
  const between = (fromMs: number, toMs: number) => ({
    period1: new Date(fromMs),
    period2: new Date(toMs),
  });
  return {
    chart: (symbol, fromMs, toMs) => {
      const options = { ...between(fromMs, toMs), ...CHART } as const;
      const path = encodeURIComponent(symbol);
      return session.ask(`chart of ${symbol}`, (library) =>
        library.chart(path, options, UNCHECKED),
      );
    },
    quotes: (symbols) => {
      const operation = `quotes of ${symbols.length} symbols`;
      return session.ask(operation, (library) => library.quote([...symbols], {}, UNCHECKED));
    },
    reports: (symbol, type, fromMs, toMs) => {
      const options = { ...between(fromMs, toMs), type, module: "balance-sheet" };
      const path = encodeURIComponent(symbol);
      return session.ask(`${type} reports of ${symbol}`, (library) =>
        library.fundamentalsTimeSeries(path, options, UNCHECKED),
      );
    },
    profile: (symbol) => {
      const path = encodeURIComponent(symbol);
      return session.ask(`profile of ${symbol}`, (library) =>
        library.quoteSummary(path, { modules: ["assetProfile"] }, UNCHECKED),
      );
    },
  };
}

/** One set of cookies and a crumb, renewed when Yahoo takes them no longer. */
class Session {
  readonly #client: VendorClient;
  #library: ReturnType<typeof newLibrary> | undefined;

  constructor(client: VendorClient) {
    this.#client = client;
  }

  async ask(
    operation: string,
    question: (library: Awaited<ReturnType<typeof newLibrary>>) => Promise<unknown>,
  ): Promise<unknown> {
    for (let crumb = 1; ; crumb++) {
      try {
        this.#library ??= newLibrary(this.#client);
        return await question(await this.#library);
      } catch (error) {
        if (statusOf(error) === 401 && crumb < CRUMBS_MAX) this.#library = undefined;
        else throw inOurWords(error, operation);
      }
    }
  }
}

async function newLibrary(client: VendorClient) {
  const [{ default: create }, { ExtendedCookieJar }, ...modules] = await Promise.all([
    import("yahoo-finance2/createYahooFinance"),
    import("yahoo-finance2/lib/cookieJar"),
    import("yahoo-finance2/modules/chart"),
    import("yahoo-finance2/modules/quote"),
    import("yahoo-finance2/modules/fundamentalsTimeSeries"),
    import("yahoo-finance2/modules/quoteSummary"),
  ]);
  const [chart, quote, fundamentalsTimeSeries, quoteSummary] = modules;
  const YahooFinance = create({
    modules: {
      chart: chart.default,
      quote: quote.default,
      fundamentalsTimeSeries: fundamentalsTimeSeries.default,
      quoteSummary: quoteSummary.default,
    },
  });
  const silent = () => {};
  return new YahooFinance({
    fetch: refusing(client.fetch),
    // Its own default is one jar for the whole process.
    cookieJar: new ExtendedCookieJar(),
    suppressNotices: ["yahooSurvey", "ripHistorical"],
    versionCheck: false,
    validation: { logErrors: false, logOptionsErrors: false },
    logger: { info: silent, warn: silent, error: silent, debug: silent, dir: silent },
  });
}

/** Answers that say no become errors here: the library prints the address of some of them. */
const refusing =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (response.ok || response.status < 400 || !API_PATH.test(pathname)) return response;
    const asked = { vendor: VENDOR, operation: `GET ${pathname}` };
    const said = saidIn(await response.text());
    const { status } = response;
    if (status === 401 || status === 403) throw refused(asked, status, undefined, said);
    throw wrongAnswer(asked, `status ${status}${said && ` ("${said}")`}`, { status });
  };

/** {"chart":{"result":null,"error":{"code":"Not Found","description":"..."}}} */
function saidIn(text: string): string {
  const described = /"description"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  return (described ?? text).replace(/\s+/g, " ").trim().slice(0, DETAIL_CHARACTERS);
}

/** Everything at another address, if there is one, and a pause where Yahoo only says that it is too much. */
const waveAware =
  (fetch: typeof globalThis.fetch, baseUrl: string | undefined): typeof globalThis.fetch =>
  async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const target = baseUrl ? new URL(`${url.pathname}${url.search}`, baseUrl) : url;
    const response = await fetch(target, init);
    if (response.status !== 429 || response.headers.has("retry-after")) return response;
    const headers = new Headers(response.headers);
    headers.set("retry-after", String(WAVE_SECONDS));
    return new Response(response.body, { status: response.status, headers });
  };

function inOurWords(error: unknown, operation: string): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return wrongAnswer({ vendor: VENDOR, operation }, message.slice(0, DETAIL_CHARACTERS));
}
