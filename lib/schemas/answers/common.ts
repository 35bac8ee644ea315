/**
 * What answers are made of. These schemas are for the API document and for tests that hold answers against it; no
 * function but the one that serves the document carries them. Objects are strict: a member nobody described is a fault.
 */
import * as z from "zod";

/** Schemas that the document names, so that others refer to them. */
export const components = z.registry<{ id: string }>();

/** Puts a schema among the components of the document. */
export function named<S extends z.ZodType>(id: string, schema: S): S {
  components.add(schema, { id });
  return schema;
}

export const isoDay = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ format: "date", examples: ["2024-12-31"] });
export const instant = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ format: "date-time" });
export const count = z.int().min(0);
export const ordinal = z.int().min(1);
export const fraction = z.number();
export const usd = z.number();
/** A ticker as the source writes it. */
export const tickerText = z.string().min(1);
export const indexName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);

/** One part for each dataset an answer rests on. */
export const version = z.string().regex(/^[0-9a-f]{16}(-([0-9a-f]{16}|unchecked))*$/);
export const datasetVersion = version.describe(
  "What the answer rests on: equal text, equal figures. May be given as `min_version` of a later request.",
);

/** First and last session of something stored. */
export const days = named(
  "Days",
  z.strictObject({
    start_date: isoDay.describe("First session."),
    end_date: isoDay.describe("Last session."),
  }),
);

export const marketFacts = named(
  "MarketFacts",
  z
    .strictObject({
      kind: z.enum(["simulated", "real"]),
      source: z.string().describe("Who delivered it."),
      gate: z.enum(["on", "off"]).describe("Whether the quality gate judged every session of it."),
      point_in_time: z
        .enum(["true", "false"])
        .describe("Whether the source says of each figure only what was known on its day."),
      origin: z.string().optional().describe("JSON of what a simulation began with."),
    })
    .describe("What kind of market it is, as its ingestion recorded it."),
);

const MESSAGE = z.string().describe("The same for people.");
const COUNT = ordinal.describe("How often it holds in this answer; exact.");
const EXAMPLES_MAX = 10;

const warningOf = <Code extends string, Example extends z.ZodType>(code: Code, example: Example) =>
  z.strictObject({
    code: z.literal(code),
    message: MESSAGE,
    count: COUNT,
    examples: z.array(example).max(EXAMPLES_MAX).describe("The first ten at most."),
  });
/** One that holds for all of an answer. */
const plainWarning = <Code extends string>(code: Code) =>
  z.strictObject({
    code: z.literal(code),
    message: MESSAGE,
    count: COUNT,
    examples: z.array(z.never()).max(0),
  });

const namedDay = { date: isoDay, ticker: tickerText };

export const warning = named(
  "Warning",
  z
    .discriminatedUnion("code", [
      warningOf("STALE_PRICE", z.strictObject(namedDay)),
      warningOf("CAP_MISSING", z.strictObject(namedDay)),
      warningOf("MISSING_SESSION", z.strictObject({ date: isoDay })),
      warningOf("FEWER_THAN_SIZE", z.strictObject({ date: isoDay, constituents: count })),
      warningOf(
        "MARKET_CHANGED",
        z.strictObject({ date: isoDay, in_market: z.boolean().optional() }),
      ),
      plainWarning("REBASED"),
      plainWarning("MARKET_UNCHECKED"),
      plainWarning("NOT_POINT_IN_TIME"),
      plainWarning("SIMULATED_DATA"),
      plainWarning("CAPS_AS_DELIVERED"),
    ])
    .describe("What the answer rests on and its figures do not show."),
);

export const dividendLeftOut = named(
  "DividendLeftOut",
  warningOf(
    "DIVIDEND_LEFT_OUT",
    z.strictObject({
      effective_date: isoDay,
      dividend: usd.describe("USD a share."),
      close_before: usd.describe("The close it would come out of, USD."),
    }),
  ).describe("A dividend is not below the close it would come out of; no close allows for it."),
);

/** A warning of its own kind, for the answers that may have it. */
export const ownWarning = warningOf;

/** The `meta` of an answer with figures. */
export const metaOf = <Units extends Readonly<Record<string, string>>, W extends z.ZodType>(
  units: Units,
  warnings: W,
) =>
  z.strictObject({
    dataset_version: datasetVersion,
    as_of: isoDay.describe("The last session the answer rests on."),
    point_in_time: z
      .boolean()
      .describe("Whether the source says of each figure only what was known on its day."),
    units: z
      .strictObject(
        Object.fromEntries(
          Object.entries(units).map(([name, unit]) => [name, z.literal(unit)]),
        ) as { [Name in keyof Units]: z.ZodLiteral<Units[Name]> },
      )
      .describe("The unit of each kind of figure."),
    warnings: z.array(warnings),
  });
