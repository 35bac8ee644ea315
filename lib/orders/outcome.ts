import type { Entry } from "./entry.ts";
import type { Matched } from "./matching.ts";
import type { BookEvent, OrderStatus, RejectionReason, Result } from "./order.ts";

/** Shared by all results without one; nobody can add to it. */
export const NO_EVENTS: readonly BookEvent[] = Object.freeze([]);

/** @param remainingLots where the book and not the command itself was against it */
export function rejected(id: unknown, reason: RejectionReason, remainingLots?: number): Result {
  const events = NO_EVENTS;
  if (typeof id !== "string") return { type: "rejected", reason, events };
  if (remainingLots === undefined) return { type: "rejected", id, reason, events };
  return { type: "rejected", id, reason, remainingLots, events };
}

/** How an order that has met the other side stands, by what it has left and how it came to that. */
export function statusOf(entry: Entry, matched: Matched): OrderStatus {
  const { filledLots, isCancelled, isDecremented } = matched;
  const hasTraded = filledLots > 0;
  if (isCancelled || (entry.remainingLots === 0 && isDecremented)) {
    return hasTraded ? "partially_filled_self_trade" : "cancelled_self_trade";
  }
  if (entry.remainingLots === 0) return "filled";
  if (entry.rests) return hasTraded ? "partially_filled_open" : "open";
  return hasTraded ? "partially_filled_cancelled" : "cancelled";
}
