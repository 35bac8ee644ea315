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
    if (found >= 0) return this.#used(found).names;
    const names = read(bytes);
    if (bytes.length > BYTES_MAX) return names;
    if (this.#kept.length === KEPT_MAX) this.#kept.shift();
    this.#kept.push({ bytes: new Uint8Array(bytes), names });
    return names;
  }

  #used(at: number): Kept {
    const kept = this.#kept[at]!;
    if (at < this.#kept.length - 1) {
      this.#kept.splice(at, 1);
      this.#kept.push(kept);
    }
    return kept;
  }
}
