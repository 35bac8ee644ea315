/**
 * The endpoints of Polygon (since 2025: Massive) that are asked, and the shapes of their answers as far as they are read.
 *
 * @see https://massive.com/docs/rest/stocks
 */
import * as z from "zod";
import { isoDay } from "../../time.ts";
import { answerOf } from "../vendor/answer.ts";
import { type Asked, wrongAnswer } from "../vendor/errors.ts";
import type { VendorClient, VendorRequest } from "../vendor-client.ts";

export const VENDOR = "polygon";
/** Both names of the company answer, and either may print the other in the address of a next page. */
const OFFICIAL = ["https://api.polygon.io", "https://api.massive.com"];
export const BASE_URL = OFFICIAL[1]!;
const PAGE_ROWS = 1000;
/** Some fifty times what the longest list needs. */
const PAGES_MAX = 2000;

const text = z.string().nullish();
const count = z.number().nullish();

const tickerSchema = z.object({
  ticker: z.string(),
  name: text,
  type: text,
  primary_exchange: text,
  cik: text,
  active: z.boolean().nullish(),
  /** "2018-01-02T05:00:00Z". */
  delisted_utc: text,
  composite_figi: text,
  share_class_figi: text,
});
const detailsSchema = tickerSchema.extend({
  list_date: text,
  address: z.object({ state: text }).nullish(),
  share_class_shares_outstanding: count,
  weighted_shares_outstanding: count,
});
const splitSchema = z.object({
  ticker: z.string(),
  execution_date: z.string(),
  split_from: z.number(),
  split_to: z.number(),
});
const dividendSchema = z.object({
  ticker: z.string(),
  ex_dividend_date: z.string(),
  cash_amount: z.number(),
  currency: text,
});
const eventSchema = z.object({
  type: z.string(),
  date: z.string(),
  ticker_change: z.object({ ticker: z.string() }).nullish(),
});

export type PolygonTicker = z.output<typeof tickerSchema>;
export type PolygonDetails = z.output<typeof detailsSchema>;
export type PolygonSplit = z.output<typeof splitSchema>;
export type PolygonDividend = z.output<typeof dividendSchema>;
export type PolygonEvent = z.output<typeof eventSchema>;

/** Rows are checked one by one when they are read. On a day without any the member is left out. */
const groupedSchema = z.object({
  adjusted: z.boolean().nullish(),
  results: z.array(z.record(z.string(), z.unknown())).nullish(),
});

/** Each throws what a {@link VendorClient} throws, and VENDOR_ANSWER for another shape than the documented one. */
export class PolygonApi {
  readonly #client: VendorClient;
  readonly #origins: readonly string[];

  constructor(client: VendorClient, baseUrl: string) {
    this.#client = client;
    const { origin } = new URL(baseUrl);
    this.#origins = OFFICIAL.includes(origin) ? OFFICIAL : [origin];
  }

  /** The bars of the whole market on one day, as traded. */
  async grouped(date: number): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const path = `/v2/aggs/grouped/locale/us/market/stocks/${isoDay(date)}`;
    const { adjusted, results } = await this.#one(groupedSchema, {
      path,
      query: { adjusted: "false" },
    });
    if (adjusted === true) {
      throw wrongAnswer(asked(path), "adjusted: expected prices as traded, was true");
    }
    return results ?? [];
  }

  /** @param date left out for what is known today */
  async details(ticker: string, date?: number): Promise<PolygonDetails> {
    const path = `/v3/reference/tickers/${encodeURIComponent(ticker)}`;
    const query = date === undefined ? {} : { date: isoDay(date) };
    const answer = await this.#one(z.object({ results: detailsSchema }), { path, query });
    return answer.results;
  }

  tickers(query: Readonly<Record<string, string>>): Promise<PolygonTicker[]> {
    return this.#pages(tickerSchema, "/v3/reference/tickers", {
      market: "stocks",
      sort: "ticker",
      order: "asc",
      ...query,
    });
  }

  splits(query: Readonly<Record<string, string>>): Promise<PolygonSplit[]> {
    const path = "/v3/reference/splits";
    return this.#pages(splitSchema, path, { sort: "execution_date", order: "asc", ...query });
  }

  dividends(query: Readonly<Record<string, string>>): Promise<PolygonDividend[]> {
    const path = "/v3/reference/dividends";
    return this.#pages(dividendSchema, path, { sort: "ex_dividend_date", order: "asc", ...query });
  }

  /** Which tickers a security has had, and since when. */
  async events(compositeFigi: string): Promise<PolygonEvent[]> {
    const path = `/vX/reference/tickers/${encodeURIComponent(compositeFigi)}/events`;
    const schema = z.object({ results: z.object({ events: z.array(eventSchema).nullish() }) });
    const { results } = await this.#one(schema, { path, query: { types: "ticker_change" } });
    return results.events ?? [];
  }

  async #one<Schema extends z.ZodType>(schema: Schema, request: VendorRequest) {
    return answerOf(schema, await this.#client.json(request), asked(request.path));
  }

  async #pages<Entry extends z.ZodType>(
    entry: Entry,
    path: string,
    query: Readonly<Record<string, string>>,
  ): Promise<z.output<Entry>[]> {
    const schema = z.object({ results: z.array(entry).nullish(), next_url: z.string().nullish() });
    const all: z.output<Entry>[] = [];
    const seen = new Set<string>();
    let request: VendorRequest = { path, query: { ...query, limit: PAGE_ROWS } };
    for (;;) {
      const page = await this.#one(schema, request);
      for (const one of page.results ?? []) all.push(one);
      if (!page.next_url) return all;
      if (seen.has(page.next_url) || seen.size === PAGES_MAX) {
        throw wrongAnswer(
          asked(path),
          `next_url: expected an end of the pages, was page ${seen.size + 2}`,
        );
      }
      seen.add(page.next_url);
      request = this.#nextOf(path, page.next_url);
    }
  }

  /** The next page, always asked of our own host: the key goes nowhere else. */
  #nextOf(path: string, nextUrl: string): VendorRequest {
    const next = URL.parse(nextUrl);
    if (next?.username !== "" || !this.#origins.includes(next.origin)) {
      const was = next ? next.origin : "no address";
      throw wrongAnswer(
        asked(path),
        `next_url: expected a page of ${this.#origins.join(" or ")}, was ${was}`,
      );
    }
    next.searchParams.delete("apiKey");
    return { path: next.pathname, query: Object.fromEntries(next.searchParams) };
  }
}

const asked = (path: string): Asked => ({ vendor: VENDOR, operation: `GET ${path}` });
