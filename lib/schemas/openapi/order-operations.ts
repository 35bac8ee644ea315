/** The routes of orders and books in the API document. */
import {
  changeAnswer,
  executionsAnswer,
  orderAnswer,
  orderbookAnswer,
  ordersAnswer,
  submittedAnswer,
} from "../answers/orders.ts";
import type { ProblemCode } from "../answers/problem.ts";
import {
  amendRequest,
  bookRequest,
  executionsRequest,
  knownOrderRequest,
  orderRequest,
  ordersRequest,
  submitRequest,
} from "../orders.ts";
import type { Operation } from "./operation.ts";

const READ: readonly ProblemCode[] = ["IMAGE_REFUSED", "DEPENDENCY_DOWN"];
const SYMBOL = "The symbol of a book: one of the stored market.";
const ID = "Id of an order.";
/** No order can have it: the symbol is nobody's. */
const NO_ORDER = "NOSUCH_aaaaaaaaaaaaaaaaaaaaaaaaaa";
const UNKNOWN = { path: { id: NO_ORDER }, status: 404, code: "UNKNOWN_ORDER" } as const;
/** What the first example below makes where no keys are asked for: an id that follows from the key of idempotency. */
const EXAMPLE_KEY = "example-1";
const EXAMPLE = { path: { id: "VEQA_jutp5zdde367rfihias4xjlv74" } } as const;
const LIMIT_ORDER = { symbol: "VEQA", side: "buy", type: "limit", quantity: "100" };

export const ORDER_OPERATIONS = {
  "POST /api/v1/orders": {
    id: "submitOrder",
    tag: "Orders",
    about:
      'Takes an order in. The answer says that it is in the log; what becomes of it the book decides, in the order of arrival: ask for it by its id. Prices and sizes are decimal **text** (`"101.25"`), whole multiples of `tick_size` and `lot_size` of the book; another is 422. Each type has fields of its own: `limit` price; `stop` stop_price; `stop_limit` price and stop_price; `trailing_stop` trail_amount; `iceberg` price and display_quantity; `market` none.',
    request: submitRequest,
    parameters: {
      symbol: SYMBOL,
      side: "`buy` or `sell`.",
      type: "A trigger of `stop`, `stop_limit` and `trailing_stop` is the last trade of the book; a `stop` then is a market order.",
      quantity: "Shares.",
      price: "The limit, USD; of `limit`, `stop_limit` and `iceberg`, where it is required.",
      stop_price:
        "The price whose trade, or one beyond it, triggers, USD; of `stop` and `stop_limit`, where it is required.",
      trail_amount:
        "How far the stop stays behind the best trade since it came, USD; of `trailing_stop`, where it is required.",
      display_quantity: "What is shown at most; of `iceberg`, where it is required.",
      time_in_force:
        "GTC rests until filled or cancelled; DAY also until the end of New York's day; IOC cancels what does not trade at once; FOK trades at once as a whole or not at all. IOC for `market`, which never rests, and GTC for the others, when omitted.",
      post_only: "Refused rather than traded at once; of `limit` and `iceberg` with GTC or DAY.",
      account:
        "Whose the order is among those of the key, for self-trade prevention and for lists.",
      self_trade_prevention:
        "What happens when it meets an order of the same account: it is cancelled (`cancel_newest`), the resting one (`cancel_oldest`), both, or the smaller size is taken off both.",
    },
    headers: {
      "Idempotency-Key": {
        says: "A name you choose. The same key of the same caller within a day is the same order, and nothing is done twice; with another order it is 409.",
        schema: { type: "string", minLength: 1, maxLength: 128, pattern: "^[ -~]{1,128}$" },
      },
    },
    answer: { status: 202, says: "It is in the log.", schema: submittedAnswer },
    refusals: [
      "UNKNOWN_SYMBOL",
      "DEGENERATE_INPUT",
      "IDEMPOTENCY_CONFLICT",
      "PAYLOAD_TOO_LARGE",
      ...READ,
    ],
    examples: [
      {
        says: "a limit order, once however often it is sent",
        headers: { "Idempotency-Key": EXAMPLE_KEY },
        body: { ...LIMIT_ORDER, price: "101.25" },
      },
      {
        says: "an iceberg that only rests",
        body: {
          ...LIMIT_ORDER,
          ...{ type: "iceberg", price: "101.20", display_quantity: "10", post_only: true },
          account: "desk-1",
        },
      },
      {
        says: "a trailing stop for the day",
        body: {
          ...{ symbol: "VEQA", side: "sell", type: "trailing_stop", quantity: "50" },
          ...{ trail_amount: "0.50", time_in_force: "DAY" },
        },
      },
      {
        says: "a price between two ticks",
        body: { ...LIMIT_ORDER, price: "101.255" },
        status: 422,
        code: "DEGENERATE_INPUT",
      },
      {
        says: "a symbol the market has not",
        body: { ...LIMIT_ORDER, symbol: "NOSUCH", price: "101.25" },
        status: 404,
        code: "UNKNOWN_SYMBOL",
      },
    ],
  },
  "GET /api/v1/orders": {
    id: "orders",
    tag: "Orders",
    about:
      "Orders of the caller, newest first: those that are open and those closed within a day and an hour, or with `closed_on` those closed on that day. A key with the scope `admin` sees everybody's.",
    request: ordersRequest,
    parameters: {
      symbol: "Only of this book.",
      status: "Only as they stand so.",
      account: "Only of this account.",
      closed_on: "Only closed on this day (UTC), however long ago.",
      limit: "Orders in one answer.",
    },
    answer: { status: 200, says: "A page of orders.", schema: ordersAnswer },
    isCached: true,
    hasTable: true,
    refusals: READ,
    examples: [
      { says: "the last ten", query: { limit: "10" } },
      { says: "those that rest", query: { symbol: "VEQA", status: "open" } },
    ],
  },
  "GET /api/v1/orders/{id}": {
    id: "order",
    tag: "Orders",
    about:
      "An order as it stands, with every fill. One that its book has not taken yet is `accepted`. Orders of others are unknown.",
    request: knownOrderRequest,
    parameters: {
      id: ID,
      closed_on:
        "The day (UTC) it was closed on; needed of an order closed before the last seven days with orders.",
    },
    answer: { status: 200, says: "The order.", schema: orderAnswer },
    isCached: true,
    refusals: ["UNKNOWN_ORDER", ...READ],
    examples: [
      { says: "the order of the example above", ...EXAMPLE },
      { says: "an order nobody has sent", ...UNKNOWN },
    ],
  },
  "PUT /api/v1/orders/{id}": {
    id: "amendOrder",
    tag: "Orders",
    about:
      "Asks for another price or size. A smaller size at the same price keeps its place in the queue; everything else is a new order under the same id, which may trade at once. The book decides: what it refuses stands in `last_refusal`.",
    request: amendRequest,
    parameters: {
      id: ID,
      price: "The new limit, USD; the old one when omitted.",
      quantity:
        "The new **whole** size, what is filled already included; the old one when omitted.",
    },
    answer: { status: 202, says: "The wish is in the log.", schema: changeAnswer },
    refusals: ["UNKNOWN_ORDER", "ORDER_CLOSED", "DEGENERATE_INPUT", "PAYLOAD_TOO_LARGE", ...READ],
    examples: [
      { says: "the order of the example above, smaller", ...EXAMPLE, body: { quantity: "90" } },
      { says: "an order nobody has sent", ...UNKNOWN, body: { price: "101.30" } },
    ],
  },
  "DELETE /api/v1/orders/{id}": {
    id: "cancelOrder",
    tag: "Orders",
    about:
      "Asks for the end of an order. What is filled before the book takes the wish stays filled.",
    request: orderRequest,
    parameters: { id: ID },
    answer: { status: 202, says: "The wish is in the log.", schema: changeAnswer },
    refusals: ["UNKNOWN_ORDER", "ORDER_CLOSED", "PAYLOAD_TOO_LARGE", ...READ],
    examples: [{ says: "an order nobody has sent", ...UNKNOWN }],
  },
  "GET /api/v1/orderbook/{symbol}": {
    id: "orderbook",
    tag: "Orders",
    about:
      "The best levels of a book: what is shown of the orders that rest. A symbol that nobody has sent an order for has an empty book.",
    request: bookRequest,
    parameters: { symbol: SYMBOL, depth: "Levels of each side." },
    answer: { status: 200, says: "The book.", schema: orderbookAnswer },
    isCached: true,
    refusals: ["UNKNOWN_SYMBOL", ...READ],
    examples: [
      { says: "five levels of each side", path: { symbol: "VEQA" }, query: { depth: "5" } },
      {
        says: "a symbol the market has not",
        path: { symbol: "NOSUCH" },
        status: 404,
        code: "UNKNOWN_SYMBOL",
      },
    ],
  },
  "GET /api/v1/executions": {
    id: "executions",
    tag: "Orders",
    about:
      "Trades of the books within a day and an hour, or with `date` of that day, newest first, everybody's. Which orders they are of is told of your own.",
    request: executionsRequest,
    parameters: {
      symbol: "Only of this book.",
      date: "Of this day (UTC), however long ago.",
      limit: "Trades in one answer.",
    },
    answer: { status: 200, says: "A page of trades.", schema: executionsAnswer },
    isCached: true,
    hasTable: true,
    refusals: READ,
    examples: [
      { says: "the last ten", query: { limit: "10" } },
      { says: "of one symbol", query: { symbol: "VEQA" } },
      { says: "of a day", query: { date: "2026-01-05" } },
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;
