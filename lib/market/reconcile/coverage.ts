/**
 * Rows that one source of a pair has and the other has not: names the other never has, days it has not at all, and
 * holes, where it knows the name and has the day but not the row.
 */
import { isoDay } from "../../time.ts";
import { byText, entry, type Ranked } from "./tally.ts";

export type HoleReport = Readonly<{ ticker: string; from: string; to: string; rows: number }>;

export type CoverageReport = Readonly<{
  rows: number;
  /** Names the other never has, and their rows on days it has. */
  symbols: Readonly<{ count: number; rows: number; examples: readonly string[] }>;
  /** Days the other has no row of at all. */
  sessions: Readonly<{ count: number; rows: number; examples: readonly string[] }>;
  holes: Readonly<{
    symbols: number;
    rows: number;
    largest: readonly HoleReport[];
  }>;
}>;

type Run = { from: number; to: number; rows: number };

/** Longest runs kept of each security. */
const KEPT = 5;

class Missing {
  rows = 0;
  #open: Run | undefined;
  #longest: Run[] = [];

  add(day: number): void {
    this.rows++;
    this.#open ??= { from: day, to: day, rows: 0 };
    this.#open.to = day;
    this.#open.rows++;
  }

  end(): void {
    if (!this.#open) return;
    this.#longest.push(this.#open);
    this.#longest.sort((a, b) => b.rows - a.rows || a.from - b.from);
    this.#longest.length = Math.min(this.#longest.length, KEPT);
    this.#open = undefined;
  }

  longest(): readonly Run[] {
    this.end();
    return this.#longest;
  }
}

/** What the first source of a pair has and the second has not. */
export class Coverage {
  readonly #missing = new Map<number, Missing>();
  readonly #days = new Map<number, number>();
  /** Securities with rows on days the other has not at all. */
  readonly #onClosedDays = new Set<number>();

  /** @param hasDay whether the other source has any row of that day */
  onlyHere(security: number, day: number, hasDay: boolean): void {
    if (hasDay) entry(this.#missing, security, () => new Missing()).add(day);
    else {
      this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
      this.#onClosedDays.add(security);
    }
  }

  /** Both have the security on a day: a hole ends here. */
  both(security: number): void {
    this.#missing.get(security)?.end();
  }

  /** @param isKnown whether the other source has the security on any day */
  report(ranked: Ranked, isKnown: (security: number) => boolean): CoverageReport {
    const { nameOf, top } = ranked;
    const missing = [...this.#missing];
    const strangers = missing.filter(([security]) => !isKnown(security));
    const names = new Set(
      [...this.#missing.keys(), ...this.#onClosedDays].filter((security) => !isKnown(security)),
    );
    const sessions = this.#sessions(top);
    const symbols = {
      count: names.size,
      rows: rowsOf(strangers),
      examples: [...names].map(nameOf).sort(byText).slice(0, top),
    };
    const holes = holesOf(
      missing.filter(([security]) => isKnown(security)),
      ranked,
    );
    return { rows: symbols.rows + sessions.rows + holes.rows, symbols, sessions, holes };
  }

  #sessions(top: number): CoverageReport["sessions"] {
    const days = [...this.#days.keys()].sort((a, b) => a - b);
    return {
      count: days.length,
      rows: [...this.#days.values()].reduce((total, rows) => total + rows, 0),
      examples: days.slice(0, top).map(isoDay),
    };
  }
}

type Securities = readonly (readonly [number, Missing])[];

const rowsOf = (all: Securities) => all.reduce((total, [, { rows }]) => total + rows, 0);

function holesOf(all: Securities, { nameOf, top }: Ranked): CoverageReport["holes"] {
  const runs = all.flatMap(([security, missing]) =>
    missing.longest().map((run) => ({ ticker: nameOf(security), ...run })),
  );
  const largest = runs
    .sort((a, b) => b.rows - a.rows || a.from - b.from || byText(a.ticker, b.ticker))
    .slice(0, top)
    .map(({ ticker, from, to, rows }) => ({ ticker, from: isoDay(from), to: isoDay(to), rows }));
  return { symbols: all.length, rows: rowsOf(all), largest };
}
