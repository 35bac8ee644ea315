/**
 * Polygon (Massive) as its documentation describes it, with an invented market: the shapes are those of
 * https://massive.com/docs/rest/stocks/aggregates/daily-market-summary, .../tickers/all-tickers,
 * .../tickers/ticker-overview, .../corporate-actions/splits, .../corporate-actions/dividends and
 * .../corporate-actions/ticker-events. Pages hold two entries, so that lists have several.
 */
import type { StubAnswer, StubRequest, VendorStub } from "./vendor-stub.ts";
import { vendorStub } from "./vendor-stub.ts";

type Entry = Readonly<Record<string, unknown>>;

export type PolygonMarket = Readonly<{
  /** Rows by session ("2024-03-01"); a day without any has no `results`, as the vendor answers it. */
  grouped?: Readonly<Record<string, readonly Entry[]>>;
  tickers?: readonly Entry[];
  /** By ticker: what it is on each day from that day on; "" is known from the beginning. */
  details?: Readonly<Record<string, Readonly<Record<string, Entry | null>>>>;
  splits?: readonly Entry[];
  dividends?: readonly Entry[];
  /** By composite FIGI. */
  events?: Readonly<Record<string, readonly Entry[]>>;
  /** Says something else than the market would. */
  instead?: (request: StubRequest) => StubAnswer | undefined;
}>;

export const POLYGON_TEST_KEY = "p0lyg0n-k3y";
const PAGE_ROWS = 2;

export async function polygonStub(market: PolygonMarket): Promise<VendorStub> {
  let url = "";
  const stub = await vendorStub((request) => {
    if (request.headers.authorization !== `Bearer ${POLYGON_TEST_KEY}`) {
      return { status: 401, json: { status: "ERROR", error: "Unknown API Key" } };
    }
    return market.instead?.(request) ?? answerOf(market, request, url);
  });
  url = stub.url;
  return stub;
}

/** A bar; open, high and low follow from the close. */
export const bar = (ticker: string, close: number, volume = 1000): Entry => ({
  T: ticker,
  v: volume,
  vw: close,
  o: close - 1,
  c: close,
  h: close + 1,
  l: close - 2,
  t: 1709326800000,
  n: 10,
});

export const listed = (ticker: string, more: Entry = {}): Entry => ({
  ticker,
  name: `${ticker} Inc.`,
  market: "stocks",
  locale: "us",
  primary_exchange: "XNYS",
  type: "CS",
  active: true,
  currency_name: "usd",
  last_updated_utc: "2024-03-01T00:00:00Z",
  ...more,
});

/** Paths that were asked, with the query but for what is always the same. */
export const askedOf = (stub: VendorStub): string[] =>
  stub.requests.map(({ path, query: { sort, order, market, limit, ...query } }) => {
    const rest = new URLSearchParams(query).toString();
    return rest ? `${path}?${rest}` : path;
  });

function answerOf(market: PolygonMarket, request: StubRequest, url: string): StubAnswer {
  const { path, query } = request;
  const last = path.split("/").at(-1)!;
  if (path.startsWith("/v2/aggs/grouped/locale/us/market/stocks/")) {
    return groupedAnswer(market.grouped?.[last]);
  }
  if (path === "/v3/reference/splits") {
    return pageOf(within(market.splits, "execution_date", query), request, url);
  }
  if (path === "/v3/reference/dividends") {
    return pageOf(within(market.dividends, "ex_dividend_date", query), request, url);
  }
  if (path === "/v3/reference/tickers") {
    const isActive = query.active === "true";
    const all = (market.tickers ?? []).filter(({ active }) => active === isActive);
    return pageOf(named(all, query), request, url);
  }
  if (path.startsWith("/vX/reference/tickers/")) {
    const figi = path.split("/").at(-2)!;
    const events = market.events?.[figi];
    return events ? ok({ results: { name: figi, composite_figi: figi, events } }) : NOT_FOUND;
  }
  const details = detailsOn(market.details?.[decodeURIComponent(last)] ?? {}, query.date);
  return details ? ok({ results: details }) : NOT_FOUND;
}

const NOT_FOUND: StubAnswer = {
  status: 404,
  json: { status: "NOT_FOUND", request_id: "1", message: "Ticker not found." },
};

const ok = (members: Entry): StubAnswer => ({
  json: { ...members, status: "OK", request_id: "1" },
});

const groupedAnswer = (rows: readonly Entry[] | undefined): StubAnswer =>
  ok({
    queryCount: rows?.length ?? 0,
    resultsCount: rows?.length ?? 0,
    adjusted: false,
    ...(rows && { results: rows }),
  });

function detailsOn(states: Readonly<Record<string, Entry | null>>, date = "9999-12-31") {
  const since = Object.keys(states).filter((day) => day <= date);
  return states[since.sort().at(-1) ?? "none"];
}

const named = (entries: readonly Entry[], { ticker }: StubRequest["query"]) =>
  entries.filter((entry) => ticker === undefined || entry.ticker === ticker);

function within(entries: readonly Entry[] = [], day: string, query: StubRequest["query"]) {
  const { [`${day}.gte`]: from = "", [`${day}.lte`]: to = "9999-12-31" } = query;
  return named(entries, query).filter(
    (entry) => String(entry[day]) >= from && String(entry[day]) <= to,
  );
}

/** The cursor of a real answer is opaque; this one is the whole query and where the page begins. */
function pageOf(entries: readonly Entry[], { path, query }: StubRequest, url: string): StubAnswer {
  const start = Number(query.cursor ?? 0);
  const next = start + PAGE_ROWS;
  const following = new URLSearchParams({ ...query, cursor: String(next) });
  return ok({
    results: entries.slice(start, next),
    ...(next < entries.length && { next_url: `${url}${path}?${following}` }),
  });
}
