/** The words of orders as lists: what a record of the log and a request may say. */
import type { OrderType, SelfTradePrevention, Side, TimeInForce } from "./order.ts";

export const SIDES = ["buy", "sell"] as const satisfies readonly Side[];

export const ORDER_TYPES = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
] as const satisfies readonly OrderType[];

export const TIMES_IN_FORCE = [
  "GTC",
  "IOC",
  "FOK",
  "DAY",
] as const satisfies readonly TimeInForce[];

export const SELF_TRADE_PREVENTIONS = [
  "none",
  "cancel_newest",
  "cancel_oldest",
  "cancel_both",
  "decrement_and_cancel",
] as const satisfies readonly SelfTradePrevention[];
