/**
 * Records that wait to be sent, each behind those of its key. Of one key only the first is ever handed out, and the next not
 * before that one is done: so none can overtake another, however the requests that carry them end.
 */

export type Keyed = Readonly<{ key: string; size: number }>;

export type TakeLimits = Readonly<{ recordsMax: number; sizeMax: number }>;

export class KeyedQueue<Item extends Keyed> {
  readonly #byKey = new Map<string, Item[]>();
  /** Keys whose first record may be handed out, the longest waiting first. */
  readonly #ready = new Set<string>();

  push(item: Item): void {
    const waiting = this.#byKey.get(item.key);
    if (waiting) {
      waiting.push(item);
      return;
    }
    this.#byKey.set(item.key, [item]);
    this.#ready.add(item.key);
  }

  /** The first records of ready keys, as many as the limits allow, at least one if there is one. */
  take({ recordsMax, sizeMax }: TakeLimits): Item[] {
    const taken: Item[] = [];
    let size = 0;
    for (const key of this.#ready) {
      const item = this.#byKey.get(key)![0]!;
      if (taken.length === recordsMax || (taken.length > 0 && size + item.size > sizeMax)) break;
      this.#ready.delete(key);
      size += item.size;
      taken.push(item);
    }
    return taken;
  }

  /** A record that was taken is stored: the next of its key may go. */
  done({ key }: Item): void {
    const waiting = this.#byKey.get(key);
    waiting?.shift();
    if (waiting === undefined || waiting.length === 0) this.#byKey.delete(key);
    else this.#ready.add(key);
  }

  /** A record that was taken is to be taken once more, before all others of its key. */
  again({ key }: Item): void {
    if (this.#byKey.has(key)) this.#ready.add(key);
  }

  /** Forgets everything. @returns all records that were not done, those of one key in their order */
  clear(): Item[] {
    const left = [...this.#byKey.values()].flat();
    this.#byKey.clear();
    this.#ready.clear();
    return left;
  }
}
