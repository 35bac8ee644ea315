/**
 * Who stands behind a ticker on a day. A rename hands the ticker's holder on to the new ticker, so the security
 * keeps its identity; the ticker it left, and whoever used the new ticker before, are other securities. So is
 * whoever takes a ticker after its holder was delisted (succession.ts says from which day on).
 *
 * A security is a number: the id of the first symbol it traded under, or a negative number where that symbol's
 * id already means an earlier holder (a ticker used again).
 */

export type SymbolChange = Readonly<{ date: number; oldSymbol: number; newSymbol: number }>;

/** The security behind `symbol` left the market on `date`. */
export type Delisting = Readonly<{ date: number; symbol: number }>;

/**
 * The first day on which a symbol stands for somebody else after its holder was delisted; after the day of the
 * delisting, `undefined` when nobody follows.
 */
export type TakenOn = (symbol: number, delistedOn: number) => number | undefined;

/** `symbol` meant `security` from `from` to `to`, both days included. */
export type Holder = Readonly<{ symbol: number; from: number; to: number; security: number }>;

export const FIRST_DAY = 0;
export const LAST_DAY = 99_991_231;

/**
 * Holders of every symbol that a change or a succession touches; any other symbol is its own security at all times.
 *
 * @param changes in any order; two on one day apply in the order old -> new of the chain they form
 * @param dayBefore the calendar day before a day (an argument so that this stays free of calendars)
 * @param delistings in any order; where a holder is delisted twice the later day counts
 * @returns intervals that cover all days of each symbol named, in (symbol, from) order
 */
export function holders(
  changes: readonly SymbolChange[],
  dayBefore: (day: number) => number,
  delistings: readonly Delisting[] = [],
  takenOn: TakenOn = () => undefined,
): Holder[] {
  const book = new HolderBook(dayBefore, takenOn);
  const days = [...new Set([...changes, ...delistings].map(({ date }) => date))];
  const changesOn = Map.groupBy(changes, ({ date }) => date);
  const delistingsOn = Map.groupBy(delistings, ({ date }) => date);
  for (const date of days.sort((a, b) => a - b)) {
    book.passOnBefore(date);
    const renames = changesOn.get(date) ?? [];
    if (renames.length > 0) book.rename(date, renames);
    for (const { symbol } of delistingsOn.get(date) ?? []) book.delist(date, symbol, renames);
  }
  book.passOnBefore(LAST_DAY);
  return book.all();
}

/** Follows tickers through the days, in order. */
class HolderBook {
  readonly #dayBefore: (day: number) => number;
  readonly #takenOn: TakenOn;
  readonly #open = new Map<number, Readonly<{ from: number; security: number }>>();
  readonly #closed: Holder[] = [];
  /** The day on which a symbol passes to somebody else, of those whose holder is gone. */
  readonly #passing = new Map<number, number>();
  #strangers = 0;

  constructor(dayBefore: (day: number) => number, takenOn: TakenOn) {
    this.#dayBefore = dayBefore;
    this.#takenOn = takenOn;
  }

  /** Changes of one day happen at once: each new ticker takes the holder its old ticker had the day before. */
  rename(date: number, changes: readonly SymbolChange[]): void {
    const ordered = [...changes].sort((a, b) => a.oldSymbol - b.oldSymbol);
    const taken = ordered.map((c) => ({ ...c, security: this.#holderOf(c.oldSymbol).security }));
    const freed = new Set(ordered.map((c) => c.oldSymbol));
    for (const { oldSymbol, newSymbol, security } of taken) {
      this.#hand(newSymbol, date, security);
      freed.delete(newSymbol);
      // A rename says itself who goes on where.
      this.#passing.delete(oldSymbol);
      this.#passing.delete(newSymbol);
    }
    for (const oldSymbol of freed) this.#hand(oldSymbol, date, --this.#strangers);
  }

  /** @param renames those of the same day: a ticker given up today still names who gave it up */
  delist(date: number, symbol: number, renames: readonly SymbolChange[]): void {
    const isTaken = renames.some((change) => change.newSymbol === symbol);
    const left = isTaken ? undefined : renames.find((change) => change.oldSymbol === symbol);
    const held = left?.newSymbol ?? symbol;
    const takenOn = this.#takenOn(held, date);
    if (takenOn === undefined) this.#passing.delete(held);
    else this.#passing.set(held, takenOn);
  }

  /** Hands on every ticker whose time came before a day. */
  passOnBefore(date: number): void {
    for (const [symbol, takenOn] of this.#passing) {
      if (takenOn >= date) continue;
      this.#passing.delete(symbol);
      this.#hand(symbol, takenOn, --this.#strangers);
    }
  }

  all(): Holder[] {
    const open = [...this.#open].map(([symbol, holder]) => ({ symbol, to: LAST_DAY, ...holder }));
    return [...this.#closed, ...open].sort((a, b) => a.symbol - b.symbol || a.from - b.from);
  }

  #holderOf(symbol: number) {
    const known = this.#open.get(symbol);
    if (known) return known;
    const fresh = { from: FIRST_DAY, security: symbol };
    this.#open.set(symbol, fresh);
    return fresh;
  }

  #hand(symbol: number, date: number, security: number): void {
    const { from, security: before } = this.#holderOf(symbol);
    if (from < date)
      this.#closed.push({ symbol, from, to: this.#dayBefore(date), security: before });
    this.#open.set(symbol, { from: date, security });
  }
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
