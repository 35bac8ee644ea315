/** What the index endpoints answer. */
import * as z from "zod";
import { UNITS } from "../../index/body.ts";
import { SHEETS } from "../index.ts";
import {
  count,
  datasetVersion,
  days,
  fraction,
  indexName,
  instant,
  isoDay,
  marketFacts,
  metaOf,
  named,
  ordinal,
  tickerText,
  usd,
  version,
  warning,
} from "./common.ts";
import { summary } from "./statistics.ts";

const meta = named("IndexMeta", metaOf(UNITS, warning));
const index = indexName.describe("Id of the index.");
const name = z.string().nullable().describe("Of the security; null when no record names it.");
const level = z.number().min(0).describe("Index points.");
const dailyReturn = fraction
  .nullable()
  .describe("Fraction of the close before; null on the base day.");
const cumulativeReturn = fraction.describe(
  "Relative to the close before the first day shown, or to the base level on the base day.",
);
const effectiveDate = isoDay.describe("The next session: the first one the members earn.");

export const parameters = named(
  "IndexParameters",
  z
    .strictObject({
      size: ordinal.describe("Members held, largest market cap first."),
      base_value: z.number().describe("Level on the first built day, index points."),
      rebalance: z.enum(["daily", "on_change", "monthly", "quarterly"]),
      return_type: z.enum(["price", "total"]),
      one_per_issuer: z
        .boolean()
        .describe("Whether of several share classes of a company only one may enter."),
      max_stale_days: count.describe("Sessions for which a name without a price is carried."),
      notional_per_constituent: usd.describe("USD of each member at a rebalance."),
      universe: z.strictObject({
        countries: z.array(z.string()),
        security_types: z.array(
          z.enum([
            "common",
            "adr",
            "preferred_or_debt",
            "unit_warrant_right",
            "fund",
            "when_issued",
          ]),
        ),
      }),
    })
    .describe("The rules of an index, with every default filled in."),
);

export const buildAnswer = named(
  "BuildAnswer",
  z.strictObject({
    index,
    start_date: isoDay.describe("First session of the range."),
    end_date: isoDay.describe("Last session of the range."),
    trading_days: ordinal.describe("Built sessions in the range."),
    constituents: count.describe("Members on the last day."),
    changes: count.describe("Days on which membership changed."),
    entries: count.describe("Names that entered."),
    final_level: level.describe("Level on the last day, index points."),
    cumulative_return: cumulativeReturn,
    days_built: count.describe("Sessions that had to be worked out; 0 when all stood already."),
    build_ms: count.describe("Milliseconds it took."),
    version: version.describe("The dataset version of the built range."),
    meta,
  }),
);

export const performanceDay = named(
  "PerformanceDay",
  z.strictObject({
    date: isoDay,
    level,
    daily_return: dailyReturn,
    cumulative_return: cumulativeReturn,
    turnover: z
      .number()
      .min(0)
      .nullable()
      .describe("Fraction traded at the close, one way; null on the base day."),
    constituents: count.describe("Members after the close."),
    divisor: z.number().nullable().describe("USD of the index for one index point."),
    net_level: z
      .number()
      .optional()
      .describe("Level after costs, index points; only where `cost_bps` is above 0."),
  }),
);

const benchmark = named(
  "Benchmark",
  z
    .strictObject({
      name: z.literal("cap_weighted"),
      tracking_error_annual: fraction.nullable(),
      beta: z.number().nullable(),
      information_ratio_annual: z.number().nullable(),
      summary,
      days: z.array(
        z.strictObject({
          date: isoDay,
          level,
          daily_return: dailyReturn,
          cumulative_return: cumulativeReturn,
        }),
      ),
    })
    .describe("The same members weighted by market cap, and the index measured against them."),
);

export const performanceAnswer = named(
  "PerformanceAnswer",
  z.strictObject({
    index,
    days: z.array(performanceDay).describe("One entry for each built session of the range."),
    summary,
    benchmark: benchmark.optional().describe("Only with `benchmark=cap_weighted`."),
    meta,
  }),
);

export const compositionAnswer = named(
  "CompositionAnswer",
  z.strictObject({
    index,
    date: isoDay.describe("The session at whose close the members were chosen."),
    effective_date: effectiveDate,
    constituents: z.array(
      z.strictObject({
        rank: ordinal.describe("Among the members, by market cap."),
        ticker: tickerText,
        name,
        market_cap: usd.nullable().describe("USD; null when none was delivered that day."),
        weight: fraction.describe("After the close; all sum to 1."),
        notional: usd.describe("`notional_per_constituent` x members x weight, USD."),
        index_shares: z.number().describe("`notional / price`."),
        price: usd.describe("USD."),
        price_date: isoDay.describe("The session the price is of."),
        stale: z.boolean().describe("Whether the price is older than the day."),
      }),
    ),
    reserve: z
      .array(
        z.strictObject({
          rank: ordinal.describe("Among all eligible names of the day."),
          ticker: tickerText,
          name,
          market_cap: usd.describe("USD."),
        }),
      )
      .describe("The next names in rank, as many as `reserve` asks for; empty without it."),
    meta,
  }),
);

const change = (reasons: readonly string[]) =>
  z.strictObject({
    ticker: tickerText,
    rank: ordinal
      .nullable()
      .describe("Among all eligible names of the day; null when not eligible."),
    previous_rank: ordinal.nullable().describe("The same on the day before."),
    market_cap: usd.nullable().describe("USD."),
    reason: z.enum(reasons).describe("The first that holds."),
  });

export const changesAnswer = named(
  "ChangesAnswer",
  z.strictObject({
    index,
    changes: z
      .array(
        z.strictObject({
          date: isoDay,
          effective_date: effectiveDate,
          entered: z.array(change(["new_listing", "returned", "eligible", "rank"])),
          exited: z.array(change(["delisted", "stale", "cap_missing", "ineligible", "rank"])),
        }),
      )
      .describe("Only the days with a change."),
    totals: z.strictObject({
      days: count.describe("Days with a change."),
      entered: count,
      exited: count,
    }),
    meta,
  }),
);

export const exportAnswer = named(
  "ExportAnswer",
  z.strictObject({
    url: z.url().describe("Anybody who has it can download until it expires."),
    expires_at: instant,
    bytes: ordinal.describe("Size of the file."),
    sheets: z.array(z.enum(SHEETS)),
    filename: z
      .string()
      .regex(/\.xlsx$/)
      .describe("The name a browser saves it under."),
    dataset_version: datasetVersion,
  }),
);

const indexShape = {
  id: index,
  parameters,
  built: days.describe("The days it is built for."),
  market: marketFacts,
};
const storeVersion = version.describe("Of the dataset `index`.");

export const indicesAnswer = named(
  "IndicesAnswer",
  z.strictObject({
    indices: z.array(z.strictObject(indexShape)),
    dataset_version: storeVersion,
  }),
);

export const oneIndexAnswer = named(
  "IndexAnswer",
  z.strictObject({ ...indexShape, dataset_version: storeVersion }),
);

export const membersAnswer = named(
  "MembersAnswer",
  z.strictObject({
    index,
    ticker: tickerText.describe("The last one it was a member under."),
    name,
    member_days: ordinal.describe("Sessions on which it was a member."),
    spells: z.array(
      z.strictObject({
        from: isoDay.describe("First session of membership."),
        to: isoDay.nullable().describe("Last one; null while it is still a member."),
        days: ordinal.describe("Sessions."),
        ticker: tickerText,
        best_rank: ordinal,
        worst_rank: ordinal,
      }),
    ),
    meta,
  }),
);

export const attributionAnswer = named(
  "AttributionAnswer",
  z.strictObject({
    index,
    date: isoDay,
    previous_date: isoDay
      .nullable()
      .describe("The close at which the members were chosen; null on the base day."),
    daily_return: dailyReturn,
    contributions: z
      .array(
        z.strictObject({
          ticker: tickerText,
          name,
          weight: fraction.describe("After the close before."),
          daily_return: fraction,
          contribution: fraction.describe("Weight x return; all sum to the day's return."),
          stale: z.boolean().describe("Whether its price is older than the day."),
          delisted: z.boolean().describe("Whether a delisting took effect on the day."),
        }),
      )
      .describe("From best to worst."),
    meta,
  }),
);
