/**
 * When securities begin and stop having priced rows, from the coverage runs stored with each part of the market.
 * A rename in the middle of a run is no gap; the same ticker in other hands is.
 */
import type { Holder } from "../market/identity.ts";

/** A run of sessions, both ends included, on which a symbol has a priced row without a break. */
export type CoverageRun = Readonly<{ symbol: number; first_date: number; last_date: number }>;

export type Ending = Readonly<{ security: number; symbol: number }>;

export class Presence {
  readonly #sessions: readonly number[];
  readonly #holdersOf: (symbol: number) => readonly Holder[] | undefined;
  readonly #starts = new Map<number, Set<number>>();
  readonly #ends = new Map<number, Ending[]>();

  /** @param sessions every stored session the runs may touch, ascending */
  constructor(
    sessions: readonly number[],
    holdersOf: (symbol: number) => readonly Holder[] | undefined,
  ) {
    this.#sessions = sessions;
    this.#holdersOf = holdersOf;
  }

  add(runs: readonly CoverageRun[]): void {
    for (const { symbol, first_date, last_date } of runs) {
      const holders = this.#holdersOf(symbol);
      if (!holders) {
        this.#mark(symbol, symbol, first_date, last_date);
        continue;
      }
      for (const { from, to, security } of holders) {
        const start = from <= first_date ? first_date : this.#sessionFrom(from);
        const end = to >= last_date ? last_date : this.#sessionUntil(to);
        if (
          start !== undefined &&
          end !== undefined &&
          start <= end &&
          start <= last_date &&
          end >= first_date
        ) {
          this.#mark(security, symbol, start, end);
        }
      }
    }
  }

  /** Securities whose run begins on this day (and did not simply go on from the day before, within one part). */
  startedOn(date: number): ReadonlySet<number> {
    return this.#starts.get(date) ?? NONE;
  }

  /** Securities priced on `previous` and not on `date`, the next session. */
  lostBetween(previous: number, date: number): Ending[] {
    const started = this.startedOn(date);
    return (this.#ends.get(previous) ?? []).filter(({ security }) => !started.has(security));
  }

  /** Drops what lies before a day: it will not be asked for again. */
  forgetBefore(date: number): void {
    for (const map of [this.#starts, this.#ends]) {
      for (const day of map.keys()) if (day < date) map.delete(day);
    }
  }

  #mark(security: number, symbol: number, start: number, end: number): void {
    const starts = this.#starts.get(start);
    if (starts) starts.add(security);
    else this.#starts.set(start, new Set([security]));
    const ends = this.#ends.get(end);
    if (ends) ends.push({ security, symbol });
    else this.#ends.set(end, [{ security, symbol }]);
  }

  #sessionFrom(day: number): number | undefined {
    return this.#sessions.find((session) => session >= day);
  }

  #sessionUntil(day: number): number | undefined {
    return this.#sessions.findLast((session) => session <= day);
  }
}

const NONE: ReadonlySet<number> = new Set();
