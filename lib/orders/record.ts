/** An order as its owner sees it: what was asked, what became of it, and every fill. Prices in ticks, sizes in lots. */
import type { NewOrder, RejectionReason, Side } from "./order.ts";

/** The first three may still change. */
export const ORDER_STATUSES = [
  "open",
  "partially_filled",
  "pending_stop",
  "filled",
  "cancelled",
  "expired",
  "rejected",
] as const;
export type RecordStatus = (typeof ORDER_STATUSES)[number];

/**
 * Why it is closed, or a change was refused, beyond what a book says: `requested` by its owner, `unfilled` = what did not
 * trade at once was not to rest, `day_over`, `other_units` = ticks or lots are not those of the book, `not_owner`,
 * `size_filled` = no more is open than the new size takes away.
 */
export type ClosedReason =
  | RejectionReason
  | "requested"
  | "unfilled"
  | "self_trade_prevention"
  | "day_over"
  | "other_units"
  | "not_owner"
  | "size_filled";

export type Fill = Readonly<{
  /** Number of the trade in its book. */
  trade: number;
  priceTicks: number;
  sizeLots: number;
  timeMs: number;
  liquidity: "maker" | "taker";
}>;

/** A change that was refused; the order stands as it was. */
export type Refusal = Readonly<{ request: string; reason: ClosedReason; timeMs: number }>;

export type OrderRecord = Readonly<{
  symbol: string;
  owner: string | null;
  account: string;
  /** As it was asked for, amendments included; `sizeLots` is the whole size. */
  order: NewOrder;
  status: RecordStatus;
  reason: ClosedReason | null;
  filledLots: number;
  /** Still to be filled; 0 once it is closed. */
  leavesLots: number;
  /** Taken off because both sides were of one account. */
  preventedLots: number;
  /** Where a stop triggers now; moves with a trailing stop. */
  stopTicks: number | null;
  fills: readonly Fill[];
  refusal: Refusal | null;
  createdMs: number;
  updatedMs: number;
}>;

export const isClosed = ({ status }: Pick<OrderRecord, "status">): boolean =>
  status === "filled" || status === "cancelled" || status === "expired" || status === "rejected";

/** A trade of a book, with both sides. */
export type Execution = Readonly<{
  symbol: string;
  trade: number;
  priceTicks: number;
  sizeLots: number;
  timeMs: number;
  /** The side that came in. */
  aggressor: Side;
  makerId: string;
  takerId: string;
  makerOwner: string | null;
  takerOwner: string | null;
}>;

/** Mean price of the fills, ticks; null before the first. */
export function averagePriceTicks({
  fills,
  filledLots,
}: Pick<OrderRecord, "fills" | "filledLots">) {
  if (filledLots === 0) return null;
  return fills.reduce((sum, fill) => sum + fill.priceTicks * (fill.sizeLots / filledLots), 0);
}
