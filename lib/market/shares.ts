/**
 * Shares outstanding as they could be known on a day, and the market cap that follows from them.
 *
 * Three rules. A fact can be used from the day after it became known: a filing of day d reaches nobody before d's
 * close for certain, so the next session is the first that counts it. Of the usable facts the one with the latest
 * effective date holds; of one date the one known last (an amendment). A fact stands on the split basis of its
 * effective date, however late it became known, and every split after that date multiplies it, from the split's own
 * day on: the close of that day is on the new basis already.
 */
import { AppError } from "../errors.ts";
import type { SharesFact } from "../ports.ts";
import { isoDay } from "../time.ts";
import { judgedFacts, type RefusedFact, type ShareSplit, splitFactor } from "./shares-facts.ts";

export type SharesOnDay = Readonly<{
  /** On the split basis of the day asked for. */
  shares: number;
  /** What was told, on the basis of its own effective date. */
  fact: SharesFact;
  /** Product of the splits between the two. */
  splitFactor: number;
}>;

/** USD from a close as traded (not adjusted) and the shares of the same day. */
export const marketCap = (close: number, { shares }: SharesOnDay): number => close * shares;

/** The shares of one security over many days, asked for in order: a step forward costs what it passes. */
export class SharesWalk {
  /** Tellings that were not believed, in the order they became known. */
  readonly refused: readonly RefusedFact[];
  readonly #facts: readonly SharesFact[];
  readonly #splits: readonly ShareSplit[];
  #day = 0;
  /** Facts known before the day, and splits up to it, among the first so many. */
  #knownFacts = 0;
  #pastSplits = 0;
  #held: SharesOnDay | undefined;

  /**
   * @param facts of one security, in any order
   * @param splits of the same security, in any order; not its spin-offs
   * @throws AppError DEGENERATE_INPUT for a split that is not above 0
   */
  constructor(facts: readonly SharesFact[], splits: readonly ShareSplit[]) {
    this.#splits = [...splits].sort((a, b) => a.date - b.date);
    for (const { date, ratio } of splits) demandRatio(date, ratio);
    const { accepted, refused } = judgedFacts(facts, this.#splits);
    this.#facts = accepted;
    this.refused = refused;
  }

  /**
   * @param day YYYYMMDD, not before the day asked for last
   * @returns `undefined` while nothing is known
   */
  on(day: number): SharesOnDay | undefined {
    if (day < this.#day) throw new RangeError(`days go forward: ${day} came after ${this.#day}`);
    this.#day = day;
    const before = this.#held?.fact;
    let fact = before;
    while (this.#knownFacts < this.#facts.length) {
      const next = this.#facts[this.#knownFacts]!;
      if (next.knownAt >= day) break;
      this.#knownFacts++;
      if (!fact || next.effectiveDate >= fact.effectiveDate) fact = next;
    }
    const pastSplits = this.#pastSplits;
    while (this.#pastSplits < this.#splits.length && this.#splits[this.#pastSplits]!.date <= day) {
      this.#pastSplits++;
    }
    if (fact !== before || pastSplits !== this.#pastSplits) this.#held = this.#onBasis(fact, day);
    return this.#held;
  }

  #onBasis(fact: SharesFact | undefined, day: number): SharesOnDay | undefined {
    if (!fact) return undefined;
    const factor = splitFactor(this.#splits, fact.effectiveDate, day);
    return { shares: fact.shares * factor, fact, splitFactor: factor };
  }
}

/** The shares of one day; for many days a {@link SharesWalk} does less. */
export const sharesOn = (
  facts: readonly SharesFact[],
  splits: readonly ShareSplit[],
  day: number,
): SharesOnDay | undefined => new SharesWalk(facts, splits).on(day);

function demandRatio(date: number, ratio: number): void {
  if (ratio > 0 && Number.isFinite(ratio)) return;
  throw new AppError(
    "DEGENERATE_INPUT",
    `the split of ${isoDay(date)} must give more than 0 new shares for each old one, was ${ratio}`,
    { date: isoDay(date), ratio },
  );
}
