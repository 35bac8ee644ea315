/** One string per word of a column that says few different things, such as the exchange, found from its bytes. */

/** A column with more words than this is no such column; the rest of its words are not kept. */
const MOST_WORDS = 32;
const SPACE = 0x20;

export class WordTable {
  readonly #texts: string[] = [];
  /** The words one after the other, and where each begins; the last entry is the end. */
  #bytes = new Uint8Array(0);
  readonly #begins: number[] = [0];

  /** The text in `bytes[start..end)`, spaces around it taken off; "" when it is blank. */
  find(bytes: Uint8Array, start: number, end: number): string {
    let from = start;
    let to = end;
    while (from < to && bytes[from]! <= SPACE) from++;
    while (to > from && bytes[to - 1]! <= SPACE) to--;
    const own = this.#bytes;
    const begins = this.#begins;
    const last = begins.length - 1;
    for (let word = 0; word < last; word++) {
      const begin = begins[word]!;
      const length = begins[word + 1]! - begin;
      if (length !== to - from) continue;
      let at = 0;
      while (at < length && own[begin + at] === bytes[from + at]) at++;
      if (at === length) return this.#texts[word]!;
    }
    return this.#add(bytes.subarray(from, to));
  }

  #add(word: Uint8Array): string {
    const text = Buffer.from(word).toString("utf8");
    if (this.#texts.length === MOST_WORDS) return text;
    this.#texts.push(text);
    this.#bytes = Uint8Array.from([...this.#bytes, ...word]);
    this.#begins.push(this.#bytes.length);
    return text;
  }
}
