/** Two sources laid side by side, field by field, and what each of them has alone. */
import { Coverage, type CoverageReport } from "./coverage.ts";
import { type FieldReport, FieldTally, type Ranked } from "./tally.ts";

export const FIELDS = ["close", "volume", "market_cap"] as const;
export type Field = (typeof FIELDS)[number];

/** How far apart equal values may be, as fractions. */
export type Tolerances = Readonly<Record<Field, number>>;

/** The values of one source on one security and day, in the order of {@link FIELDS}; NaN = left out. */
export type FieldValues = Readonly<[number, number, number]>;

export type PairReport = Readonly<{
  a: string;
  b: string;
  /** (ticker, day) that both have. */
  rows_compared: number;
  fields: Readonly<Record<Field, FieldReport>>;
  only_in_a: CoverageReport;
  only_in_b: CoverageReport;
}>;

export class Pair {
  readonly a: number;
  readonly b: number;
  readonly #tallies: readonly FieldTally[];
  readonly #onlyInA = new Coverage();
  readonly #onlyInB = new Coverage();
  #rows = 0;

  constructor(a: number, b: number, tolerances: Tolerances) {
    this.a = a;
    this.b = b;
    this.#tallies = FIELDS.map((field) => new FieldTally(tolerances[field]));
  }

  /** @returns for each field whether the values are equal, `undefined` where one of them is left out */
  compare(
    security: number,
    day: number,
    a: FieldValues,
    b: FieldValues,
  ): readonly (boolean | undefined)[] {
    this.#rows++;
    this.#onlyInA.both(security);
    this.#onlyInB.both(security);
    return this.#tallies.map((tally, field) => {
      const [left, right] = [a[field]!, b[field]!];
      const isAbsent = Number.isNaN(left) || Number.isNaN(right);
      return isAbsent ? undefined : tally.compare(security, day, left, right);
    });
  }

  onlyIn(side: "a" | "b", security: number, day: number, otherHasDay: boolean): void {
    (side === "a" ? this.#onlyInA : this.#onlyInB).onlyHere(security, day, otherHasDay);
  }

  report(
    sources: readonly string[],
    ranked: Ranked,
    isIn: (source: number, security: number) => boolean,
  ): PairReport {
    const [close, volume, marketCap] = this.#tallies.map((tally) => tally.report(ranked));
    return {
      a: sources[this.a]!,
      b: sources[this.b]!,
      rows_compared: this.#rows,
      fields: { close: close!, volume: volume!, market_cap: marketCap! },
      only_in_a: this.#onlyInA.report(ranked, (security) => isIn(this.b, security)),
      only_in_b: this.#onlyInB.report(ranked, (security) => isIn(this.a, security)),
    };
  }
}
