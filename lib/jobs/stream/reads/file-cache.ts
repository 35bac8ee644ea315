/** What was decoded of files that never change, the longest unused given up first. One read at a time for each. */

type Kept = Readonly<{ value: unknown; bytes: number }>;

export class FileCache {
  readonly #bytesMax: number;
  readonly #kept = new Map<string, Kept>();
  readonly #reading = new Map<string, Promise<unknown>>();
  bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /**
   * @param read what the key stands for; always of one type, and never anything else. `undefined` is not kept
   * @param size bytes it takes in memory, about
   */
  get<T>(key: string, read: () => Promise<T>, size: (value: T) => number): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return Promise.resolve(kept.value as T);
    }
    const pending = this.#reading.get(key);
    if (pending) return pending as Promise<T>;
    const reading = read()
      .then((value) => {
        if (value !== undefined) this.#keep(key, value, size(value));
        return value;
      })
      .finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  #keep(key: string, value: unknown, bytes: number): void {
    this.#kept.set(key, { value, bytes });
    this.bytes += bytes;
    for (const [oldest, old] of this.#kept) {
      if (this.bytes <= this.#bytesMax) break;
      this.#kept.delete(oldest);
      this.bytes -= old.bytes;
    }
  }
}
