/** How an incoming order meets the other side: price before time, at the maker's price. */
import type { Entry } from "./entry.ts";
import type { Ladder } from "./ladder.ts";
import type { Side } from "./order.ts";
import type { Tape } from "./tape.ts";

const isWithin = (side: Side, limitTicks: number, priceTicks: number): boolean =>
  side === "buy" ? priceTicks <= limitTicks : priceTicks >= limitTicks;

/** Whether the best price of the other side is within the limit. */
export function wouldCross(side: Side, limitTicks: number, other: Ladder): boolean {
  const { best } = other;
  return best !== undefined && isWithin(side, limitTicks, best.priceTicks);
}

/**
 * Whether all of it could trade at once. Hidden lots count; orders it avoids for their account do not, though one that
 * stands in its way may still end it early by its own setting.
 */
export function isFillable(taker: Entry, other: Ladder): boolean {
  const avoids = taker.prevention !== "none" && taker.account !== undefined;
  const { side, limitTicks } = taker;
  let wanted = taker.remainingLots;
  for (const level of other.bestFirst()) {
    if (!isWithin(side, limitTicks, level.priceTicks)) break;
    if (!avoids) wanted -= level.totalLots;
    for (let maker = avoids ? level.head : undefined; maker !== undefined; maker = maker.next) {
      if (!taker.avoids(maker)) wanted -= maker.remainingLots;
    }
    if (wanted <= 0) return true;
  }
  return false;
}

export type Matched = Readonly<{
  filledLots: number;
  /** An order of its own account ended it, or took lots off it. */
  isCancelled: boolean;
  isDecremented: boolean;
}>;

const UNMATCHED: Matched = { filledLots: 0, isCancelled: false, isDecremented: false };

/** Trades until the order is filled, nothing is within its limit, or its own account ends it. Gone makers leave `orders`. */
export function match(
  taker: Entry,
  other: Ladder,
  orders: Map<string, Entry>,
  tape: Tape,
): Matched {
  const { side, limitTicks } = taker;
  if (!wouldCross(side, limitTicks, other)) return UNMATCHED;
  let filledLots = 0;
  let isDecremented = false;
  for (;;) {
    const level = other.best;
    if (
      taker.remainingLots === 0 ||
      level === undefined ||
      !isWithin(side, limitTicks, level.priceTicks)
    ) {
      return { filledLots, isCancelled: false, isDecremented };
    }
    const maker = level.head!;
    if (taker.avoids(maker)) {
      const isCancelled = preventSelfTrade(taker, maker, other, orders, tape);
      if (isCancelled) return { filledLots, isCancelled, isDecremented };
      isDecremented ||= taker.prevention === "decrement_and_cancel";
      continue;
    }
    const lots = Math.min(taker.remainingLots, maker.displayedLots);
    taker.remainingLots -= lots;
    filledLots += lots;
    other.shrink(maker, lots, maker.displayedLots - lots);
    tape.print(maker, taker, lots);
    if (maker.remainingLots === 0) {
      other.remove(maker);
      orders.delete(maker.id);
    } else if (maker.displayedLots === 0) other.refill(maker);
  }
}

/** @returns whether the taker ends here */
function preventSelfTrade(
  taker: Entry,
  maker: Entry,
  other: Ladder,
  orders: Map<string, Entry>,
  tape: Tape,
): boolean {
  const prevention = taker.prevention as Exclude<typeof taker.prevention, "none">;
  const decrement = Math.min(taker.remainingLots, maker.remainingLots);
  const [makerLots, takerLots] = {
    cancel_newest: [0, taker.remainingLots] as const,
    cancel_oldest: [maker.remainingLots, 0] as const,
    cancel_both: [maker.remainingLots, taker.remainingLots] as const,
    decrement_and_cancel: [decrement, decrement] as const,
  }[prevention];
  const left = maker.remainingLots - makerLots;
  tape.add({
    type: "self_trade_prevented",
    prevention,
    makerId: maker.id,
    takerId: taker.id,
    makerLots,
    takerLots,
    makerRemainingLots: left,
  });
  if (left === 0) {
    other.remove(maker);
    orders.delete(maker.id);
  } else other.shrink(maker, makerLots, Math.min(maker.displayedLots, left));
  if (prevention === "decrement_and_cancel") taker.remainingLots -= decrement;
  return prevention === "cancel_newest" || prevention === "cancel_both";
}
