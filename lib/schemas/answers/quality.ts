/** What the endpoints about the market's sessions, quality and ingestions answer. */
import * as z from "zod";
import {
  count,
  datasetVersion,
  days,
  instant,
  isoDay,
  marketFacts,
  named,
  ordinal,
  tickerText,
  version,
} from "./common.ts";

export const sessionsAnswer = named(
  "SessionsAnswer",
  z.strictObject({
    market: marketFacts.nullable().describe("Null before a market was loaded."),
    available: days.nullable().describe("First and last stored session; null before that."),
    sessions_total: count,
    missing: z
      .array(isoDay)
      .describe("New York sessions between the first and the last one that nobody captured."),
    sessions: z.array(
      z.strictObject({
        date: isoDay,
        priced_rows: ordinal.describe("Securities with a price."),
        capped_rows: count.describe("Those of them with a market cap."),
        close: z
          .string()
          .regex(/^\d{1,2}:\d{2}$/)
          .nullable()
          .describe("New York time; null for a day the calendar holds for closed."),
      }),
    ),
    dataset_version: version.describe("Of the dataset `market`."),
  }),
);

const byReason = z.record(z.string(), ordinal).describe("How many, by rule or reason.");

const qualityShape = {
  gate: z.enum(["on", "off"]).nullable().describe("Null before a market was loaded."),
  totals: z.strictObject({
    rows: count.describe("Rows that stand."),
    repaired: byReason,
    quarantined: byReason,
    findings: byReason,
  }),
  findings: z.array(
    z.strictObject({
      date: isoDay,
      exchange: z.string().nullable().describe("Null when it is about all of them."),
      reason: z.string(),
      detail: z.string(),
      failed: z.boolean().describe("Whether the rows of the exchange were kept out."),
    }),
  ),
  meta: z.strictObject({
    dataset_version: datasetVersion,
    as_of: isoDay.nullable().describe("The last stored session; null before a market was loaded."),
  }),
};

const allDays = named(
  "QualityOfAllDays",
  z.strictObject({
    date: z.null(),
    ...qualityShape,
    days: z
      .array(
        z.strictObject({
          date: isoDay,
          repaired: count,
          quarantined: count,
          findings: count,
          failed: count.describe("Findings that kept rows out."),
        }),
      )
      .describe("Only the days with something to tell."),
  }),
);

const oneDay = named(
  "QualityOfOneDay",
  z.strictObject({
    date: isoDay,
    ...qualityShape,
    repairs: z.array(
      z.strictObject({
        date: isoDay,
        ticker: tickerText,
        field: z.enum(["market_cap", "close", "volume", "range"]),
        delivered: z.number().nullable(),
        used: z.number().nullable().describe("Null when the figure was only taken away."),
        rule: z.string(),
        detail: z.string(),
      }),
    ),
    quarantined: z
      .array(
        z.strictObject({
          date: isoDay,
          ticker: z.string().nullable(),
          reason: z.string(),
          detail: z.string(),
          file: z.string(),
          line: count,
          raw: z.string().describe("The row as delivered."),
        }),
      )
      .describe("Rows that were refused."),
    detected_splits: z
      .array(
        z.strictObject({
          date: isoDay,
          ticker: tickerText,
          ratio: z.number().describe("New shares per old one."),
          detail: z.string(),
        }),
      )
      .describe("Splits that only the vendor's net change told."),
  }),
);

export const qualityAnswer = named("QualityAnswer", z.union([allDays, oneDay]));

export const ingestionsAnswer = named(
  "IngestionsAnswer",
  z.strictObject({
    ingestions: z
      .array(
        z.strictObject({
          job_id: z.string(),
          source: z.string(),
          gate: z.enum(["on", "off"]),
          started_at: instant,
          finished_at: instant
            .nullable()
            .describe("Null while it runs, and for ever when it was killed."),
          outcome: z.enum(["running", "committed", "unchanged", "repeated", "failed"]),
          error: z
            .strictObject({ code: z.string(), message: z.string() })
            .nullable()
            .describe("Why it failed."),
          rows_read: count,
          rows_accepted: count,
          days: count.describe("Sessions it wrote."),
          repaired: byReason,
          quarantined: byReason,
          failed_days: count,
          kept_by_precedence: z
            .strictObject({ close: count, volume: count, market_cap: count })
            .optional()
            .describe("Values that a higher source kept, by field; older records lack it."),
          failures: count.describe("What the source could not give."),
        }),
      )
      .describe("Newest first."),
    next: z.string().nullable().describe("`cursor` of the next page; null on the last one."),
  }),
);
