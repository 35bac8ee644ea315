/** What was made of texts of late, so that the same text need not be read again; nothing in it outlives the process. */
export type Recent<T> = Readonly<{
  get: (text: string) => T | undefined;
  set: (text: string, value: T) => void;
  /** Texts known now. */
  size: () => number;
}>;

export type RecentOptions = Readonly<{
  /** The text used longest ago goes first. */
  textsMax: number;
  /** A longer text is not kept: a caller chooses how long theirs are. */
  lettersMax: number;
}>;

export function recent<T>({ textsMax, lettersMax }: RecentOptions): Recent<T> {
  const known = new Map<string, T>();
  let youngest: string | undefined;

  return {
    get(text) {
      const value = known.get(text);
      if (value === undefined || text === youngest) return value;
      // A Map keeps the order of insertion: putting the entry back makes it the youngest.
      known.delete(text);
      known.set(text, value);
      youngest = text;
      return value;
    },
    set(text, value) {
      if (text.length > lettersMax) return;
      known.delete(text);
      known.set(text, value);
      youngest = text;
      if (known.size > textsMax) known.delete(known.keys().next().value!);
    },
    size: () => known.size,
  };
}
