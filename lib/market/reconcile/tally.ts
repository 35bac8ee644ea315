/** One field of one pair of sources: how many values were compared, how many are equal, where they are not. */
import { isoDay } from "../../time.ts";
import { Blocks } from "./blocks.ts";
import { difference, isWithin, type Percentiles, Spread } from "./spread.ts";

export type Ranked = Readonly<{
  /** Names of securities by number. */
  nameOf: (security: number) => string;
  /** How many days and symbols the report lists. */
  top: number;
}>;

export type DayReport = Readonly<{ date: string; compared: number; equal: number; share: number }>;

export type SymbolReport = Readonly<{
  ticker: string;
  compared: number;
  unequal: number;
  /** All of them; `blocks` lists the longest. */
  blocks_total: number;
  blocks: readonly Readonly<{ from: string; to: string; rows: number; typical_ratio: number }>[];
}>;

export type FieldReport = Readonly<{
  compared: number;
  equal: number;
  /** Fraction of the compared values; null when none was. */
  share: number | null;
  /** Of the larger value over the smaller, minus 1. */
  percentiles: Percentiles | null;
  worst_days: readonly DayReport[];
  worst_symbols: readonly SymbolReport[];
}>;

type DayCount = { compared: number; equal: number };

export class FieldTally {
  readonly #tolerance: number;
  readonly #spread = new Spread();
  readonly #days = new Map<number, DayCount>();
  readonly #securities = new Map<number, Blocks>();
  #compared = 0;
  #equal = 0;

  /** @param tolerance a fraction, 0.0005 = 5 basis points */
  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  /** Takes the values of one security and day; the days of a security come in time order. @returns whether they are equal */
  compare(security: number, day: number, a: number, b: number): boolean {
    const apart = difference(a, b);
    const isEqual = isWithin(apart, this.#tolerance);
    this.#spread.add(apart);
    this.#compared++;
    if (isEqual) this.#equal++;
    const count = entry(this.#days, day, () => ({ compared: 0, equal: 0 }));
    count.compared++;
    if (isEqual) count.equal++;
    entry(this.#securities, security, () => new Blocks()).add(day, a, b, isEqual);
    return isEqual;
  }

  report(ranked: Ranked): FieldReport {
    return {
      compared: this.#compared,
      equal: this.#equal,
      share: this.#compared > 0 ? this.#equal / this.#compared : null,
      percentiles: this.#spread.percentiles() ?? null,
      worst_days: this.#worstDays(ranked.top),
      worst_symbols: this.#worstSymbols(ranked),
    };
  }

  /** Those with most unequal rows: a share alone would put days of three rows first. */
  #worstDays(top: number): DayReport[] {
    return [...this.#days]
      .filter(([, { compared, equal }]) => equal < compared)
      .sort(([d, a], [e, b]) => b.compared - b.equal - (a.compared - a.equal) || d - e)
      .slice(0, top)
      .map(([day, { compared, equal }]) => ({
        date: isoDay(day),
        compared,
        equal,
        share: equal / compared,
      }));
  }

  #worstSymbols({ nameOf, top }: Ranked): SymbolReport[] {
    return [...this.#securities]
      .filter(([, { unequal }]) => unequal > 0)
      .sort(([s, a], [t, b]) => b.unequal - a.unequal || byText(nameOf(s), nameOf(t)))
      .slice(0, top)
      .map(([security, blocks]) => {
        const longest = blocks.longest();
        return {
          ticker: nameOf(security),
          compared: blocks.compared,
          unequal: blocks.unequal,
          blocks_total: blocks.total,
          blocks: longest.map(({ from, to, rows, ratio }) => ({
            from: isoDay(from),
            to: isoDay(to),
            rows,
            typical_ratio: ratio,
          })),
        };
      });
  }
}

/** Order of texts by their code units: the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The value of a key, made when it is first asked for. */
export function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
