import type { Entry } from "./entry.ts";
import type { BookEvent } from "./order.ts";

/** What an operation prints: its events in order, and the extremes of its trades. */
export class Tape {
  lastTicks: number | undefined;
  /** Number of the last trade; 0 before the first. */
  trades: number;
  events: BookEvent[] = [];
  #highestTicks = -Infinity;
  #lowestTicks = Infinity;

  constructor(lastTicks: number | undefined, trades: number) {
    this.lastTicks = lastTicks;
    this.trades = trades;
  }

  begin(): void {
    this.events = [];
  }

  /** A trade that has taken place. */
  print(maker: Entry, taker: Entry, sizeLots: number): void {
    const priceTicks = maker.priceTicks!;
    this.lastTicks = priceTicks;
    if (priceTicks > this.#highestTicks) this.#highestTicks = priceTicks;
    if (priceTicks < this.#lowestTicks) this.#lowestTicks = priceTicks;
    this.events.push({
      type: "trade",
      trade: ++this.trades,
      makerId: maker.id,
      takerId: taker.id,
      priceTicks,
      sizeLots,
      aggressor: taker.side,
      makerRemainingLots: maker.remainingLots,
    });
  }

  /** The highest and lowest trade since this was asked last; undefined without one. */
  takeExtremes(): readonly [highestTicks: number, lowestTicks: number] | undefined {
    if (this.#highestTicks < this.#lowestTicks) return undefined;
    const extremes = [this.#highestTicks, this.#lowestTicks] as const;
    this.#highestTicks = -Infinity;
    this.#lowestTicks = Infinity;
    return extremes;
  }
}
