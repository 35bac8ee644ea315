/**
 * Lists of names as they stand in frames. A feed sends the same list with frame after frame, and reading it takes longer
 * than the ticks beside it; so lists read lately are kept: the same bytes give the same array, and whoever has looked at
 * an array once knows it again.
 */

/** Lists kept: more than feeds and lanes in one shard. */
const KEPT_MAX = 32;
/** Longer lists are read each time. */
const BYTES_MAX = 1 << 18;

type Kept = Readonly<{ bytes: Uint8Array; names: readonly string[] }>;

export class NameLists {
  /** The latest used last. */
  readonly #kept: Kept[] = [];

  /** @param read makes the list; what it gives must depend on these bytes alone */
  list(bytes: Uint8Array, read: (bytes: Uint8Array) => readonly string[]): readonly string[] {
    const found = this.#kept.findLastIndex(
      (kept) => kept.bytes.length === bytes.length && Buffer.compare(kept.bytes, bytes) === 0,
    );
    return this.#used(found)?.names ?? this.keep(bytes, read(bytes));
  }

  /** A kept list whose bytes stand at a place of these; the longest of several. */
  startingAt(bytes: Uint8Array, from: number): Kept | undefined {
    let longest = -1;
    for (const [at, kept] of this.#kept.entries()) {
      const { length } = kept.bytes;
      if (longest >= 0 && length <= this.#kept[longest]!.bytes.length) continue;
      const there = bytes.subarray(from, from + length);
      if (there.length === length && Buffer.compare(kept.bytes, there) === 0) longest = at;
    }
    return this.#used(longest);
  }

  /** Keeps a list until many others were used. @returns the list */
  keep(bytes: Uint8Array, names: readonly string[]): readonly string[] {
    if (bytes.length > BYTES_MAX) return names;
    if (this.#kept.length === KEPT_MAX) this.#kept.shift();
    this.#kept.push({ bytes: new Uint8Array(bytes), names });
    return names;
  }

  /** @returns `undefined` for a place below 0 */
  #used(at: number): Kept | undefined {
    const kept = this.#kept[at];
    if (kept === undefined || at === this.#kept.length - 1) return kept;
    this.#kept.splice(at, 1);
    this.#kept.push(kept);
    return kept;
  }
}
