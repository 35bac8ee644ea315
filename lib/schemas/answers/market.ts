/** What the market endpoints answer. */
import * as z from "zod";
import { ADJUSTMENTS } from "../../market/adjustment.ts";
import { DAILY_UNITS } from "../../market/daily-body.ts";
import { dividendLeftOut, isoDay, metaOf, named, tickerText, usd, warning } from "./common.ts";

const meta = named("DailyMeta", metaOf(DAILY_UNITS, z.union([warning, dividendLeftOut])));
const price = usd.nullable().describe("USD, as traded; null when nobody delivered it.");

const actionDays = {
  date: isoDay.describe("As announced."),
  effective_date: isoDay.describe("The first stored session that shows it."),
};

export const dailyAnswer = named(
  "DailyAnswer",
  z.strictObject({
    symbol: tickerText.describe("The ticker that was asked for."),
    adjusted: z.enum(ADJUSTMENTS).describe("What `adjusted_close` allows for."),
    tickers: z
      .array(
        z.strictObject({
          ticker: tickerText,
          from: isoDay.nullable().describe("First day; null when it was never another's before."),
          to: isoDay.nullable().describe("Last day; null while it is the security's."),
        }),
      )
      .describe("The tickers of the security, oldest first."),
    bars: z.array(
      z.strictObject({
        date: isoDay,
        ticker: tickerText,
        open: price,
        high: price,
        low: price,
        close: usd.describe("USD, as traded."),
        adjusted_close: usd.describe("USD, as it compares with the close of the range's last day."),
        volume: z.number().min(0).nullable().describe("Shares, as traded."),
        market_cap: z.number().min(0).nullable().describe("USD."),
      }),
    ),
    splits: z
      .array(
        z.strictObject({
          ...actionDays,
          kind: z.enum(["split", "spinoff"]),
          ratio: z.number().describe("New shares per old one; of a spin-off the price factor."),
        }),
      )
      .describe("Of the whole range."),
    dividends: z
      .array(z.strictObject({ ...actionDays, amount: usd.describe("USD per post-split share.") }))
      .describe("Of the whole range."),
    next: z.string().nullable().describe("`cursor` of the next page; null on the last one."),
    meta,
  }),
);
