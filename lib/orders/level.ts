import type { Entry } from "./entry.ts";

/** The queue of one price, first in first out, with its sums. Orders are linked to each other: any of them leaves at once. */
export class Level {
  readonly priceTicks: number;
  head: Entry | undefined = undefined;
  tail: Entry | undefined = undefined;
  displayedLots = 0;
  totalLots = 0;
  orders = 0;

  constructor(priceTicks: number) {
    this.priceTicks = priceTicks;
  }

  append(entry: Entry): void {
    this.#link(entry, this.tail);
  }

  /** Puts an order behind all that are older, wherever that is. */
  insertByAge(entry: Entry): void {
    let before = this.tail;
    while (before !== undefined && before.entered > entry.entered) before = before.previous;
    this.#link(entry, before);
  }

  remove(entry: Entry): void {
    const { previous, next } = entry;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.tail = previous;
    else next.previous = previous;
    entry.level = undefined;
    entry.previous = undefined;
    entry.next = undefined;
    this.displayedLots -= entry.displayedLots;
    this.totalLots -= entry.remainingLots;
    this.orders--;
  }

  #link(entry: Entry, previous: Entry | undefined): void {
    const next = previous === undefined ? this.head : previous.next;
    entry.level = this;
    entry.previous = previous;
    entry.next = next;
    if (previous === undefined) this.head = entry;
    else previous.next = entry;
    if (next === undefined) this.tail = entry;
    else next.previous = entry;
    this.displayedLots += entry.displayedLots;
    this.totalLots += entry.remainingLots;
    this.orders++;
  }
}
