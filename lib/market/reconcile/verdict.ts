/** Three sources on one value: which of them stands alone against two that agree. */
import { isoDay } from "../../time.ts";
import { byText, entry, type Ranked } from "./tally.ts";

/**
 * `agree`: all within tolerance of each other. `odd`: two agree and the third (by its place) agrees with neither.
 * `unclear`: one agrees with both others, which do not agree with each other. `none`: no two agree.
 */
export type Verdict = "agree" | "unclear" | "none" | 0 | 1 | 2;

/** @param first whether sources 0 and 1 agree; `second` 0 and 2; `third` 1 and 2 */
export function verdict(first: boolean, second: boolean, third: boolean): Verdict {
  const agreeing = Number(first) + Number(second) + Number(third);
  if (agreeing === 3) return "agree";
  if (agreeing === 2) return "unclear";
  if (agreeing === 0) return "none";
  return first ? 2 : second ? 1 : 0;
}

export type OddReport = Readonly<{
  source: string;
  rows: number;
  worst_days: readonly Readonly<{ date: string; compared: number; rows: number }>[];
  worst_symbols: readonly Readonly<{ ticker: string; rows: number; from: string; to: string }>[];
}>;

export type VerdictReport = Readonly<{
  compared: number;
  agree: number;
  odd: readonly OddReport[];
  none: number;
  unclear: number;
}>;

type Span = { rows: number; from: number; to: number };

export class Verdicts {
  readonly #counts = { agree: 0, unclear: 0, none: 0 };
  readonly #days = new Map<number, { compared: number; odd: [number, number, number] }>();
  readonly #securities = [0, 1, 2].map(() => new Map<number, Span>());
  readonly #odd: [number, number, number] = [0, 0, 0];
  #compared = 0;

  add(security: number, day: number, found: Verdict): void {
    this.#compared++;
    const count = entry(this.#days, day, () => ({ compared: 0, odd: [0, 0, 0] }));
    count.compared++;
    if (typeof found === "string") {
      this.#counts[found]++;
      return;
    }
    this.#odd[found]!++;
    count.odd[found]!++;
    const span = entry(this.#securities[found]!, security, () => ({ rows: 0, from: day, to: day }));
    span.rows++;
    span.to = day;
  }

  report(sources: readonly string[], ranked: Ranked): VerdictReport {
    return {
      compared: this.#compared,
      agree: this.#counts.agree,
      odd: sources.map((source, place) => this.#oddReport(source, place, ranked)),
      none: this.#counts.none,
      unclear: this.#counts.unclear,
    };
  }

  #oddReport(source: string, place: number, { nameOf, top }: Ranked): OddReport {
    const days = [...this.#days]
      .map(([day, { compared, odd }]) => ({ day, compared, rows: odd[place]! }))
      .filter(({ rows }) => rows > 0)
      .sort((a, b) => b.rows - a.rows || a.day - b.day);
    const securities = [...this.#securities[place]!].sort(
      ([s, a], [t, b]) => b.rows - a.rows || byText(nameOf(s), nameOf(t)),
    );
    return {
      source,
      rows: this.#odd[place]!,
      worst_days: days
        .slice(0, top)
        .map(({ day, compared, rows }) => ({ date: isoDay(day), compared, rows })),
      worst_symbols: securities.slice(0, top).map(([security, { rows, from, to }]) => ({
        ticker: nameOf(security),
        rows,
        from: isoDay(from),
        to: isoDay(to),
      })),
    };
  }
}
