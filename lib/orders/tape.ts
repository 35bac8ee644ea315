import type { Entry } from "./entry.ts";
import type { BookEvent } from "./order.ts";
import { NO_EVENTS } from "./outcome.ts";

/** What an operation prints: its events in order, and the extremes of its trades. */
export class Tape {
  lastTicks: number | undefined;
  /** Number of the last trade; 0 before the first. */
  trades: number;
  #events: BookEvent[] | undefined;
  #highestTicks = -Infinity;
  #lowestTicks = Infinity;

  constructor(lastTicks: number | undefined, trades: number) {
    this.lastTicks = lastTicks;
    this.trades = trades;
  }

  begin(): void {
    this.#events = undefined;
  }

  get events(): readonly BookEvent[] {
    return this.#events ?? NO_EVENTS;
  }

  add(event: BookEvent): void {
    if (this.#events === undefined) this.#events = [event];
    else this.#events.push(event);
  }

  /** A trade that has taken place. */
  print(maker: Entry, taker: Entry, sizeLots: number): void {
    const priceTicks = maker.priceTicks!;
    this.lastTicks = priceTicks;
    if (priceTicks > this.#highestTicks) this.#highestTicks = priceTicks;
    if (priceTicks < this.#lowestTicks) this.#lowestTicks = priceTicks;
    this.add({
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
