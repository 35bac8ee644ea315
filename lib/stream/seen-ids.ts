/**
 * Which trade ids of a symbol came already, in a memory that does not grow: the highest id, and the latest gaps below it.
 *
 * Guaranteed: a repeat is always recognised, however old. Not guaranteed: an id that comes for the first time after
 * {@link GAPS} newer gaps were opened for its symbol is taken for a repeat. Ids that ascend without gaps cost one
 * comparison; ids that are not ordered in time at all (hashes) do not belong here.
 */
import { NumberList } from "./number-list.ts";

/** Gaps remembered per symbol. */
export const GAPS = 32;

export class SeenIds {
  /** The highest id per symbol, -1 = none yet. Raising one by 1 is all that {@link add} does for the next id in a row. */
  highest = new Float64Array(0);
  /** Per symbol GAPS pairs of (lowest, highest) unseen id; empty pairs are (0, -1). */
  #gaps = new Float64Array(0);
  #next = new Int32Array(0);

  /** Makes room for this many symbols. */
  fit(symbols: number): void {
    const known = this.highest.length;
    if (symbols <= known) return;
    const highest = new Float64Array(symbols).fill(-1);
    highest.set(this.highest);
    const gaps = new Float64Array(symbols * GAPS * 2);
    for (let at = this.#gaps.length + 1; at < gaps.length; at += 2) gaps[at] = -1;
    gaps.set(this.#gaps);
    const next = new Int32Array(symbols);
    next.set(this.#next);
    this.highest = highest;
    this.#gaps = gaps;
    this.#next = next;
  }

  /** Remembers the id. @returns whether it came for the first time */
  add(symbol: number, id: number): boolean {
    const highest = this.highest[symbol]!;
    if (id <= highest) return this.#fill(symbol, id);
    this.highest[symbol] = id;
    if (id > highest + 1) this.#open(symbol, highest + 1, id - 1);
    return true;
  }

  #open(symbol: number, lowest: number, highest: number): void {
    const place = this.#next[symbol]!;
    const at = (symbol * GAPS + place) * 2;
    this.#gaps[at] = lowest;
    this.#gaps[at + 1] = highest;
    this.#next[symbol] = (place + 1) % GAPS;
  }

  #fill(symbol: number, id: number): boolean {
    const end = (symbol + 1) * GAPS * 2;
    for (let at = symbol * GAPS * 2; at < end; at += 2) {
      const lowest = this.#gaps[at]!;
      const highest = this.#gaps[at + 1]!;
      if (id < lowest || id > highest) continue;
      if (id === lowest) this.#gaps[at] = id + 1;
      else {
        this.#gaps[at + 1] = id - 1;
        if (id < highest) this.#open(symbol, id + 1, highest);
      }
      return true;
    }
    return false;
  }

  /** Flat numbers per symbol that had an id: symbol, highest, next place, count of gaps, then place, lowest, highest of each. */
  export(): Float64Array {
    const out = new NumberList();
    for (let symbol = 0; symbol < this.highest.length; symbol++) {
      if (this.highest[symbol]! < 0) continue;
      const begin = out.length;
      for (const number of [symbol, this.highest[symbol]!, this.#next[symbol]!, 0])
        out.push(number);
      let gaps = 0;
      for (let place = 0; place < GAPS; place++) {
        const at = (symbol * GAPS + place) * 2;
        const [lowest, highest] = [this.#gaps[at]!, this.#gaps[at + 1]!];
        if (lowest > highest) continue;
        for (const number of [place, lowest, highest]) out.push(number);
        gaps++;
      }
      out.set(begin + 3, gaps);
    }
    return out.taken();
  }

  /** Takes what {@link export} gave; there must be room for its symbols. */
  restore(state: Float64Array): void {
    let from = 0;
    while (from < state.length) {
      const symbol = state[from]!;
      this.highest[symbol] = state[from + 1]!;
      this.#next[symbol] = state[from + 2]!;
      const end = from + 4 + state[from + 3]! * 3;
      for (from += 4; from < end; from += 3) {
        const at = (symbol * GAPS + state[from]!) * 2;
        this.#gaps[at] = state[from + 1]!;
        this.#gaps[at + 1] = state[from + 2]!;
      }
    }
  }
}
