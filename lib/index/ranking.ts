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
  #rankOf: Map<number, number> | undefined;

  constructor(walk: Walk, carried: readonly RankedName[], onePerIssuer: boolean) {
    this.#walk = walk;
    this.#carried = [...carried].sort(byRank);
    this.#onePerIssuer = onePerIssuer;
  }

  /** The first `count` names, fewer when there are not as many. */
  first(count: number): RankedName[] {
    this.#extend(count);
    return this.#names.slice(0, count);
  }

  /** 1 for the largest; `null` when the name is not eligible on this day. */
  rankOf(security: number): number | null {
    this.#rankOf ??= new Map(this.#names.map((name, i) => [name.security, i + 1]));
    const known = this.#rankOf.get(security);
    if (known !== undefined || this.#isComplete) return known ?? null;
    this.complete();
    return this.rankOf(security);
  }

  /** Reads the whole day; after this the walk is not needed again. */
  complete(): void {
    this.#extend(Number.POSITIVE_INFINITY);
  }

  #extend(count: number): void {
    if (this.#isComplete || this.#names.length >= count) return;
    // A margin past what is asked for holds the usual near misses, so that their ranks cost no second walk.
    const wanted = count + Math.max(20, count / 8);
    const walked: RankedName[] = [];
    const issuers = new Set<number>();
    let isSorted = true;
    let wasStopped = false;
    this.#walk((name) => {
      const last = walked.at(-1);
      if (last && name.marketCap === last.marketCap) isSorted = false;
      else if (issuers.size >= wanted) {
        // A group of equal caps is read to its end: its order is by ticker, not by how it is stored.
        wasStopped = true;
        return false;
      }
      walked.push(name);
      issuers.add(this.#onePerIssuer ? name.issuer : walked.length);
      return true;
    });
    const floor = wasStopped ? walked.at(-1)!.marketCap : 0;
    const carried = this.#carried.filter((name) => name.marketCap >= floor);
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
