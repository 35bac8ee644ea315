/**
 * Do two or three sources say the same of the same days? Rows are laid side by side by (security, day), brought to
 * closes and volumes as traded with the corporate actions, and compared within tolerances. What comes out counts and
 * names; nothing is repaired here, and which source stands is for precedence.ts to say.
 *
 * Rows come a year at a time (see reconcile/window.ts), years in time order. Memory does not grow with the rows, only
 * with the days, the securities and the blocks kept of each.
 */
import type { CorporateAction, TickerChange } from "../ports.ts";
import { isoDay } from "../time.ts";
import { Adjustments, type Basis } from "./reconcile/basis.ts";
import {
  FIELDS,
  type Field,
  type FieldValues,
  Pair,
  type PairReport,
  type Tolerances,
} from "./reconcile/pair.ts";
import { type Labels, Securities } from "./reconcile/securities.ts";
import { type VerdictReport, Verdicts, verdict } from "./reconcile/verdict.ts";
import type { YearColumns } from "./reconcile/window.ts";

export { BASES, type Basis } from "./reconcile/basis.ts";
export type { Field, FieldValues, PairReport, Tolerances } from "./reconcile/pair.ts";
export type { Labels } from "./reconcile/securities.ts";
export { Window } from "./reconcile/window.ts";

/** Closes 5 basis points, volumes and market caps 1 %. */
export const TOLERANCES: Tolerances = { close: 0.0005, volume: 0.01, market_cap: 0.01 };

export const MIN_SOURCES = 2;
export const MAX_SOURCES = 3;

export type ComparedSource = Readonly<{ name: string; basis: Basis; labels: Labels }>;

export type ReconciliationInput = Readonly<{
  /** Two or three. */
  sources: readonly ComparedSource[];
  /** Splits and spin-offs, under the tickers of their days. */
  actions?: readonly CorporateAction[];
  changes?: readonly TickerChange[];
  tolerances?: Tolerances;
  /** How many days, symbols and holes each list of the report has. */
  top?: number;
}>;

export type SourceReport = Readonly<{
  name: string;
  basis: Basis;
  labels: Labels;
  rows: number;
  symbols: number;
  sessions: number;
  first: string | null;
  last: string | null;
}>;

export type ReconciliationReport = Readonly<{
  sources: readonly SourceReport[];
  tolerances: Tolerances;
  pairs: readonly PairReport[];
  /** Where all three have a value; null when two were compared. */
  three_way: Readonly<Record<Field, VerdictReport>> | null;
}>;

const DEFAULT_TOP = 10;

class Extent {
  rows = 0;
  sessions = 0;
  first = 0;
  last = 0;
  readonly securities = new Set<number>();
}

export class Reconciliation {
  readonly #sources: readonly ComparedSource[];
  readonly #securities: Securities;
  readonly #adjustments: Adjustments;
  readonly #tolerances: Tolerances;
  readonly #top: number;
  readonly #pairs: readonly Pair[];
  readonly #verdicts = FIELDS.map(() => new Verdicts());
  readonly #extents: readonly Extent[];

  constructor(input: ReconciliationInput) {
    this.#sources = input.sources;
    this.#securities = new Securities(input.changes ?? []);
    this.#adjustments = new Adjustments(input.actions ?? [], (ticker, day) =>
      this.#securities.numberOf(ticker, day, "of-the-day"),
    );
    this.#tolerances = input.tolerances ?? TOLERANCES;
    this.#top = input.top ?? DEFAULT_TOP;
    const places = input.sources.map((_, place) => place);
    this.#pairs = places.flatMap((a) =>
      places.slice(a + 1).map((b) => new Pair(a, b, this.#tolerances)),
    );
    this.#extents = places.map(() => new Extent());
  }

  /** The number of the security a source means by a ticker on a day. */
  securityOf(source: number, ticker: string, day: number): number {
    return this.#securities.numberOf(ticker, day, this.#sources[source]!.labels);
  }

  /** Compares a year of all sources, in their order; years come in time order. */
  year(columns: readonly YearColumns[]): void {
    const days = columns.map(({ day }) => new Set(day));
    for (const [source, held] of columns.entries()) this.#note(source, held, days[source]!);
    const at = columns.map(() => 0);
    for (;;) {
      const next = lowest(columns, at);
      if (!next) return;
      const present = columns.map((held, source) => {
        const isHere =
          at[source]! < held.count &&
          held.security[at[source]!] === next.security &&
          held.day[at[source]!] === next.day;
        return isHere ? this.#asTraded(source, held, at[source]!++) : undefined;
      });
      this.#compare(next.security, next.day, present, days);
    }
  }

  #note(source: number, { count, security, day }: YearColumns, days: ReadonlySet<number>): void {
    const extent = this.#extents[source]!;
    extent.rows += count;
    extent.sessions += days.size;
    for (const number of security) extent.securities.add(number);
    for (const date of day) {
      if (extent.first === 0 || date < extent.first) extent.first = date;
      if (date > extent.last) extent.last = date;
    }
  }

  #asTraded(source: number, held: YearColumns, at: number): FieldValues {
    const { basis } = this.#sources[source]!;
    const factor = this.#adjustments.factor(held.security[at]!, held.day[at]!, basis);
    return [held.close[at]! * factor, held.volume[at]! / factor, held.marketCap[at]!];
  }

  #compare(
    security: number,
    day: number,
    present: readonly (FieldValues | undefined)[],
    days: readonly ReadonlySet<number>[],
  ): void {
    const equal = this.#pairs.map((pair) => {
      const [a, b] = [present[pair.a], present[pair.b]];
      if (a && b) return pair.compare(security, day, a, b);
      if (a) pair.onlyIn("a", security, day, days[pair.b]!.has(day));
      if (b) pair.onlyIn("b", security, day, days[pair.a]!.has(day));
      return undefined;
    });
    if (equal.length < MAX_SOURCES) return;
    for (const [field, verdicts] of this.#verdicts.entries()) {
      const [first, second, third] = equal.map((fields) => fields?.[field]);
      if (first === undefined || second === undefined || third === undefined) continue;
      verdicts.add(security, day, verdict(first, second, third));
    }
  }

  report(): ReconciliationReport {
    const names = this.#sources.map(({ name }) => name);
    const ranked = {
      nameOf: (security: number) => this.#securities.nameOf(security),
      top: this.#top,
    };
    const isIn = (source: number, security: number) =>
      this.#extents[source]!.securities.has(security);
    const [close, volume, marketCap] = this.#verdicts.map((all) => all.report(names, ranked));
    return {
      sources: this.#sources.map((source, place) => extentReport(source, this.#extents[place]!)),
      tolerances: this.#tolerances,
      pairs: this.#pairs.map((pair) => pair.report(names, ranked, isIn)),
      three_way:
        names.length === MAX_SOURCES
          ? { close: close!, volume: volume!, market_cap: marketCap! }
          : null,
    };
  }
}

const extentReport = (source: ComparedSource, extent: Extent): SourceReport => ({
  name: source.name,
  basis: source.basis,
  labels: source.labels,
  rows: extent.rows,
  symbols: extent.securities.size,
  sessions: extent.sessions,
  first: extent.rows > 0 ? isoDay(extent.first) : null,
  last: extent.rows > 0 ? isoDay(extent.last) : null,
});

/** The earliest (security, day) that any source stands at; `undefined` when all are at their end. */
function lowest(columns: readonly YearColumns[], at: readonly number[]) {
  let security = Number.POSITIVE_INFINITY;
  let day = Number.POSITIVE_INFINITY;
  for (const [source, held] of columns.entries()) {
    const position = at[source]!;
    if (position >= held.count) continue;
    const [its, on] = [held.security[position]!, held.day[position]!];
    if (its < security || (its === security && on < day)) {
      security = its;
      day = on;
    }
  }
  return Number.isFinite(security) ? { security, day } : undefined;
}
