/**
 * Requests of the index endpoints: validation, types and the API document from one place. `meta` says in JSON Schema
 * what a refinement or a transform hides from it; a number in a query is text here and a number there.
 */
import * as z from "zod";
import {
  DEFAULT_INDEX_ID,
  DEFAULT_PARAMETERS,
  type Definition,
  defaultId,
  SIZE_MAX,
} from "../index/definition.ts";
import { dayKey, isIsoDay } from "../time.ts";

/** "2024-12-31" -> 20241231. */
export const day = z
  .string("must be a day, YYYY-MM-DD")
  .refine(isIsoDay, "must be a day that exists, YYYY-MM-DD")
  .refine((text) => text >= "1900" && text < "2101", "must be from 1900 to 2100")
  .meta({ format: "date", pattern: "^(19\\d\\d|20\\d\\d|2100)-\\d\\d-\\d\\d$" })
  .transform(dayKey);

export const indexId = z
  .string("must be the id of an index")
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be 1 to 63 of a-z, 0-9 and -")
  .refine((id) => id !== "definitions", 'must not be "definitions", which is reserved')
  .meta({ not: { const: "definitions" } });

export const ticker = z
  .string()
  .regex(/^[\x21-\x7e]{1,20}$/, "must be a ticker of at most 20 characters, without spaces");

const number = (min: number, max: number) =>
  z
    .number(`must be a number from ${min} to ${max}`)
    .min(min, `must be from ${min} to ${max}`)
    .max(max, `must be from ${min} to ${max}`);
const coerced = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,12}(\.\d{1,12})?$/, `must be a number from ${min} to ${max}`)
    .transform(Number)
    .pipe(number(min, max))
    .meta({ type: "number", minimum: min, maximum: max, pattern: undefined });

const DEFAULTS = DEFAULT_PARAMETERS;

/** The rules of an index; what is left out takes the default. */
const definition = z.strictObject({
  id: indexId.optional(),
  size: number(1, SIZE_MAX).int("must be a whole number").default(DEFAULTS.size),
  base_value: number(1e-6, 1e9).default(DEFAULTS.base_value),
  rebalance: z
    .enum(
      ["daily", "on_change", "monthly", "quarterly"],
      "must be daily, on_change, monthly or quarterly",
    )
    .default(DEFAULTS.rebalance),
  return_type: z.enum(["price", "total"], "must be price or total").default(DEFAULTS.return_type),
  one_per_issuer: z.boolean("must be true or false").default(DEFAULTS.one_per_issuer),
  max_stale_days: number(0, 60).int("must be a whole number").default(DEFAULTS.max_stale_days),
  notional_per_constituent: number(1e-6, 1e15).default(DEFAULTS.notional_per_constituent),
  universe: z
    .strictObject({
      countries: z
        .array(z.string().min(1).max(60))
        .min(1, "must name at least one country")
        .max(100)
        .default([...DEFAULTS.universe.countries]),
      security_types: z
        .array(
          z.enum(
            ["common", "adr", "preferred_or_debt", "unit_warrant_right", "fund", "when_issued"],
            "must be common, adr, preferred_or_debt, unit_warrant_right, fund or when_issued",
          ),
        )
        .min(1, "must name at least one security type")
        .max(6)
        .default([...DEFAULTS.universe.security_types]),
    })
    .prefault({}),
});

const indexChoice = z
  .union([indexId, definition], "must be an id or an object with the rules")
  .optional();

export const buildRequest = z
  .object({ start_date: day, end_date: day.optional(), index: indexChoice })
  .transform(({ start_date: start, end_date: end, index }) => ({
    start,
    end,
    index: typeof index === "object" ? definitionOf(index) : index,
  }));

/** The rules that an inline definition stands for, with their id. */
function definitionOf({ id, ...parameters }: z.output<typeof definition>): Definition {
  return { id: id ?? defaultId(parameters), parameters };
}

const range = {
  start_date: day.optional(),
  end_date: day.optional(),
  index: indexId.default(DEFAULT_INDEX_ID),
};

export const performanceRequest = z
  .object({
    ...range,
    benchmark: z.enum(["cap_weighted"], "must be cap_weighted").optional(),
    risk_free: coerced(-0.5, 1).default(0),
    cost_bps: coerced(0, 1000).default(0),
  })
  .transform(({ start_date, end_date, index, benchmark, risk_free, cost_bps }) => ({
    start: start_date,
    end: end_date,
    index,
    benchmark,
    riskFree: risk_free,
    costBps: cost_bps,
  }));

export const changesRequest = z
  .object(range)
  .transform(({ start_date: start, end_date: end, index }) => ({ start, end, index }));

export const compositionRequest = z.object({
  date: day,
  index: indexId.default(DEFAULT_INDEX_ID),
  reserve: coerced(0, 500)
    .pipe(z.number().int("must be a whole number"))
    .meta({ type: "integer" })
    .default(0),
});

export const attributionRequest = z.object({ date: day, index: indexId.default(DEFAULT_INDEX_ID) });

export const SHEETS = ["performance", "composition", "changes", "summary", "about"] as const;
const sheet = z.enum(SHEETS, `must be one of ${SHEETS.join(", ")}`);

export const exportRequest = z
  .object({
    ...range,
    sheets: z
      .union(
        [
          z.array(sheet).min(1).max(SHEETS.length),
          z
            .string()
            .meta({ pattern: `^(${SHEETS.join("|")})(,(${SHEETS.join("|")}))*$` })
            .transform((text) => text.split(","))
            .pipe(z.array(sheet)),
        ],
        `must be a list of ${SHEETS.join(", ")}`,
      )
      .optional(),
  })
  .transform(({ start_date: start, end_date: end, index, sheets }) => ({
    start,
    end,
    index,
    sheets,
  }));

export const indexRequest = z.object({ id: indexId });
export const memberRequest = z.object({ id: indexId, ticker });
export const emptyRequest = z.object({});
