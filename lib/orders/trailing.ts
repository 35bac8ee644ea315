/**
 * Trailing stops of one side by the best trade each has followed. Every trade moves all that it is better for, so none
 * has followed less than the last trade: groups form a stack, and a trade takes those it moves from its top.
 */
import type { Entry } from "./entry.ts";
import type { Side } from "./order.ts";

type Group = { readonly key: number; readonly entries: Set<Entry> };

export class Trailing {
  /** Higher trades move the stop of a sell, lower ones that of a buy; keys grow with what is better. */
  readonly #sign: number;
  /** Best anchor first. */
  readonly #groups: Group[] = [];

  constructor(side: Side) {
    this.#sign = side === "sell" ? 1 : -1;
  }

  /** An order whose anchor, if it has one, no order here has fallen behind. */
  add(entry: Entry): void {
    const key = this.#keyOf(entry.anchorTicks);
    const top = this.#groups.at(-1);
    if (top?.key === key) top.entries.add(entry);
    else this.#groups.push({ key, entries: new Set([entry]) });
    if (entry.anchorTicks !== undefined) this.#setStop(entry);
  }

  remove(entry: Entry): void {
    const at = this.#place(this.#keyOf(entry.anchorTicks));
    const group = this.#groups[at]!;
    group.entries.delete(entry);
    if (group.entries.size === 0) this.#groups.splice(at, 1);
  }

  /** Orders that a trade moved, with their new stops. */
  follow(priceTicks: number): Entry[] {
    const key = this.#sign * priceTicks;
    const moved: Entry[] = [];
    while (this.#groups.length > 0 && this.#groups.at(-1)!.key < key) {
      for (const entry of this.#groups.pop()!.entries) moved.push(entry);
    }
    for (const entry of moved) {
      entry.anchorTicks = priceTicks;
      this.add(entry);
    }
    return moved;
  }

  #keyOf(anchorTicks: number | undefined): number {
    return anchorTicks === undefined ? -Infinity : this.#sign * anchorTicks;
  }

  #setStop(entry: Entry): void {
    entry.stopTicks = entry.anchorTicks! - this.#sign * entry.trailTicks!;
  }

  #place(key: number): number {
    let low = 0;
    let high = this.#groups.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#groups[middle]!.key > key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
