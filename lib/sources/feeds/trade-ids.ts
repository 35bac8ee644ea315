/**
 * Our numbers for a vendor's trades. A vendor's own ids are unique per exchange and day at best and ascend for no symbol,
 * while the stream wants numbers that ascend per symbol, also over restarts of the feed: start * 4096 + 0, 1, 2 ...
 * (exact until the year 2039). The latest of them are remembered by the vendor's ids, so that repeats are known and
 * corrections find their trade; older ones are not.
 */

const PER_MS = 4096;
const KEPT = 262_144;

export class TradeIds {
  readonly #first: number;
  readonly #keptMax: number;
  readonly #next = new Map<string, number>();
  /** Two generations: when the new one has half of what is kept, the old one is forgotten at once. */
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  /** @param startMs when the feed began, epoch ms */
  constructor(startMs: number, keptMax = KEPT) {
    this.#first = Math.floor(startMs) * PER_MS;
    this.#keptMax = keptMax;
  }

  /** The next number of the symbol. @returns `undefined` for a trade that has one: it is a repeat */
  add(symbol: string, vendorId: string): number | undefined {
    const key = `${symbol} ${vendorId}`;
    if (this.#young.has(key) || this.#old.has(key)) return undefined;
    const id = this.#next.get(symbol) ?? this.#first;
    this.#next.set(symbol, id + 1);
    this.#remember(key, id);
    return id;
  }

  /** @returns `undefined` for a trade that is not, or no longer, known */
  find(symbol: string, vendorId: string): number | undefined {
    const key = `${symbol} ${vendorId}`;
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** The vendor calls a trade by another id from now on. */
  alias(symbol: string, vendorId: string, id: number): void {
    this.#remember(`${symbol} ${vendorId}`, id);
  }

  #remember(key: string, id: number): void {
    if (this.#young.size >= this.#keptMax / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, id);
  }
}
