/** One string per symbol for a whole file set, found from the bytes without making a string per row. */

/** Bytes kept per symbol; the first holds the length. */
const STRIDE = 24;
const MAX_TICKER_BYTES = 20;

/** A letter or digit, then letters, digits and the marks vendors use for classes, preferreds, units and indices. */
const TICKER = /^[A-Za-z0-9$][A-Za-z0-9./^+=$#*_:-]*$/;

export class TickerTable {
  readonly #tickers: string[] = [];
  #bytes = new Uint8Array(1024 * STRIDE);
  /** Open addressing: 1 + number of the symbol, 0 = free. */
  #slots = new Int32Array(4096);
  /** Number of the symbol that followed each symbol last time: files repeat their order every day. */
  #following = new Int32Array(1024);
  #previous = 0;

  /** The ticker in `bytes[start..end)`, spaces around it taken off; `undefined` when it cannot be one. */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    let from = start;
    let to = end;
    while (from < to && bytes[from] === 0x20) from++;
    while (to > from && bytes[to - 1] === 0x20) to--;
    const expected = this.#following[this.#previous]!;
    if (this.#is(expected, bytes, from, to)) {
      this.#previous = expected;
      return this.#tickers[expected];
    }
    const found = this.#look(bytes, from, to);
    if (found < 0) return undefined;
    this.#following[this.#previous] = found;
    this.#previous = found;
    return this.#tickers[found];
  }

  /** The same for text, so that a source of another form shares the strings. */
  of(text: string): string | undefined {
    const bytes = Buffer.from(text);
    return this.find(bytes, 0, bytes.length);
  }

  #look(bytes: Uint8Array, from: number, to: number): number {
    if (to - from > MAX_TICKER_BYTES) return -1;
    const mask = this.#slots.length - 1;
    for (let slot = hash(bytes, from, to) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) return this.#add(bytes, from, to);
      if (this.#is(number, bytes, from, to)) return number;
    }
  }

  #is(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const own = this.#bytes;
    const at = number * STRIDE;
    const length = to - from;
    if (own[at] !== length || length === 0) return false;
    for (let i = 0; i < length; i++) if (own[at + 1 + i] !== bytes[from + i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, from: number, to: number): number {
    const ticker = tickerOf(Buffer.from(bytes.subarray(from, to)).toString("utf8"));
    if (ticker === undefined) return -1;
    const number = this.#tickers.push(ticker) - 1;
    if (number === this.#following.length) this.#grow();
    this.#bytes[number * STRIDE] = to - from;
    this.#bytes.set(bytes.subarray(from, to), number * STRIDE + 1);
    this.#place(number);
    return number;
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1;
    const from = number * STRIDE + 1;
    let slot = hash(this.#bytes, from, from + this.#bytes[from - 1]!) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #grow(): void {
    const capacity = this.#following.length * 2;
    const bytes = new Uint8Array(capacity * STRIDE);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    const following = new Int32Array(capacity);
    following.set(this.#following);
    this.#following = following;
    this.#slots = new Int32Array(capacity * 4);
    // The symbol that made the table grow is placed by its caller.
    for (let number = 0; number < this.#tickers.length - 1; number++) this.#place(number);
  }
}

/** The ticker as the market keeps it; `undefined` for text that cannot be one. */
export function tickerOf(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed.length <= MAX_TICKER_BYTES && TICKER.test(trimmed) ? trimmed : undefined;
}

function hash(bytes: Uint8Array, from: number, to: number): number {
  let mixed = 0x811c9dc5;
  for (let at = from; at < to; at++) mixed = Math.imul(mixed ^ bytes[at]!, 0x01000193);
  return mixed ^ (mixed >>> 13);
}
