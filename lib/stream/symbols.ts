/** What a symbol may look like: "AAPL", "BRK.B", "EURUSD=X", "BTC-USD". Others never enter the stream. */
export const SYMBOL_PATTERN = /^[A-Z0-9][A-Z0-9.\-^=/]{0,19}$/;

/**
 * The symbols of a stream and their indexes. Hot paths carry the index (0, 1, 2 ... in the order of first sight);
 * an index never changes and is never reused. Names are compared whole: "NIFTY" and "NIFTYBANK" are strangers.
 */
export class SymbolTable {
  readonly #indexes = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #lists = new WeakMap<readonly string[], Int32Array>();
  #byName: Int32Array | undefined;

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.index(name);
  }

  get size(): number {
    return this.#names.length;
  }

  /** All names; the place is the index. */
  get names(): readonly string[] {
    return this.#names;
  }

  has(name: string): boolean {
    return this.#indexes.has(name);
  }

  /** The index of a symbol; one that was never seen is added. */
  index(name: string): number {
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#indexes.set(name, this.#names.length);
    this.#byName = undefined;
    return this.#names.push(name) - 1;
  }

  /**
   * The indexes of a list of names, -1 for those that are not accepted. Looked up once per array: frames of one feed share
   * theirs (see NameLists). So neither what is accepted nor a name that stands in the array may change; it may grow.
   */
  indexes(names: readonly string[], accepts: (name: string) => boolean): Int32Array {
    const known = this.#lists.get(names);
    if (known?.length === names.length) return known;
    const indexes = Int32Array.from(names, (name) => (accepts(name) ? this.index(name) : -1));
    this.#lists.set(names, indexes);
    return indexes;
  }

  /** @returns `undefined` for an index that no symbol has */
  name(index: number): string | undefined {
    return this.#names[index];
  }

  /** The indexes in the order of the names (by code unit, so that no locale changes the order of bars). */
  byName(): Int32Array {
    const names = this.#names;
    this.#byName ??= Int32Array.from(names.keys()).sort((a, b) =>
      names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : 0,
    );
    return this.#byName;
  }
}
