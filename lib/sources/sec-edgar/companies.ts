/** Who is behind a ticker: the two lists of companies the SEC keeps, both of today. */
import * as z from "zod";
import { answerOf } from "../vendor/answer.ts";
import { wrongAnswer } from "../vendor/errors.ts";

export const EXCHANGE_LIST = "/files/company_tickers_exchange.json";
export const PLAIN_LIST = "/files/company_tickers.json";

export type Company = Readonly<{
  /** As the SEC writes it: "BRK-B". */
  ticker: string;
  /** Ten digits. */
  cik: string;
  name: string;
  exchange: string | null;
}>;

const VENDOR = "sec-edgar";

const exchangeSchema = z.object({
  fields: z.array(z.string()),
  data: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
});

/** Rows of values, named once. @throws AppError VENDOR_ANSWER */
export function exchangeList(answer: unknown): Company[] {
  const asked = { vendor: VENDOR, operation: `GET ${EXCHANGE_LIST}` };
  const { fields, data } = answerOf(exchangeSchema, answer, asked);
  const [cik, name, ticker, exchange] = ["cik", "name", "ticker", "exchange"].map((field) => {
    const at = fields.indexOf(field);
    if (at < 0) throw wrongAnswer(asked, `fields: expected "${field}" among them`);
    return (row: (typeof data)[number]) => row[at] ?? null;
  }) as [Cell, Cell, Cell, Cell];
  return data
    .filter((row) => cik(row) !== null && ticker(row) !== null)
    .map((row) => ({
      ticker: String(ticker(row)),
      cik: cikOf(cik(row)),
      name: String(name(row) ?? ""),
      exchange: exchange(row) === null ? null : String(exchange(row)),
    }));
}

type Cell = (row: readonly (string | number | null)[]) => string | number | null;

const plainSchema = z.record(
  z.string(),
  z.object({ cik_str: z.union([z.string(), z.number()]), ticker: z.string(), title: z.string() }),
);

/** One object a ticker. @throws AppError VENDOR_ANSWER */
export const plainList = (answer: unknown): Company[] =>
  Object.values(
    answerOf(plainSchema, answer, { vendor: VENDOR, operation: `GET ${PLAIN_LIST}` }),
  ).map(({ cik_str: cik, ticker, title }) => ({
    ticker,
    cik: cikOf(cik),
    name: title,
    exchange: null,
  }));

export const cikOf = (cik: unknown): string => String(cik).padStart(10, "0");

/** BRK/B and BRK.B are the SEC's BRK-B. */
export const secTicker = (ticker: string): string =>
  ticker.trim().toUpperCase().replace(/[./]/g, "-");

/** Preferred stock, warrants, units and rights: "BAC-PK", "XYZ-WT". */
const OTHER_SUFFIX = /-(P[A-Z]?|WT|WS|WSA|WSB|UN?|RI?|RT)$/;
/** The fifth letter at Nasdaq: AGNCP is a preferred stock of AGNC. */
const OTHER_LETTER = /^[A-Z]{4}[GHIMNOPRUWZ]$/;

/** Whether a ticker is none of the company's common stock, as far as the tickers of the company show. */
export function isOtherSecurity(ticker: string, companyTickers: readonly string[]): boolean {
  if (OTHER_SUFFIX.test(ticker)) return true;
  return OTHER_LETTER.test(ticker) && companyTickers.includes(ticker.slice(0, 4));
}

/** The lines of a company whose tickers show that it has several: "BRK-A" and "BRK-B", "HEI" and "HEI-A". */
export function listedClasses(companyTickers: readonly string[]): string[] {
  const classes = companyTickers.filter((ticker) => /^[A-Z]+-[A-K]$/.test(ticker));
  const roots = new Set(classes.map((ticker) => ticker.split("-")[0]!));
  const lines = companyTickers.filter((ticker) => roots.has(ticker) || classes.includes(ticker));
  return lines.length > 1 ? lines : [];
}
