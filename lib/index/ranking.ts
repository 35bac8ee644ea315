/**
 * The eligible names of one day in order: largest market cap first, ticker (byte order) breaking ties, and with
 * one line per issuer where the definition asks for it. Names without a row today take part with the cap of
 * their last one. Lazy: a day's members need a walk of little more than `size` names; only the rank of a name
 * that fell far asks for the whole list.
 */
import { compareText } from "../text.ts";

export type RankedName = Readonly<{
  security: number;
  ticker: string;
  /** Lines of one issuer share this number; a name without issuer has its own. */
  issuer: number;
  marketCap: number;
  /** USD; the carried, split-adjusted price when priceDate is before the day. */
  price: number;
  priceDate: number;
}>;

/**
 * Calls `take` with each candidate whose market cap is at most `capMax`, by market cap descending, until it
 * returns false.
 */
export type Walk = (capMax: number, take: (name: RankedName) => boolean) => void;

/** Rows read past what is asked for: they hold the usual near misses, so that their ranks cost no second walk. */
const MARGIN = 10;

export class Ranking {
  readonly #walk: Walk;
  /** In order; those before `#carriedTaken` stand in `#names` already. */
  readonly #carried: readonly RankedName[];
  #carriedTaken = 0;
  readonly #onePerIssuer: boolean;
  /** Every name with a cap above `#unknownCap`, in order. */
  readonly #names: RankedName[] = [];
  readonly #issuers = new Set<number>();
  #unknownCap = Number.POSITIVE_INFINITY;
  #isComplete = false;

  constructor(walk: Walk, carried: readonly RankedName[], onePerIssuer: boolean) {
    this.#walk = walk;
    this.#carried = [...carried].sort(byRank);
    this.#onePerIssuer = onePerIssuer;
  }

  /** The first `count` names, fewer when there are not as many. */
  first(count: number): RankedName[] {
    while (!this.#isComplete && this.#names.length < count) {
      this.#readOn(count - this.#names.length, Number.POSITIVE_INFINITY);
    }
    return this.#names.slice(0, count);
  }

  /**
   * 1 for the largest; `null` when the name is not eligible on this day.
   *
   * @param marketCap the name's cap on this day: the walk goes no deeper than that. `null` = it has none
   */
  rankOf(security: number, marketCap: number | null): number | null {
    if (marketCap === null || !(marketCap > 0)) return null;
    if (!this.#isComplete && this.#unknownCap >= marketCap) this.#readOn(0, marketCap);
    const at = this.#names.findIndex((name) => name.security === security);
    return at === -1 ? null : at + 1;
  }

  /** Reads the whole day; after this the walk is not needed again. */
  complete(): void {
    if (!this.#isComplete) this.#readOn(Number.POSITIVE_INFINITY, 0);
  }

  /** Goes on where the last walk stopped: at least `count` rows further and down to `floorCap`. */
  #readOn(count: number, floorCap: number): void {
    const wanted = count + MARGIN;
    const walked: RankedName[] = [];
    let lastCap = Number.NaN;
    let isSorted = true;
    let stoppedAt: number | undefined;
    this.#walk(this.#unknownCap, (name) => {
      if (name.marketCap === lastCap) isSorted = false;
      else if (walked.length >= wanted && name.marketCap < floorCap) {
        // A group of equal caps is read to its end: its order is by ticker, not by how it is stored.
        stoppedAt = name.marketCap;
        return false;
      }
      lastCap = name.marketCap;
      walked.push(name);
      return true;
    });
    this.#unknownCap = stoppedAt ?? 0;
    this.#isComplete = stoppedAt === undefined;
    const untilCarried = this.#carried.findIndex((name) => name.marketCap <= this.#unknownCap);
    const carried = this.#carried.slice(
      this.#carriedTaken,
      untilCarried === -1 ? this.#carried.length : untilCarried,
    );
    this.#carriedTaken += carried.length;
    walked.push(...carried);
    if (carried.length > 0 || !isSorted) walked.sort(byRank);
    for (const name of walked) this.#append(name);
  }

  #append(name: RankedName): void {
    if (this.#onePerIssuer) {
      if (this.#issuers.has(name.issuer)) return;
      this.#issuers.add(name.issuer);
    }
    this.#names.push(name);
  }
}

function byRank(a: RankedName, b: RankedName): number {
  return b.marketCap - a.marketCap || compareText(a.ticker, b.ticker);
}
