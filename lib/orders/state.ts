import type { OrderState } from "./order.ts";

/** An order as a snapshot keeps it. */
export type StoredOrder = Readonly<
  Omit<OrderState, "status"> & {
    /** Its age among all orders: smaller is older. */
    entered: number;
    /** The best trade a trailing stop has followed; absent before the first. */
    anchorTicks?: number;
  }
>;

/** All a book knows. */
export type BookState = Readonly<{
  sequence: number;
  /** Number of the last trade. */
  trades: number;
  /** The last number given to an order that took its place. */
  entered: number;
  lastTicks: number | null;
  /** Orders that rest, bids first, best price first, then in the order they would trade. */
  resting: readonly StoredOrder[];
  /** Stops that wait, oldest first. */
  stops: readonly StoredOrder[];
}>;
