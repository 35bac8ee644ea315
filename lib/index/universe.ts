/** Who may enter an index on a day: the intervals of each symbol, as SQL laid them out, held ready for the walk. */

/** `symbol` passes the filters from `validFrom` to `validTo`, both included, and stands for `issuer` then. */
export type EligibleInterval = Readonly<{
  symbol: number;
  validFrom: number;
  validTo: number;
  issuer: number;
}>;

export class Universe {
  /** By symbol: intervals that do not overlap, in time order. */
  readonly #intervals: (EligibleInterval[] | undefined)[] = [];

  /** @param intervals by symbol and time */
  constructor(intervals: Iterable<EligibleInterval>) {
    for (const interval of intervals) {
      const known = this.#intervals[interval.symbol];
      if (known) known.push(interval);
      else this.#intervals[interval.symbol] = [interval];
    }
  }

  /** Lines of one company share a number. `undefined` when the symbol does not pass the filters on the day. */
  issuerOn(symbol: number, date: number): number | undefined {
    const intervals = this.#intervals[symbol];
    if (intervals === undefined) return undefined;
    for (const { validFrom, validTo, issuer } of intervals) {
      if (validFrom <= date && date <= validTo) return issuer;
    }
    return undefined;
  }
}
