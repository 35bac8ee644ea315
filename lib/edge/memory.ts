/** Texts kept in the process, the least recently used ones dropped when their bytes reach the limit. */
export type Lru = Readonly<{
  get: (key: string) => string | undefined;
  set: (key: string, value: string) => void;
  /** Bytes held now, keys included. */
  bytes: () => number;
}>;

/** Two bytes a character, as V8 stores text at worst. */
const bytesOf = (key: string, value: string) => 2 * (key.length + value.length);

/** A value larger than a quarter of `maxBytes` is not kept: it would empty the rest. */
export function lru({ maxBytes }: Readonly<{ maxBytes: number }>): Lru {
  const entries = new Map<string, string>();
  let held = 0;

  const drop = (key: string) => {
    const value = entries.get(key);
    if (value === undefined) return;
    entries.delete(key);
    held -= bytesOf(key, value);
  };

  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      // A Map keeps the order of insertion: putting the entry back makes it the youngest.
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      drop(key);
      if (bytesOf(key, value) > maxBytes / 4) return;
      entries.set(key, value);
      held += bytesOf(key, value);
      for (const oldest of entries.keys()) {
        if (held <= maxBytes) break;
        drop(oldest);
      }
    },
    bytes: () => held,
  };
}
