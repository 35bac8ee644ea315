/** What the calls about portfolios answer. */
import * as z from "zod";
import {
  count,
  datasetVersion,
  indexName,
  instant,
  isoDay,
  named,
  ordinal,
  tickerText,
  usd,
} from "./common.ts";

const quantity = z.number().describe("Negative when sold short.");

export const position = named(
  "Position",
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("stock"),
      symbol: tickerText,
      quantity: quantity.describe("Shares; negative when sold short."),
    }),
    z.strictObject({
      kind: z.literal("option"),
      underlying: tickerText.describe("A symbol, or the id of an index."),
      option: z.enum(["call", "put"]),
      style: z.enum(["european", "american"]),
      strike: usd.describe("USD a share."),
      expiry: isoDay.describe("It expires at the close of this day in New York."),
      quantity: quantity.describe("Contracts; negative when sold short."),
      multiplier: z.number().describe("Shares of a contract."),
      implied_volatility: z.number().describe("Annual, a fraction."),
    }),
    z.strictObject({
      kind: z.literal("index"),
      index: indexName,
      quantity: quantity.describe(
        "Units, one of which is worth the index's level in USD; negative when sold short.",
      ),
    }),
  ]),
);

const summary = {
  id: indexName,
  owner: z.string().describe("Id of the key whose it is; `open` where no keys are asked for."),
  name: z.string(),
  revision: ordinal.describe("Rises by one when other content is written."),
  created_at: instant,
  updated_at: instant,
};

export const portfolioAnswer = named(
  "PortfolioAnswer",
  z.strictObject({
    ...summary,
    rate: z
      .number()
      .describe("Annual, continuously compounded, a fraction; options are valued with it."),
    dividend_yields: z
      .record(z.string(), z.number())
      .describe("By symbol or index, annual, continuously compounded, fractions."),
    positions: z.array(position).min(1),
    dataset_version: datasetVersion,
  }),
);

export const portfoliosAnswer = named(
  "PortfoliosAnswer",
  z.strictObject({
    portfolios: z.array(z.strictObject({ ...summary, positions: count.describe("How many.") })),
    next: z.string().nullable().describe("`cursor` of the next page; null on the last one."),
    dataset_version: datasetVersion,
  }),
);
