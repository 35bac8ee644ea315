/** Failures on the wire (RFC 9457): one schema for each code, with the facts that stand beside it. */
import * as z from "zod";
import { SCOPES } from "../../access/scope.ts";
import type { ErrorCode } from "../../errors.ts";
import { ORDER_STATUSES } from "../../orders/record.ts";
import { count, days, indexName, instant, isoDay, ordinal, tickerText } from "./common.ts";
import { parameters } from "./index.ts";

/** Codes that only the command line, a scheduled job or a message over a live connection can meet. */
type Unrequested =
  | "UNKNOWN_ACTION"
  | "MARKET_IS_REAL"
  | "MARKET_EXISTS"
  | "BAD_FILE"
  | "TOO_FEW_SESSIONS"
  | "VENDOR_REFUSED"
  | "VENDOR_ANSWER"
  | "PORT_TAKEN"
  | "UNKNOWN_KEY";
export type ProblemCode = Exclude<ErrorCode, Unrequested> | "INTERNAL";

const retryAfter = {
  retry_after_seconds: ordinal.describe("The header `Retry-After` says the same."),
};
const neighbours = {
  previous_trading_day: isoDay
    .nullable()
    .describe("Stored session before; null when there is none."),
  next_trading_day: isoDay.nullable().describe("Stored session after; null when there is none."),
};

const named = {
  errors: z
    .array(
      z.strictObject({
        path: z.string().describe("The parameter; empty for the body as a whole."),
        message: z.string(),
      }),
    )
    .min(1),
};

/** Of an order: what was off tick or lot, or takes away more than is open. */
const orderFacts = {
  ...Object.fromEntries(
    (["price", "stop_price", "trail_amount", "quantity", "display_quantity"] as const).map(
      (name) => [name, z.string().optional()],
    ),
  ),
  id: z.string().optional(),
  filled_lots: count.optional(),
};

const FACTS: Readonly<Record<ProblemCode, z.ZodRawShape>> = {
  BAD_REQUEST: named,
  UNKNOWN_FIELD: named,
  UNAUTHORIZED: {
    reason: z.enum(["missing", "malformed", "mistyped", "unknown", "expired", "revoked"]),
  },
  FORBIDDEN: {
    scope: z.enum(SCOPES).describe("What the call needs."),
    scopes: z.array(z.enum(SCOPES)).describe("What the key has."),
  },
  RATE_LIMITED: {
    rate_per_second: z.number().optional(),
    burst: ordinal.optional(),
    ...retryAfter,
  },
  QUOTA_EXCEEDED: { quota_per_day: ordinal, ...retryAfter },
  REVERSED_RANGE: {
    start_date: isoDay.optional().describe("Of a range of days."),
    end_date: isoDay.optional(),
    start: instant.optional().describe("Of a range of instants."),
    end: instant.optional(),
  },
  UNKNOWN_ROUTE: { routes: z.array(z.string()) },
  METHOD_NOT_ALLOWED: { allow: z.array(z.string()) },
  NO_TRADING_DAY: neighbours,
  MISSING_SESSION: { missing: z.array(isoDay).min(1), ...neighbours },
  INDEX_NOT_BUILT: {
    index: indexName,
    built: days.nullable().describe("What is built; null when nothing is."),
  },
  UNKNOWN_INDEX: { index: indexName, indices: z.array(indexName).describe("Those that exist.") },
  UNKNOWN_DATASET: { datasets: z.array(z.string()) },
  UNKNOWN_SECURITY: {
    index: indexName.optional(),
    ticker: tickerText,
    on: isoDay.optional().describe("Where the request named a day."),
  },
  UNKNOWN_SYMBOL: { symbol: tickerText },
  MODEL_NOT_TRAINED: {
    symbol: tickerText,
    horizon: z.string(),
    trained: z.array(z.string()).describe("Horizons of which there is a model of the symbol."),
    least_bars: ordinal.describe("Minutes with trades that a training takes."),
    recent_bars: count.describe("Minutes with trades at hand; more are not looked for."),
  },
  UNKNOWN_VERSION: {
    dataset: z.string(),
    seq: count.describe("The one asked for; with `min_seq` the one that stands."),
    min_seq: count.optional(),
  },
  UNKNOWN_ORDER: { id: z.string() },
  UNKNOWN_PORTFOLIO: { portfolio: indexName },
  PORTFOLIO_EXISTS: { portfolio: indexName, revision: ordinal.describe("The one that is there.") },
  TOO_MANY_PORTFOLIOS: { limit: ordinal },
  PORTFOLIO_CHANGED: {
    portfolio: indexName,
    revision: ordinal.describe("The one that stands."),
    etag: z.string().describe("What `If-Match` would have to name."),
  },
  UNKNOWN_INSTRUMENT: {
    symbols: z.array(tickerText).describe("Symbols no price was ever stored of."),
    indices: z.array(indexName).describe("Indices nobody has built."),
  },
  UNPRICED_POSITION: {
    as_of: isoDay,
    symbols: z
      .array(tickerText)
      .min(1)
      .describe("Those without a price on that day or shortly before."),
  },
  TOO_FEW_SCENARIOS: {
    scenarios: count.describe("Days on which everything in the portfolio has a return."),
    least: ordinal,
    short: z
      .array(
        z.strictObject({ symbol: tickerText, from: isoDay.describe("First day with a return.") }),
      )
      .max(10)
      .describe("What has the shortest histories, the shortest first."),
  },
  INDEX_EXISTS: { index: indexName, parameters: parameters.describe("The rules it has.") },
  RESERVED_INDEX_ID: {
    index: indexName,
    default_id: indexName.describe("The id of the rules given."),
    parameters: parameters.optional().describe("What the id stands for."),
  },
  WRITE_CONFLICT: {
    dataset: z.string().optional(),
    attempts: ordinal.optional(),
    key: z.string().optional(),
  },
  ORDER_CLOSED: { id: z.string(), order_status: z.enum(ORDER_STATUSES) },
  IDEMPOTENCY_CONFLICT: { id: z.string().describe("The order that the key stands for.") },
  RANGE_OUTSIDE_DATA: {
    date: isoDay.optional().describe("Where the exchange calendar ends before it."),
    available: days.nullable().describe("What is there; null when no market was loaded."),
  },
  DEGENERATE_INPUT: {
    risk_free: z.number().optional(),
    index: count.optional(),
    value: z.string().optional(),
    returns: count.optional(),
    benchmark: count.optional(),
    window: z.string().optional().describe("The window that was asked for."),
    windows: z.array(z.string()).optional().describe("Those that bars are stored of."),
    ...orderFacts,
  },
  PAYLOAD_TOO_LARGE: {
    limit_bytes: ordinal.optional(),
    bytes: ordinal.optional(),
    sheet: z.string().optional(),
    rows: count.optional(),
    limit: count.optional(),
  },
  IMAGE_REFUSED: {
    dataset: z.string().optional(),
    part: z.string().optional(),
    sha256: z.string().optional(),
    key: z.string().optional(),
    problem: z.string().optional(),
    seq: count.optional(),
    schema: count.optional(),
    known_schema: count.optional(),
  },
  DEPENDENCY_DOWN: {
    dependency: z.string(),
    operation: z.string().optional(),
    bucket: z.string().optional(),
    status: z.int().optional().describe("What the dependency answered."),
  },
  INTERNAL: {},
};

export const PROBLEM_CODES = Object.keys(FACTS) as readonly ProblemCode[];

function schemaOf(code: ProblemCode, status: number): z.ZodType {
  const type =
    code === "INTERNAL"
      ? "about:blank"
      : `urn:equipoise:problem:${code.toLowerCase().replaceAll("_", "-")}`;
  return z.strictObject({
    type: z.literal(type),
    title: z.string(),
    status: z.literal(status),
    code: z.literal(code),
    detail: z.string().describe("For people."),
    ...FACTS[code],
    request_id: z.string().min(1).describe("Under which the request was logged."),
  });
}

/** @param statusOf the status of each code, which lib/edge/problem.ts decides */
export function problemSchemas(
  statusOf: (code: ProblemCode) => number,
): ReadonlyMap<ProblemCode, z.ZodType> {
  return new Map(PROBLEM_CODES.map((code) => [code, schemaOf(code, statusOf(code))]));
}
