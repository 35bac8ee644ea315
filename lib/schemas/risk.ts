/** Requests of the risk endpoints: validation, types and the API document from one place. */
import * as z from "zod";
import type { PortfolioPlace, PositionRow } from "../risk/queries.ts";
import { day, indexId, ticker } from "./index.ts";

const POSITIONS_MAX = 1000;
const YIELDS_MAX = 1000;

const number = (min: number, max: number) => {
  const says = `must be a number from ${min} to ${max}`;
  return z.number(says).min(min, says).max(max, says);
};
/** A number in a query. */
const coerced = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,12}(\.\d{1,12})?$/, `must be a number from ${min} to ${max}`)
    .transform(Number)
    .pipe(number(min, max))
    .meta({ type: "number", minimum: min, maximum: max, pattern: undefined });
const counted = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(number(min, max))
    .meta({ type: "integer", minimum: min, maximum: max, pattern: undefined });

export const portfolioId = z
  .string("must be the id of a portfolio")
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be 1 to 63 of a-z, 0-9 and -");

/** Whose portfolio it is: only a key for "admin" names another than its own. */
const owner = z.string().regex(/^([a-z2-7]{8}|open)$/, 'must be the id of a key, or "open"');

/** Not 0, and neither so large nor so small that a figure of a portfolio could not be told. */
const quantity = number(-1e9, 1e9).refine(
  (value) => Math.abs(value) >= 1e-6,
  "must be at least 0.000001, long or short",
);
const stock = z.strictObject({ kind: z.literal("stock"), symbol: ticker, quantity });
const held = z.strictObject({ kind: z.literal("index"), index: indexId, quantity });
const option = z.strictObject({
  kind: z.literal("option"),
  underlying: ticker,
  option: z.enum(["call", "put"], "must be call or put"),
  style: z.enum(["european", "american"], "must be european or american"),
  strike: number(1e-3, 1e7),
  expiry: day,
  quantity,
  multiplier: number(1e-3, 1e6).default(100),
  implied_volatility: number(1e-3, 10),
});
const position = z
  .discriminatedUnion("kind", [stock, option, held], "kind must be stock, option or index")
  .transform((one): PositionRow => {
    if (one.kind === "stock") return { kind: one.kind, name: one.symbol, quantity: one.quantity };
    if (one.kind === "index") return { kind: one.kind, name: one.index, quantity: one.quantity };
    const { underlying: name, ...rest } = one;
    return { ...rest, name };
  });

const content = {
  name: z
    .string()
    .max(100, "must be at most 100 characters")
    .refine((text) => text.isWellFormed(), "must be text of whole characters")
    .default(""),
  rate: number(-0.5, 1).default(0),
  dividend_yields: z
    .record(ticker, number(-0.5, 1))
    .refine((yields) => Object.keys(yields).length <= YIELDS_MAX, `at most ${YIELDS_MAX} names`)
    .default({}),
  positions: z
    .array(position)
    .min(1, "must name at least one position")
    .max(POSITIONS_MAX, `must be at most ${POSITIONS_MAX} positions`),
};

export type PortfolioContent = Readonly<{
  name: string;
  rate: number;
  dividend_yields: Readonly<Record<string, number>>;
  positions: readonly PositionRow[];
}>;

export const newPortfolioRequest = z.object({ id: portfolioId.optional(), ...content });
export const changedPortfolioRequest = z.object({
  id: portfolioId,
  owner: owner.optional(),
  ...content,
});
export const portfolioRequest = z.object({ id: portfolioId, owner: owner.optional() });

/** A place in the list of portfolios, as text that says nothing to its reader. */
export const portfolioCursor = ({ owner: of, id }: PortfolioPlace): string =>
  Buffer.from(`${of} ${id}`).toString("base64url");

const NOT_A_CURSOR = "must be the `next` of an earlier answer";
const place = z
  .string()
  .max(120, NOT_A_CURSOR)
  .transform((text, context): PortfolioPlace => {
    const read = Buffer.from(text, "base64url").toString("latin1");
    const [, of, id] = /^([a-z2-7]{8}|open) ([a-z0-9-]{1,63})$/.exec(read) ?? [];
    if (of !== undefined && id !== undefined) return { owner: of, id };
    context.issues.push({ code: "custom", message: NOT_A_CURSOR, input: text });
    return z.NEVER;
  });

export const portfoliosRequest = z
  .object({
    owner: owner.optional(),
    limit: counted(1, 1000).default(100),
    cursor: place.optional(),
  })
  .transform(({ cursor: after, ...request }) => ({ ...request, after }));

export const METHODS = [
  "historical",
  "filtered",
  "normal",
  "student_t",
  "cornish_fisher",
  "evt",
] as const;
export type Method = (typeof METHODS)[number];

const CONFIDENCE: readonly [number, number] = [0.5, 0.9999];
const HORIZON: readonly [number, number] = [1, 20];
const WINDOW: readonly [number, number] = [60, 2520];
const DEFAULTS = { confidence: 0.975, horizon: 1, window: 500 } as const;

export const metricsRequest = z
  .object({
    portfolio_id: portfolioId,
    owner: owner.optional(),
    confidence: coerced(...CONFIDENCE).default(DEFAULTS.confidence),
    horizon: counted(...HORIZON).default(DEFAULTS.horizon),
    method: z.enum(METHODS, `must be one of ${METHODS.join(", ")}`).default("historical"),
    window: counted(...WINDOW).default(DEFAULTS.window),
    as_of: day.optional(),
  })
  .transform(({ portfolio_id: id, as_of: asOf, ...request }) => ({ id, asOf, ...request }));

/** What computations in a body share. */
const sample = {
  confidence: number(...CONFIDENCE).default(DEFAULTS.confidence),
  window: number(...WINDOW)
    .int("must be a whole number")
    .default(DEFAULTS.window),
  as_of: day.optional(),
};

const INSTRUMENTS_MAX = 20;
export const OBJECTIVES = [
  "delta",
  "delta_gamma",
  "delta_gamma_vega",
  "minimum_variance",
  "minimum_es",
] as const;
export type Objective = (typeof OBJECTIVES)[number];

const unheld = { quantity: true } as const;
const instrument = z
  .discriminatedUnion(
    "kind",
    [stock.omit(unheld), option.omit(unheld), held.omit(unheld)],
    "kind must be stock, option or index",
  )
  .transform((one): PositionRow => {
    if (one.kind === "stock") return { kind: one.kind, name: one.symbol, quantity: 1 };
    if (one.kind === "index") return { kind: one.kind, name: one.index, quantity: 1 };
    const { underlying: name, ...rest } = one;
    return { ...rest, name, quantity: 1 };
  });

/** One for all instruments, or one for each. */
const amounts = (min: number, max: number) =>
  z.union(
    [number(min, max), z.array(number(min, max)).min(1).max(INSTRUMENTS_MAX)],
    `must be one number from ${min} to ${max}, or one for each instrument`,
  );

export const hedgeRequest = z
  .object({
    portfolio_id: portfolioId,
    owner: owner.optional(),
    instruments: z
      .array(instrument)
      .min(1, "must name at least one instrument")
      .max(INSTRUMENTS_MAX, `must be at most ${INSTRUMENTS_MAX} instruments`),
    objective: z
      .enum(OBJECTIVES, `must be one of ${OBJECTIVES.join(", ")}`)
      .default("minimum_variance"),
    lots: amounts(1e-6, 1e6).default(1),
    max_quantity: amounts(1e-6, 1e9).optional(),
    ...sample,
  })
  .transform(({ portfolio_id: id, as_of: asOf, max_quantity: limits, ...request }) => ({
    ...{ id, asOf, limits, ...request },
  }));

const GRID_MAX = 21;
const steps = (min: number, max: number, fallback: readonly number[]) =>
  z
    .array(number(min, max))
    .min(1)
    .max(GRID_MAX, `must be at most ${GRID_MAX} numbers`)
    .default([...fallback]);

export const stressRequest = z
  .object({
    portfolio_id: portfolioId,
    owner: owner.optional(),
    spot_shocks: steps(-0.99, 10, [-0.3, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2]),
    volatility_shifts: steps(-1, 5, [-0.05, 0, 0.05, 0.1, 0.2]),
    ranges: z
      .array(
        z.strictObject({
          name: z
            .string()
            .min(1)
            .max(60)
            .refine((text) => text.isWellFormed()),
          start_date: day,
          end_date: day,
        }),
      )
      .max(20, "must be at most 20 ranges")
      .default([]),
    window: sample.window,
    as_of: sample.as_of,
  })
  .transform(({ portfolio_id: id, as_of: asOf, ranges, ...request }) => ({
    ...{ id, asOf, ...request },
    ranges: ranges.map(({ name, start_date: start, end_date: end }) => ({ name, start, end })),
  }));
