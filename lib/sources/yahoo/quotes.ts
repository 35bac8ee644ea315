/** What Yahoo says today of a security: its name, where and what it is, and its market cap. */
import * as z from "zod";
import type { SecurityRecord } from "../../ports.ts";
import { FIRST_DAY, LAST_DAY } from "../facts.ts";
import { answerOf } from "../vendor/answer.ts";
import { dayOfMs, instant, instantMs } from "./chart.ts";
import { VENDOR } from "./library.ts";

const text = z.string().nullish();
const quotesSchema = z.array(
  z.object({
    symbol: z.string(),
    quoteType: text,
    longName: text,
    shortName: text,
    exchange: text,
    fullExchangeName: text,
    marketCap: z.number().nullish(),
    regularMarketTime: instant.nullish(),
  }),
);
const profileSchema = z.object({ assetProfile: z.object({ country: text }).nullish() });

export type YahooQuote = z.output<typeof quotesSchema>[number];

/** Yahoo's codes of the exchanges of the United States. */
const EXCHANGES: Readonly<Record<string, string>> = {
  NMS: "NASDAQ",
  NGM: "NASDAQ",
  NCM: "NASDAQ",
  NYQ: "NYSE",
  ASE: "AMEX",
  PCX: "NYSE Arca",
  BTS: "Cboe BZX",
};
const FUNDS = new Set(["ETF", "MUTUALFUND"]);
const RECEIPT = /\b(ADR|ADS|american depositary)\b/i;

/** @throws AppError VENDOR_ANSWER */
export const quotesOf = (answer: unknown): YahooQuote[] =>
  answerOf(quotesSchema, answer, { vendor: VENDOR, operation: "quotes" });

/** The country of the company's head office, as Yahoo writes it. @throws AppError VENDOR_ANSWER */
export const countryOf = (answer: unknown, ticker: string): string | null => {
  const asked = { vendor: VENDOR, operation: `profile of ${ticker}` };
  return answerOf(profileSchema, answer, asked).assetProfile?.country || null;
};

/** The market cap and the session it is of; `undefined` when either is missing. */
export function capOf({ marketCap, regularMarketTime }: YahooQuote) {
  if (!(marketCap && marketCap > 0) || !regularMarketTime) return undefined;
  return { date: dayOfMs(instantMs(regularMarketTime)), value: marketCap };
}

/** As it is today, for all days: Yahoo keeps no history of it. */
export function securityOf(
  ticker: string,
  quote: YahooQuote,
  country: string | null,
): SecurityRecord {
  const { exchange, fullExchangeName, longName, shortName } = quote;
  return {
    ticker,
    validFrom: FIRST_DAY,
    validTo: LAST_DAY,
    exchange: (exchange && EXCHANGES[exchange]) || fullExchangeName || exchange || null,
    name: longName || shortName || null,
    country,
    securityType: securityTypeOf(quote),
    issuer: null,
    primaryLine: null,
  };
}

function securityTypeOf({ symbol, quoteType, longName, shortName }: YahooQuote): string | null {
  if (quoteType && FUNDS.has(quoteType)) return "fund";
  if (quoteType !== "EQUITY") return null;
  if (/-P[A-Z]?$/.test(symbol)) return "preferred_or_debt";
  if (/-(WT|UN|RI)[A-Z]?$/.test(symbol)) return "unit_warrant_right";
  return RECEIPT.test(`${longName} ${shortName}`) ? "adr" : "common";
}
