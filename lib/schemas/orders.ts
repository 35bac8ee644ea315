/**
 * Requests about orders and books, and the cursors of their answers. Prices and sizes are decimal text: whether they are whole
 * ticks and lots is for the job, which knows the units.
 */
import * as z from "zod";
import { SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from "../orders/names.ts";
import type { OrderType } from "../orders/order.ts";
import { ORDER_STATUSES } from "../orders/record.ts";
import { SYMBOL_PATTERN } from "../orders/symbol.ts";
import { day } from "./index.ts";
import { limit } from "./market.ts";
import { cursor, opaque } from "./stream.ts";

/** Types as they are asked for and told. An iceberg is a limit order that shows a part of itself. */
export const ASKED_TYPES = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "iceberg",
] as const;
type AskedType = (typeof ASKED_TYPES)[number];

/** Fields that an order has by its type and by nothing else. */
const OWN_FIELDS = ["price", "stop_price", "trail_amount", "display_quantity"] as const;
type OwnField = (typeof OWN_FIELDS)[number];

const FIELDS: Readonly<Record<AskedType, readonly OwnField[]>> = {
  market: [],
  limit: ["price"],
  stop: ["stop_price"],
  stop_limit: ["price", "stop_price"],
  trailing_stop: ["trail_amount"],
  iceberg: ["price", "display_quantity"],
};

/** Types that may rest, and so may be refused when they would not. */
const RESTING: readonly AskedType[] = ["limit", "iceberg"];
const ENDS_AT_ONCE = ["IOC", "FOK"] as const;

const NOT_TEXT =
  'must be text, such as "101.25": a JSON number is a binary fraction, and 0.1 would not be exactly a tenth';
const NOT_DECIMAL =
  'must be a plain decimal such as "101.25", of at most 15 digits before and 10 behind the point, without sign or exponent';

/** A price or a size. Above 0, which the job asks for along with whole ticks. */
const decimal = z
  .string({ error: ({ input }) => (typeof input === "number" ? NOT_TEXT : NOT_DECIMAL) })
  .regex(/^\d{1,15}(\.\d{1,10})?$/, NOT_DECIMAL);

const symbol = z
  .string("must be the symbol of a book")
  .regex(
    SYMBOL_PATTERN,
    "must be a symbol: at most 20 of A-Z, 0-9, . - ^ and =, the first a letter or a digit",
  );

const account = z
  .string("must be the name of an account")
  .regex(/^[A-Za-z0-9_.-]{1,32}$/, "must be 1 to 32 of a-z, A-Z, 0-9, _ . and -");

/** What ids of orders look like; whether there is such an order is not known by it. */
const orderId = z
  .string("must be the id of an order")
  .regex(/^[\x21-\x7e]{1,64}$/, "must be the id of an order, at most 64 characters");

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, `must be one of ${names.join(", ")}`);

/** What the checks below refuse, in JSON Schema: one entry for each type. */
const BY_TYPE = [
  ...ASKED_TYPES.map((type) => ({
    if: { properties: { type: { const: type } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: {
      properties: {
        ...Object.fromEntries(OWN_FIELDS.map((name) => [name, FIELDS[type].includes(name)])),
        ...(!RESTING.includes(type) && { post_only: { const: false } }),
      },
      ...(FIELDS[type].length > 0 && { required: FIELDS[type] }),
    },
  })),
  {
    if: { required: ["post_only"], properties: { post_only: { const: true } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
    then: { properties: { time_in_force: { enum: ["GTC", "DAY"] } } },
  },
];

export const submitRequest = z
  .object({
    symbol,
    side: oneOf(SIDES),
    type: oneOf(ASKED_TYPES),
    quantity: decimal,
    price: decimal.optional(),
    stop_price: decimal.optional(),
    trail_amount: decimal.optional(),
    display_quantity: decimal.optional(),
    time_in_force: oneOf(TIMES_IN_FORCE).optional(),
    post_only: z.boolean("must be true or false").default(false),
    account: account.default("main"),
    self_trade_prevention: oneOf(SELF_TRADE_PREVENTIONS).default("none"),
  })
  .superRefine((order, context) => {
    const { type, post_only, time_in_force: tif } = order;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message, input: order[path as OwnField] });
    for (const name of OWN_FIELDS) {
      const isOwn = FIELDS[type].includes(name);
      if (isOwn && order[name] === undefined) refuse(name, `is required of type ${type}`);
      if (!isOwn && order[name] !== undefined) refuse(name, `is not of type ${type}`);
    }
    if (post_only && !RESTING.includes(type))
      refuse("post_only", `is of types ${RESTING.join(" and ")}, which may rest`);
    else if (post_only && ENDS_AT_ONCE.some((one) => one === tif))
      refuse("post_only", `is of orders that may rest, GTC or DAY, and not of ${tif}`);
  })
  .meta({ allOf: BY_TYPE })
  .transform(({ type, time_in_force: tif, ...order }) => ({
    ...order,
    type: type === "iceberg" ? ("limit" as const) : (type satisfies OrderType),
    time_in_force: tif ?? (type === "market" ? ("IOC" as const) : ("GTC" as const)),
  }));
export type SubmitRequest = z.output<typeof submitRequest>;

export const orderRequest = z.object({ id: orderId });

/** Of one that is looked up: when it was closed, where that is long ago. */
export const knownOrderRequest = orderRequest.extend({ closed_on: day.optional() });
export type KnownOrderRequest = z.output<typeof knownOrderRequest>;

export const amendRequest = z
  .object({ id: orderId, price: decimal.optional(), quantity: decimal.optional() })
  .refine(
    ({ price, quantity }) => price !== undefined || quantity !== undefined,
    "price or quantity must be given: there is nothing else to change",
  )
  .meta({ minProperties: 1 });
export type AmendRequest = z.output<typeof amendRequest>;

/** A place in a list of orders, newest first. */
export type OrderPlace = Readonly<{ createdMs: number; id: string }>;
export const orderCursor = ({ createdMs, id }: OrderPlace): string => opaque(`o${createdMs} ${id}`);
const orderPlace = cursor((text): OrderPlace | undefined => {
  const [, createdMs, id] = /^o(\d{1,15}) ([\x21-\x7e]{1,64})$/.exec(text) ?? [];
  return id === undefined ? undefined : { createdMs: Number(createdMs), id };
});

export const ordersRequest = z
  .object({
    symbol: symbol.optional(),
    status: oneOf(ORDER_STATUSES).optional(),
    account: account.optional(),
    closed_on: day.optional(),
    limit: limit.default(100),
    cursor: orderPlace.optional(),
  })
  .transform(({ cursor: place, ...request }) => ({ ...request, place }));
export type OrdersRequest = z.output<typeof ordersRequest>;

const DEPTH_MAX = 1000;
const DEPTH_RANGE = `must be a whole number from 1 to ${DEPTH_MAX}`;

export const bookRequest = z.object({
  symbol,
  depth: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, DEPTH_RANGE)
    .transform(Number)
    .refine((depth) => depth <= DEPTH_MAX, DEPTH_RANGE)
    .meta({ type: "integer", minimum: 1, maximum: DEPTH_MAX, pattern: undefined })
    .default(10),
});
export type BookRequest = z.output<typeof bookRequest>;

/** A place in a list of executions, newest first. */
export type ExecutionPlace = Readonly<{ timeMs: number; symbol: string; trade: number }>;
export const executionCursor = ({ timeMs, symbol: of, trade }: ExecutionPlace): string =>
  opaque(`x${timeMs} ${trade} ${of}`);
const executionPlace = cursor((text): ExecutionPlace | undefined => {
  const [, timeMs, trade, of] = /^x(\d{1,15}) (\d{1,15}) (\S{1,20})$/.exec(text) ?? [];
  return of === undefined
    ? undefined
    : { timeMs: Number(timeMs), trade: Number(trade), symbol: of };
});

export const executionsRequest = z
  .object({
    symbol: symbol.optional(),
    date: day.optional(),
    limit: limit.default(100),
    cursor: executionPlace.optional(),
  })
  .transform(({ cursor: place, ...request }) => ({ ...request, place }));
export type ExecutionsRequest = z.output<typeof executionsRequest>;
