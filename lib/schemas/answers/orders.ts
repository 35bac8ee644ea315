/** What the endpoints of orders and books answer. Prices and sizes are decimal text, exact in ticks and lots. */
import * as z from "zod";
import { SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from "../../orders/names.ts";
import type { RejectionReason } from "../../orders/order.ts";
import { type ClosedReason, ORDER_STATUSES } from "../../orders/record.ts";
import { ASKED_TYPES } from "../orders.ts";
import { count, datasetVersion, instant, named, ordinal } from "./common.ts";

const symbol = z.string().min(1).describe("The symbol of the book.");
const id = z
  .string()
  .regex(/^[^_]+_[a-z2-7]{26}$/)
  .describe("Id of an order: its symbol, and what tells it apart.");
const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .meta({ examples: ["101.25"] });
const price = decimal.describe("USD.");
const quantity = decimal.describe("Shares.");
const next = z.string().nullable().describe("`cursor` of the next page; null on the last one.");

const meta = named(
  "OrdersMeta",
  z.strictObject({
    dataset_version: datasetVersion.describe(
      "How far the log of orders has been taken by the books: equal text, nothing new.",
    ),
    as_of: instant
      .nullable()
      .describe("When the last command was taken that the answer knows of; null before the first."),
    units: z
      .strictObject({ money: z.literal("USD"), quantity: z.literal("shares") })
      .describe("The unit of each kind of figure."),
    warnings: z.array(z.never()).max(0),
  }),
);

export const submittedAnswer = named(
  "OrderSubmittedAnswer",
  z.strictObject({
    id,
    status: z.literal("accepted").describe("Taken in; what becomes of it the book decides."),
    symbol,
    repeated: z
      .boolean()
      .describe(
        "Whether the `Idempotency-Key` was known: then nothing was done, and `id` is that order.",
      ),
  }),
);

export const changeAnswer = named(
  "OrderChangeAnswer",
  z.strictObject({
    id,
    status: z
      .enum(["amend_requested", "cancel_requested"])
      .describe("Taken in; the book decides, in the order of arrival."),
    symbol,
    request: z
      .string()
      .min(1)
      .describe("Name of this wish: `last_refusal` of the order has it when the book refused."),
  }),
);

/** Each reason once: one that is missing here does not compile. */
const REASONS = Object.keys({
  bad_command: 0,
  bad_id: 0,
  bad_account: 0,
  bad_side: 0,
  bad_type: 0,
  bad_time_in_force: 0,
  bad_size: 0,
  bad_stop: 0,
  bad_trail: 0,
  bad_price: 0,
  bad_display: 0,
  bad_post_only: 0,
  bad_self_trade_prevention: 0,
  size_overflow: 0,
  duplicate_id: 0,
  unknown_id: 0,
  post_only_would_cross: 0,
  fill_or_kill_not_fillable: 0,
  requested: 0,
  unfilled: 0,
  self_trade_prevention: 0,
  day_over: 0,
  other_units: 0,
  not_owner: 0,
  size_filled: 0,
} satisfies Record<RejectionReason | ClosedReason, 0>) as [ClosedReason, ...ClosedReason[]];

const reason = named(
  "OrderReason",
  z
    .enum(REASONS)
    .describe(
      "`requested` by its owner; `unfilled`: what did not trade at once was not to rest; `day_over`; `self_trade_prevention`; every other is why the book refused.",
    ),
);

const fill = named(
  "OrderFill",
  z.strictObject({
    trade: ordinal.describe("Number of the trade in its book."),
    price,
    quantity,
    time: instant,
    liquidity: z.enum(["maker", "taker"]).describe("maker: it rested; taker: it came in."),
  }),
);

const shape = {
  id,
  symbol,
  account: z.string().min(1),
  side: z.enum(SIDES),
  type: z.enum(ASKED_TYPES),
  quantity: quantity.describe("The whole size, what was filled included."),
  price: price.nullable().describe("The limit; null of a type that has none."),
  stop_price: price
    .nullable()
    .describe(
      "Where it triggers now; moves with a trailing stop, which has none before the first trade.",
    ),
  trail_amount: decimal.nullable().describe("How far a trailing stop stays behind, USD."),
  display_quantity: quantity.nullable().describe("What an iceberg shows at most."),
  time_in_force: z.enum(TIMES_IN_FORCE),
  post_only: z.boolean(),
  self_trade_prevention: z.enum(SELF_TRADE_PREVENTIONS),
  status: z
    .enum(["accepted", ...ORDER_STATUSES])
    .describe(
      "`accepted`: its book has not taken it yet. The last four, from `filled` on, are final.",
    ),
  reason: reason.nullable().describe("Why it was closed without being filled."),
  filled_quantity: quantity,
  leaves_quantity: quantity.describe("Still to be filled; 0 once it is closed."),
  prevented_quantity: quantity.describe("Taken off because both sides were of one account."),
  average_price: price
    .nullable()
    .describe("Mean of the fills by size, rounded to 8 places; null before the first."),
  fills: z.array(fill).describe("Oldest first."),
  last_refusal: z
    .strictObject({ request: z.string(), reason, time: instant })
    .nullable()
    .describe("The last change that the book refused; the order stands as it was."),
  created_at: instant,
  updated_at: instant,
};

export const orderAnswer = named("OrderAnswer", z.strictObject({ ...shape, meta }));

export const ordersAnswer = named(
  "OrdersAnswer",
  z.strictObject({
    orders: z.array(named("Order", z.strictObject(shape))).describe("Newest first."),
    next,
    meta,
  }),
);

const level = named(
  "BookLevel",
  z.strictObject({
    price,
    quantity: quantity.describe("Shares that are shown."),
    orders: ordinal,
  }),
);

export const orderbookAnswer = named(
  "OrderbookAnswer",
  z.strictObject({
    symbol,
    bids: z.array(level).describe("Best first."),
    asks: z.array(level).describe("Best first."),
    spread: decimal.nullable().describe("USD; null unless both sides have orders."),
    mid: price
      .nullable()
      .describe("Middle of the best prices; null unless both sides have orders."),
    last_price: price.nullable().describe("Of the last trade; null before the first."),
    sequence: count.describe("Commands the book has taken, refused ones too."),
    checksum: count.describe(
      "CRC-32 of the ten best levels: `bid price:bid size:ask price:ask size:...` in ticks and lots, best first.",
    ),
    tick_size: decimal.describe("Prices are whole multiples of it, USD."),
    lot_size: decimal.describe("Sizes are whole multiples of it, shares."),
    meta,
  }),
);

export const executionsAnswer = named(
  "ExecutionsAnswer",
  z.strictObject({
    executions: z
      .array(
        z.strictObject({
          symbol,
          trade: ordinal.describe("Number of the trade in its book."),
          price,
          quantity,
          time: instant,
          aggressor: z.enum(SIDES).describe("The side that came in."),
          maker_order_id: id.nullable().describe("The order that rested; null when not yours."),
          taker_order_id: id.nullable().describe("The order that came in; null when not yours."),
        }),
      )
      .describe("Newest first."),
    next,
    meta,
  }),
);
