/**
 * Who stands behind a ticker on a day. A rename hands the ticker's holder on to the new ticker, so the security
 * keeps its identity; the ticker it left, and whoever used the new ticker before, are other securities.
 *
 * A security is a number: the id of the first symbol it traded under, or a negative number where that symbol's
 * id already means an earlier holder (a ticker used again).
 */

export type SymbolChange = Readonly<{ date: number; oldSymbol: number; newSymbol: number }>;

/** `symbol` meant `security` from `from` to `to`, both days included. */
export type Holder = Readonly<{ symbol: number; from: number; to: number; security: number }>;

export const FIRST_DAY = 0;
export const LAST_DAY = 99_991_231;

/**
 * Holders of every symbol that a change touches; any other symbol is its own security at all times.
 *
 * @param changes in any order; two on one day apply in the order old -> new of the chain they form
 * @param dayBefore the calendar day before a day (an argument so that this stays free of calendars)
 * @returns intervals that cover all days of each symbol named, in (symbol, from) order
 */
export function holders(
  changes: readonly SymbolChange[],
  dayBefore: (day: number) => number,
): Holder[] {
  const open = new Map<number, { from: number; security: number }>();
  const closed: Holder[] = [];
  let reused = 0;
  const holderOf = (symbol: number) => {
    const known = open.get(symbol);
    if (known) return known;
    const fresh = { from: FIRST_DAY, security: symbol };
    open.set(symbol, fresh);
    return fresh;
  };
  const hand = (symbol: number, date: number, security: number) => {
    const before = holderOf(symbol);
    if (before.from < date)
      closed.push({ symbol, from: before.from, to: dayBefore(date), security: before.security });
    open.set(symbol, { from: date, security });
  };
  const ordered = [...changes].sort((a, b) => a.date - b.date || a.oldSymbol - b.oldSymbol);
  for (let i = 0; i < ordered.length; ) {
    // Changes of one day happen at once: each new ticker takes the holder its old ticker had the day before.
    const day = ordered.filter((c) => c.date === ordered[i]!.date);
    i += day.length;
    const taken = day.map((c) => ({ ...c, security: holderOf(c.oldSymbol).security }));
    const freed = new Set(day.map((c) => c.oldSymbol));
    for (const { newSymbol, date, security } of taken) {
      hand(newSymbol, date, security);
      freed.delete(newSymbol);
    }
    for (const oldSymbol of freed) hand(oldSymbol, day[0]!.date, --reused);
  }
  for (const [symbol, { from, security }] of open)
    closed.push({ symbol, from, to: LAST_DAY, security });
  return closed.sort((a, b) => a.symbol - b.symbol || a.from - b.from);
}

/** Looks identities up in both directions. */
export class Identities {
  readonly #bySymbol = new Map<number, Holder[]>();
  readonly #bySecurity = new Map<number, Holder[]>();

  constructor(all: readonly Holder[]) {
    for (const holder of all) {
      push(this.#bySymbol, holder.symbol, holder);
      push(this.#bySecurity, holder.security, holder);
    }
  }

  securityOf(symbol: number, date: number): number {
    const list = this.#bySymbol.get(symbol);
    if (!list) return symbol;
    return list.find((h) => h.from <= date && date <= h.to)!.security;
  }

  /**
   * Whom something that happens on a day is about. On the day a ticker is given up that is still the security
   * giving it up: nobody who takes the ticker now has a past that could be split, paid or ended.
   */
  subjectOf(symbol: number, date: number): number {
    const list = this.#bySymbol.get(symbol);
    if (!list) return symbol;
    const at = list.findIndex((h) => h.from <= date && date <= h.to);
    const holder = list[at]!;
    return holder.security < 0 && holder.from === date && at > 0
      ? list[at - 1]!.security
      : holder.security;
  }

  /** The symbol a security trades under on a day; `undefined` when it has none then. */
  symbolOf(security: number, date: number): number | undefined {
    const list = this.#bySecurity.get(security);
    if (!list) return security;
    return list.find((h) => h.from <= date && date <= h.to)?.symbol;
  }

  /** Who held a symbol over time; `undefined` for a symbol that no change touches. */
  holdersOf(symbol: number): readonly Holder[] | undefined {
    return this.#bySymbol.get(symbol);
  }

  /** Every symbol a security ever had, oldest first. */
  symbolsOf(security: number): readonly Holder[] {
    const list = this.#bySecurity.get(security);
    if (!list) return [{ symbol: security, from: FIRST_DAY, to: LAST_DAY, security }];
    return [...list].sort((a, b) => a.from - b.from);
  }
}

function push(map: Map<number, Holder[]>, key: number, holder: Holder): void {
  const list = map.get(key);
  if (list) list.push(holder);
  else map.set(key, [holder]);
}
