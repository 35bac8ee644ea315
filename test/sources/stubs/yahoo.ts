/**
 * Yahoo Finance on this machine, all its hosts in one. Shapes after the types and fixtures of yahoo-finance2 (modules
 * chart, quote, quoteSummary, fundamentalsTimeSeries and getCrumb of https://github.com/gadicc/yahoo-finance2); all
 * numbers are made by hand.
 */
import { type StubAnswer, type StubRequest, type VendorStub, vendorStub } from "./vendor-stub.ts";

export type YahooPlan = Readonly<{
  /** By Yahoo's symbol. A symbol that is not here is one that Yahoo does not know. */
  charts: Readonly<Record<string, StubChart>>;
  quotes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** By symbol: [balance date, shares] of each report. */
  quarterly?: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  annual?: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  countries?: Readonly<Record<string, string>>;
  /** Answers in the place of the usual one, when it gives any. */
  instead?: (request: StubRequest) => StubAnswer | undefined;
}>;

export type StubChart = Readonly<{
  currency?: string;
  /** [day, open, high, low, close, volume] as Yahoo restates them. */
  bars: readonly (readonly [string, ...(number | null)[]])[];
  /** [day, numerator, denominator]. */
  splits?: readonly (readonly [string, number, number])[];
  dividends?: readonly (readonly [string, number])[];
  /** The session that is open or next, as seconds. */
  regular?: Readonly<{ start: number; end: number }>;
}>;

/** 09:30 in New York in winter. */
export const openingSeconds = (day: string): number => Date.parse(`${day}T14:30:00Z`) / 1000;

const CRUMB = "Ab/cD1";

export function yahooStub(plan: YahooPlan): Promise<VendorStub> {
  return vendorStub((request) => plan.instead?.(request) ?? usual(plan, request));
}

function usual(plan: YahooPlan, { path, query }: StubRequest): StubAnswer {
  if (path.startsWith("/quote/")) {
    const cookie = "A3=d=stub; Max-Age=31557600; Domain=.yahoo.com; Path=/; Secure";
    return { text: "<html></html>", headers: { "set-cookie": cookie } };
  }
  if (path === "/v1/test/getcrumb") return { text: CRUMB };
  const symbol = decodeURIComponent(path.split("/").at(-1)!);
  if (path.startsWith("/v8/finance/chart/")) return chart(symbol, plan.charts[symbol], query);
  if (path.includes("/timeseries/")) return reports(plan, symbol, query.type ?? "");
  if (query.crumb !== CRUMB) return failure("finance", 401, "Unauthorized", "Invalid Crumb");
  if (path === "/v7/finance/quote") return quotes(plan, (query.symbols ?? "").split(","));
  if (path.startsWith("/v10/finance/quoteSummary/")) return profile(plan.countries?.[symbol]);
  return failure("finance", 404, "Not Found", `no ${path}`);
}

export const failure = (
  root: string,
  status: number,
  code: string,
  description: string,
): StubAnswer => ({ status, json: { [root]: { result: null, error: { code, description } } } });

function chart(symbol: string, known: StubChart | undefined, query: StubRequest["query"]) {
  if (!known) {
    return failure("chart", 404, "Not Found", "No data found, symbol may be delisted");
  }
  const isAsked = (day: string) =>
    openingSeconds(day) >= Number(query.period1) && openingSeconds(day) <= Number(query.period2);
  const bars = known.bars.filter(([day]) => isAsked(day));
  const column = (at: number) => bars.map((bar) => bar[at] ?? null);
  const regular = known.regular ?? { start: 0, end: 1 };
  const period = { timezone: "EST", gmtoffset: -18000, ...regular };
  const result = {
    meta: {
      currency: known.currency ?? "USD",
      symbol,
      exchangeName: "NMS",
      instrumentType: "EQUITY",
      firstTradeDate: 345479400,
      regularMarketTime: 1704229201,
      gmtoffset: -18000,
      timezone: "EST",
      exchangeTimezoneName: "America/New_York",
      regularMarketPrice: 1,
      priceHint: 2,
      currentTradingPeriod: { pre: period, regular: period, post: period },
      dataGranularity: "1d",
      range: "",
      validRanges: ["1d", "max"],
    },
    ...(bars.length > 0 && { timestamp: bars.map(([day]) => openingSeconds(day)) }),
    events: {
      ...(known.dividends && {
        dividends: entries(known.dividends, ([, amount]) => ({ amount }), isAsked),
      }),
      ...(known.splits && {
        splits: entries(
          known.splits,
          ([, n, d]) => ({ numerator: n, denominator: d, splitRatio: `${n}:${d}` }),
          isAsked,
        ),
      }),
    },
    indicators: {
      quote: [
        bars.length === 0
          ? {}
          : {
              open: column(1),
              high: column(2),
              low: column(3),
              close: column(4),
              volume: column(5),
            },
      ],
    },
  };
  return { json: { chart: { result: [result], error: null } } };
}

function entries<Event extends readonly [string, ...number[]]>(
  events: readonly Event[],
  body: (event: Event) => object,
  isAsked: (day: string) => boolean,
) {
  return Object.fromEntries(
    events
      .filter(([day]) => isAsked(day))
      .map((event) => [
        String(openingSeconds(event[0])),
        { ...body(event), date: openingSeconds(event[0]) },
      ]),
  );
}

function quotes({ quotes: known = {} }: YahooPlan, symbols: readonly string[]): StubAnswer {
  const result = symbols
    .filter((symbol) => known[symbol])
    .map((symbol) => ({
      language: "en-US",
      region: "US",
      quoteType: "EQUITY",
      triggerable: true,
      marketState: "CLOSED",
      tradeable: false,
      exchange: "NMS",
      exchangeTimezoneName: "America/New_York",
      symbol,
      ...known[symbol],
    }));
  return { json: { quoteResponse: { result, error: null } } };
}

const profile = (country: string | undefined): StubAnswer =>
  country === undefined
    ? failure("quoteSummary", 404, "Not Found", "No fundamentals data found for symbol")
    : {
        json: {
          quoteSummary: { result: [{ assetProfile: { country, maxAge: 86400 } }], error: null },
        },
      };

function reports(plan: YahooPlan, symbol: string, types: string): StubAnswer {
  const kind = types.startsWith("annual") ? "annual" : "quarterly";
  const name = `${kind}OrdinarySharesNumber`;
  const known = plan[kind]?.[symbol] ?? [];
  const values = known.map(([asOfDate, raw]) => ({
    dataId: 23142,
    asOfDate,
    periodType: kind === "annual" ? "12M" : "3M",
    currencyCode: "USD",
    reportedValue: { raw, fmt: String(raw) },
  }));
  const timestamp = known.map(([day]) => Date.parse(`${day}T00:00:00Z`) / 1000);
  const meta = { symbol: [symbol], type: [name] };
  const result = [
    { meta: { symbol: [symbol], type: [`${kind}NetDebt`] } },
    ...(known.length > 0 ? [{ meta, timestamp, [name]: values }] : []),
  ];
  return { json: { timeseries: { result, error: null } } };
}
