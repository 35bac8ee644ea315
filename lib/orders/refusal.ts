import type { Amend, NewOrder, RejectionReason } from "./order.ts";

// Compared one by one: a lookup in a set costs more than all of it.
const isSide = (side: unknown) => side === "buy" || side === "sell";
const isType = (type: unknown) =>
  type === "limit" ||
  type === "market" ||
  type === "stop" ||
  type === "stop_limit" ||
  type === "trailing_stop";
const isTimeInForce = (time: unknown) =>
  time === "GTC" || time === "IOC" || time === "FOK" || time === "DAY";
const isPrevention = (prevention: unknown) =>
  prevention === undefined ||
  prevention === "none" ||
  prevention === "cancel_newest" ||
  prevention === "cancel_oldest" ||
  prevention === "cancel_both" ||
  prevention === "decrement_and_cancel";

/** One trade per slice: an iceberg of more slices than these could keep a single order busy for hours. */
export const MOST_SLICES = 1000;

/** A whole number above 0 that a double holds exactly. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

/** A price of a field the type has; where it has none, the field is absent. */
const isPriceOr = (wanted: boolean, value: unknown) =>
  wanted ? isCount(value) : value === undefined;

/** Whether an iceberg shows enough of itself. */
export const isSlice = (displayLots: number | undefined, sizeLots: number): boolean =>
  displayLots === undefined || sizeLots / displayLots <= MOST_SLICES;

/** What is wrong with an order in itself, whatever the book holds. Takes nothing for granted: journals are read too. */
export function refusalOf(order: NewOrder): RejectionReason | undefined {
  if (typeof order !== "object" || order === null) return "bad_command";
  const { id, account, type, timeInForce, sizeLots, displayLots, postOnly } = order;
  if (typeof id !== "string" || id === "") return "bad_id";
  if (account !== undefined && (typeof account !== "string" || account === "")) {
    return "bad_account";
  }
  if (!isSide(order.side)) return "bad_side";
  if (!isType(type)) return "bad_type";
  if (!isTimeInForce(timeInForce)) return "bad_time_in_force";
  if (!isCount(sizeLots)) return "bad_size";
  if (!isPriceOr(type === "stop" || type === "stop_limit", order.stopTicks)) return "bad_stop";
  if (!isPriceOr(type === "trailing_stop", order.trailTicks)) return "bad_trail";
  if (!isPriceOr(type === "limit" || type === "stop_limit", order.priceTicks)) return "bad_price";
  if (displayLots !== undefined) {
    if (type !== "limit" || !isCount(displayLots) || displayLots > sizeLots) return "bad_display";
    if (!isSlice(displayLots, sizeLots)) return "bad_display";
  }
  if (postOnly !== undefined && typeof postOnly !== "boolean") return "bad_post_only";
  if (postOnly && (type !== "limit" || timeInForce === "IOC" || timeInForce === "FOK")) {
    return "bad_post_only";
  }
  if (!isPrevention(order.selfTradePrevention)) return "bad_self_trade_prevention";
  return undefined;
}

/** What is wrong with an amendment in itself. */
export function amendRefusalOf({ sizeLots, priceTicks }: Amend): RejectionReason | undefined {
  if (sizeLots !== undefined && !isCount(sizeLots)) return "bad_size";
  if (priceTicks !== undefined && !isCount(priceTicks)) return "bad_price";
  return undefined;
}
