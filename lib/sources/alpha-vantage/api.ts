/**
 * The functions of Alpha Vantage that are asked, and the shapes of their answers as far as they are read.
 *
 * @see https://www.alphavantage.co/documentation/
 */
import * as z from "zod";
import { dayKey, isIsoDay } from "../../time.ts";
import { numberOf } from "../numbers.ts";
import { answerOf } from "../vendor/answer.ts";
import { csvAnswer } from "../vendor/csv-answer.ts";
import { wrongAnswer } from "../vendor/errors.ts";
import type { VendorClient } from "../vendor-client.ts";

export const VENDOR = "alpha-vantage";
export const BASE_URL = "https://www.alphavantage.co";

const entries = <Entry extends z.ZodRawShape>(entry: Entry) =>
  z.object({ data: z.array(z.object(entry)) });
/** Numbers come as text, and what is missing as "None", "null" or "-". */
const figure = z.union([z.string(), z.number()]).nullish();
const splitsSchema = entries({ effective_date: z.string(), split_factor: figure });
const dividendsSchema = entries({ ex_dividend_date: z.string(), amount: figure });
const sharesSchema = entries({ date: z.string(), shares_outstanding_basic: figure });
const text = z.string().nullish();
/** All members are missing for what is no company, such as a fund. */
const overviewSchema = z.object({
  AssetType: text,
  CIK: text,
  Country: text,
  Currency: text,
  FiscalYearEnd: text,
  SharesOutstanding: figure,
});

export type Overview = z.output<typeof overviewSchema>;
export type Bar = Readonly<{
  date: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}>;
export type Listing = Readonly<{
  symbol: string;
  name: string;
  exchange: string;
  assetType: string;
  /** 0 = not said. */
  listed: number;
  delisted: number;
}>;
/** A figure of a day; those without a day or a number above 0 are left out. */
export type Dated = Readonly<{ date: number; value: number }>;
/** The last 100 sessions, or all there are. */
export type OutputSize = "compact" | "full";

/** Each throws what a {@link VendorClient} throws; an unknown symbol is VENDOR_ANSWER with status 404. */
export class AlphaVantageApi {
  readonly #client: VendorClient;

  constructor(client: VendorClient) {
    this.#client = client;
  }

  /** As traded. */
  async daily(symbol: string, outputsize: OutputSize): Promise<Bar[]> {
    const columns = ["timestamp", "open", "high", "low", "close", "volume"];
    const query = { symbol, outputsize, datatype: "csv" };
    const rows = await this.#table("TIME_SERIES_DAILY", columns, query);
    return rows.map(([day = "", ...figures], at) => {
      const date = dayOf(day);
      if (date === 0) throw wrongAnswer(asked("TIME_SERIES_DAILY"), `row ${at + 1}: no day`);
      const [open, high, low, close, volume] = figures.map(numberOf);
      return { date, open: open!, high: high!, low: low!, close: close!, volume: volume! };
    });
  }

  async splits(symbol: string): Promise<Dated[]> {
    const { data } = await this.#one("SPLITS", splitsSchema, symbol);
    return dated(data.map((entry) => [entry.effective_date, entry.split_factor]));
  }

  async dividends(symbol: string): Promise<Dated[]> {
    const { data } = await this.#one("DIVIDENDS", dividendsSchema, symbol);
    return dated(data.map((entry) => [entry.ex_dividend_date, entry.amount]));
  }

  async shares(symbol: string): Promise<Dated[]> {
    const { data } = await this.#one("SHARES_OUTSTANDING", sharesSchema, symbol);
    return dated(data.map((entry) => [entry.date, entry.shares_outstanding_basic]));
  }

  overview(symbol: string): Promise<Overview> {
    return this.#one("OVERVIEW", overviewSchema, symbol);
  }

  /** Of the whole market, as of today. */
  async listings(state: "active" | "delisted"): Promise<Listing[]> {
    const columns = ["symbol", "name", "exchange", "assetType", "ipoDate", "delistingDate"];
    const rows = await this.#table("LISTING_STATUS", columns, { state });
    return rows.map((row) => {
      const [symbol = "", name = "", exchange = "", assetType = "", ipo = "", gone = ""] = row;
      return { symbol, name, exchange, assetType, listed: dayOf(ipo), delisted: dayOf(gone) };
    });
  }

  async #one<Schema extends z.ZodType>(name: string, schema: Schema, symbol: string) {
    const answer = await this.#client.json({ path: "/query", query: { function: name, symbol } });
    return answerOf(schema, answer, asked(name));
  }

  async #table(
    name: string,
    columns: readonly string[],
    query: Readonly<Record<string, string>>,
  ): Promise<string[][]> {
    const table = await this.#client.text({ path: "/query", query: { function: name, ...query } });
    return csvAnswer(table, columns, asked(name));
  }
}

const asked = (name: string) => ({ vendor: VENDOR, operation: name });
const dayOf = (iso: string): number => (isIsoDay(iso) ? dayKey(iso) : 0);

/** Ascending, one a day. */
function dated(pairs: readonly (readonly [string, string | number | null | undefined])[]): Dated[] {
  const byDay = new Map<number, number>();
  for (const [day, told] of pairs) {
    const value = Number(told ?? Number.NaN);
    if (isIsoDay(day) && value > 0 && Number.isFinite(value)) byDay.set(dayKey(day), value);
  }
  return [...byDay].map(([date, value]) => ({ date, value })).sort((a, b) => a.date - b.date);
}
