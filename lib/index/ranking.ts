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

/** Calls `take` with each candidate by market cap descending until it returns false. */
export type Walk = (take: (name: RankedName) => boolean) => void;

export class Ranking {
  readonly #walk: Walk;
  readonly #carried: readonly RankedName[];
  readonly #onePerIssuer: boolean;
  #names: RankedName[] = [];
  #isComplete = false;
  /** Names with a smaller cap than this may be missing. */
  #floorCap = Number.POSITIVE_INFINITY;
  #rankOf: Map<number, number> | undefined;

  constructor(walk: Walk, carried: readonly RankedName[], onePerIssuer: boolean) {
    this.#walk = walk;
    this.#carried = [...carried].sort(byRank);
    this.#onePerIssuer = onePerIssuer;
  }

  /** The first `count` names, fewer when there are not as many. */
  first(count: number): RankedName[] {
    this.#extend(count, Number.POSITIVE_INFINITY);
    return this.#names.slice(0, count);
  }

  /**
   * 1 for the largest; `null` when the name is not eligible on this day.
   *
   * @param marketCap the name's cap on this day: the walk goes no deeper than that. `null` = it has none
   */
  rankOf(security: number, marketCap: number | null): number | null {
    if (marketCap === null || !(marketCap > 0)) return null;
    this.#extend(0, marketCap);
    this.#rankOf ??= new Map(this.#names.map((name, i) => [name.security, i + 1]));
    return this.#rankOf.get(security) ?? null;
  }

  /** Reads the whole day; after this the walk is not needed again. */
  complete(): void {
    this.#extend(Number.POSITIVE_INFINITY, 0);
  }

  /** Makes sure of the first `count` names and of every name with at least `floorCap`. */
  #extend(count: number, floorCap: number): void {
    if (this.#isComplete || (this.#names.length >= count && this.#floorCap < floorCap)) return;
    // A margin past what is asked for holds the usual near misses, so that their ranks cost no second walk.
    const wanted = count + 10;
    const walked: RankedName[] = [];
    const issuers = new Set<number>();
    let isSorted = true;
    let wasStopped = false;
    this.#walk((name) => {
      const last = walked.at(-1);
      if (last && name.marketCap === last.marketCap) isSorted = false;
      else if (issuers.size >= wanted && name.marketCap < floorCap) {
        // A group of equal caps is read to its end: its order is by ticker, not by how it is stored.
        wasStopped = true;
        return false;
      }
      walked.push(name);
      issuers.add(this.#onePerIssuer ? name.issuer : walked.length);
      return true;
    });
    // Equal caps are read to their end, so every name above the floor is known.
    this.#floorCap = wasStopped ? walked.at(-1)!.marketCap : 0;
    const carried = this.#carried.filter((name) => name.marketCap >= this.#floorCap);
    const all = carried.length > 0 ? [...walked, ...carried] : walked;
    if (carried.length > 0 || !isSorted) all.sort(byRank);
    this.#names = this.#onePerIssuer ? firstOfEachIssuer(all) : all;
    this.#isComplete = !wasStopped;
    this.#rankOf = undefined;
  }
}

function byRank(a: RankedName, b: RankedName): number {
  return b.marketCap - a.marketCap || compareText(a.ticker, b.ticker);
}

function firstOfEachIssuer(names: readonly RankedName[]): RankedName[] {
  const seen = new Set<number>();
  return names.filter((name) => {
    if (seen.has(name.issuer)) return false;
    seen.add(name.issuer);
    return true;
  });
}
