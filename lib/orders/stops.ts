import type { Entry } from "./entry.ts";
import { Ladder } from "./ladder.ts";
import type { Side } from "./order.ts";
import { Trailing } from "./trailing.ts";

/** Stops of one side that wait for a trade. A buy triggers at its stop or above, a sell at its stop or below. */
class StopSide {
  /** Those that trigger first are best. Trailing stops before the first trade stand in no level. */
  readonly ladder: Ladder;
  readonly trailing: Trailing;
  readonly #sign: number;

  constructor(side: Side) {
    this.ladder = new Ladder(side === "buy" ? "lowest" : "highest");
    this.trailing = new Trailing(side);
    this.#sign = side === "buy" ? 1 : -1;
  }

  follow(priceTicks: number): void {
    for (const entry of this.trailing.follow(priceTicks)) {
      if (entry.level !== undefined) this.ladder.remove(entry);
      this.ladder.insertByAge(entry, entry.stopTicks!);
    }
  }

  oldestTriggered(lastTicks: number): Entry | undefined {
    let oldest: Entry | undefined;
    for (const { priceTicks, head } of this.ladder.bestFirst()) {
      if (!(this.#sign * lastTicks >= this.#sign * priceTicks)) break;
      if (oldest === undefined || head!.entered < oldest.entered) oldest = head;
    }
    return oldest;
  }
}

/** All stops that wait. */
export class Stops {
  readonly #sides: Readonly<Record<Side, StopSide>> = {
    buy: new StopSide("buy"),
    sell: new StopSide("sell"),
  };
  /** Sum over all of them. */
  totalLots = 0;
  orders = 0;

  /** A trailing stop comes with its anchor, if there was a trade. */
  add(entry: Entry): void {
    const { ladder, trailing } = this.#sides[entry.side];
    if (entry.type === "trailing_stop") trailing.add(entry);
    if (entry.stopTicks !== undefined) ladder.insertByAge(entry, entry.stopTicks);
    this.totalLots += entry.remainingLots;
    this.orders++;
  }

  /** Those of a book that is put together again. */
  restore(entries: readonly Entry[]): void {
    const reach = ({ side, anchorTicks = side === "sell" ? -Infinity : Infinity }: Entry) =>
      side === "sell" ? -anchorTicks : anchorTicks;
    // Those that have followed a better trade lie deeper; infinities are equal, their difference is no number.
    const sorted = entries.toSorted((a, b) => (reach(a) < reach(b) ? -1 : +(reach(a) > reach(b))));
    for (const entry of sorted) this.add(entry);
  }

  remove(entry: Entry): void {
    const { ladder, trailing } = this.#sides[entry.side];
    if (entry.type === "trailing_stop") trailing.remove(entry);
    if (entry.level !== undefined) ladder.remove(entry);
    this.totalLots -= entry.remainingLots;
    this.orders--;
  }

  /** Lets trailing stops follow the trades of an operation, of which only the extremes can move any. */
  follow(highestTicks: number, lowestTicks: number): void {
    this.#sides.sell.follow(highestTicks);
    this.#sides.buy.follow(lowestTicks);
  }

  oldestTriggered(lastTicks: number): Entry | undefined {
    const buy = this.#sides.buy.oldestTriggered(lastTicks);
    const sell = this.#sides.sell.oldestTriggered(lastTicks);
    if (buy === undefined || sell === undefined) return buy ?? sell;
    return buy.entered < sell.entered ? buy : sell;
  }
}
