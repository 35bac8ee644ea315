/** What the endpoint about the securities of a day answers. */
import * as z from "zod";
import { count, datasetVersion, isoDay, named, tickerText, warning } from "./common.ts";

const member = named(
  "UniverseMember",
  z.strictObject({
    ticker: tickerText.describe("On the day."),
    security: z
      .string()
      .min(1)
      .describe(
        "Its first ticker, with the day it began (`@YYYYMMDD`) where others had it before; no rename changes it.",
      ),
    from: isoDay.nullable().describe("First day of membership; null when nobody says it."),
    to: isoDay.nullable().describe("Last day of membership; null while it is listed."),
    ending: z
      .enum(["listed", "delisted", "ended"])
      .describe("`delisted`: an action said so. `ended`: no price and no record any more."),
    first_priced: isoDay.nullable().describe("Null when no price of it was ever stored."),
    last_priced: isoDay.nullable().describe("Null when no price of it was ever stored."),
  }),
);

export const universeAnswer = named(
  "UniverseAnswer",
  z.strictObject({
    date: isoDay,
    total: count.describe("Members on the day that fit the request, on all pages."),
    members: z.array(member).describe("By ticker."),
    next: z.string().nullable().describe("`cursor` of the next page; null on the last one."),
    meta: z.strictObject({
      dataset_version: datasetVersion,
      as_of: isoDay.describe("The last stored session; `to` and `ending` are what is known then."),
      point_in_time: z
        .boolean()
        .describe("Whether the source says of each figure only what was known on its day."),
      warnings: z.array(warning),
    }),
  }),
);
