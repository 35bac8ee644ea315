/**
 * The levels of one side in the order of their prices. The best is found at once, any other price by a Map; a new price
 * costs a binary search and a move of the better ones, which are few because most prices come and go near the best.
 */
import type { Entry } from "./entry.ts";
import { Level } from "./level.ts";

export class Ladder {
  readonly #sign: number;
  /** Worst first, so that the best comes and goes at the end. */
  readonly #levels: Level[] = [];
  readonly #byPrice = new Map<number, Level>();
  /** Sum over all orders, hidden lots included. */
  totalLots = 0;
  orders = 0;

  constructor(best: "highest" | "lowest") {
    this.#sign = best === "highest" ? 1 : -1;
  }

  get best(): Level | undefined {
    return this.#levels[this.#levels.length - 1];
  }

  /** Levels, best first, as long as somebody asks for more. */
  *bestFirst(): Generator<Level, void, undefined> {
    for (let at = this.#levels.length - 1; at >= 0; at--) yield this.#levels[at]!;
  }

  append(entry: Entry, priceTicks: number): void {
    this.#at(priceTicks).append(entry);
    this.#count(entry.remainingLots, 1);
  }

  insertByAge(entry: Entry, priceTicks: number): void {
    this.#at(priceTicks).insertByAge(entry);
    this.#count(entry.remainingLots, 1);
  }

  remove(entry: Entry): void {
    const level = entry.level!;
    level.remove(entry);
    this.#count(-entry.remainingLots, -1);
    if (level.orders === 0) this.#drop(level);
  }

  /** Takes lots off an order that keeps its place, and leaves it showing at most `displayedLots`. */
  shrink(entry: Entry, lots: number, displayedLots: number): void {
    const level = entry.level!;
    level.totalLots -= lots;
    level.displayedLots += displayedLots - entry.displayedLots;
    entry.remainingLots -= lots;
    entry.displayedLots = displayedLots;
    this.totalLots -= lots;
  }

  /** Shows the next slice of an iceberg, behind all others of its price. */
  refill(entry: Entry): void {
    const level = entry.level!;
    level.remove(entry);
    entry.showSlice();
    level.append(entry);
  }

  #count(lots: number, orders: number): void {
    this.totalLots += lots;
    this.orders += orders;
  }

  #at(priceTicks: number): Level {
    const found = this.#byPrice.get(priceTicks);
    if (found !== undefined) return found;
    const level = new Level(priceTicks);
    this.#byPrice.set(priceTicks, level);
    const at = this.#place(priceTicks);
    if (at === this.#levels.length) this.#levels.push(level);
    else this.#levels.splice(at, 0, level);
    return level;
  }

  #drop(level: Level): void {
    this.#byPrice.delete(level.priceTicks);
    if (this.best === level) this.#levels.pop();
    else this.#levels.splice(this.#place(level.priceTicks), 1);
  }

  /** Where a price stands, or would. */
  #place(priceTicks: number): number {
    const levels = this.#levels;
    const key = this.#sign * priceTicks;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sign * levels[middle]!.priceTicks < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
