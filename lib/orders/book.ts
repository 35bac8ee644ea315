import type { BookLevel, Command, OrderState, QueueEntry, Result, Side } from "./order.ts";

/** A limit order book of one instrument by the rules OB-1. */
export class Book {
  /** Price of the last trade; undefined before the first. */
  lastTicks: number | undefined;
  /** Commands taken, refused ones too: the position in the journal. */
  sequence = 0;
  /** Number of the last trade; 0 before the first. */
  trades = 0;

  apply(_command: Command): Result {
    return { type: "rejected", reason: "bad_command", events: [] };
  }

  levels(_side: Side, _depth = Infinity): BookLevel[] {
    return [];
  }

  get bestBidTicks(): number | undefined {
    return undefined;
  }

  get bestOfferTicks(): number | undefined {
    return undefined;
  }

  order(_id: string): OrderState | undefined {
    return undefined;
  }

  /** Orders that rest. */
  get openOrders(): number {
    return 0;
  }

  /** Ids of stops that wait, oldest first. */
  pendingStops(): string[] {
    return [];
  }

  queues(): QueueEntry[] {
    return [];
  }
}
