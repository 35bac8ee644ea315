/** One index as it stands in a snapshot: which days it covers, by which rules, and the images of the years asked for. */
import { AppError } from "../errors.ts";
import { missingSessions } from "../market/range.ts";
import type { Image, PartEntry } from "../ports.ts";
import { isoDay } from "../time.ts";
import type { DefinitionParameters } from "./definition.ts";
import type { Drift } from "./drift.ts";
import * as queries from "./queries.ts";
import * as reading from "./reading.ts";
import { yearPart, yearsOf } from "./schema.ts";
import {
  dayWarnings,
  isPointInTime,
  marketWarnings,
  missingSessionWarning,
  type Provenance,
  provenanceWarnings,
  type Warning,
} from "./warnings.ts";

export type Run = Readonly<{ first: number; last: number }>;

/** The run of an index, from the manifest alone; `undefined` when it was never built. */
export function runOf(parts: Readonly<Record<string, PartEntry>>, id: string): Run | undefined {
  const years = yearsOf(parts, id);
  const first = years[0];
  const last = years.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { first: parts[yearPart(id, first)]!.from!, last: parts[yearPart(id, last)]!.to! };
}

export const notBuilt = (id: string, run: Run | undefined): AppError =>
  new AppError(
    "INDEX_NOT_BUILT",
    run
      ? `index "${id}" is built for ${isoDay(run.first)} to ${isoDay(run.last)} only; POST /build-index extends it`
      : `index "${id}" has not been built yet; POST /build-index builds it`,
    {
      index: id,
      built: run ? { start_date: isoDay(run.first), end_date: isoDay(run.last) } : null,
    },
  );

export const unknownIndex = (id: string, known: readonly string[]): AppError =>
  new AppError("UNKNOWN_INDEX", `there is no index "${id}"`, { index: id, indices: known });

/** The years of a range, opened, in order. */
export class IndexYears {
  readonly id: string;
  readonly parameters: DefinitionParameters;
  readonly provenance: Provenance;
  readonly start: number;
  readonly end: number;
  readonly #years: readonly Image[];
  /** The year before the first one, when the range starts at a year's first day. */
  readonly #yearBefore: Image | undefined;
  readonly #market: Drift | "unchecked" | undefined;

  /** @param market how it has moved since these years were built */
  constructor(
    range: Readonly<{ start: number; end: number }>,
    years: readonly Image[],
    yearBefore: Image | undefined,
    market?: Drift | "unchecked",
  ) {
    const { id, parameters, provenance } = reading.builtBy(years.at(-1)!.query);
    this.id = id;
    this.parameters = JSON.parse(parameters);
    this.provenance = JSON.parse(provenance);
    this.start = range.start;
    this.end = range.end;
    this.#years = years;
    this.#yearBefore = yearBefore;
    this.#market = market;
  }

  /** The days of the range that were built; empty when nobody captured a session in it. */
  days(): number[] {
    return this.#years.flatMap((year) => reading.rangeDays(year.query, this.start, this.end));
  }

  /** The level that cumulative returns are relative to: the close before the range, or the base level. */
  levelBefore(): number {
    const own = reading.levelBefore(this.#years[0]!.query, this.start);
    const before =
      own ?? (this.#yearBefore && reading.levelBefore(this.#yearBefore.query, this.start));
    return before ?? this.parameters.base_value;
  }

  performance(): reading.PerformanceRow[] {
    return this.#years.flatMap((year) => reading.performanceDays(year.query, this.start, this.end));
  }

  /** Members at the close of `end`, by rank. */
  members(): reading.MemberDayRow[] {
    return reading.memberDays(this.#years.at(-1)!.query, this.end, this.end);
  }

  /** The members at the close of a session in the range and the level then; `undefined` for a day not built. */
  stateAt(date: number) {
    for (const year of this.#years) {
      const state = stateOf(year, date);
      if (state) return state;
    }
    return undefined;
  }

  /** The same at the close before the range; `undefined` when the range begins with the base day. */
  stateBefore() {
    for (const year of [this.#years[0], this.#yearBefore]) {
      const date = year && reading.rangeDays(year.query, 0, this.start - 1).at(-1);
      if (date) return stateOf(year, date);
    }
    return undefined;
  }

  /** Who entered and who left, by day. */
  changes(): reading.ChangeRow[] {
    return this.#years.flatMap((year) => reading.changes(year.query, this.start, this.end));
  }

  changeTotals(): reading.ChangeTotals {
    const totals = this.#years.map((year) =>
      reading.changeTotals(year.query, this.start, this.end),
    );
    const sum = (name: keyof reading.ChangeTotals) => totals.reduce((all, t) => all + t[name], 0);
    return { days: sum("days"), entered: sum("entered"), exited: sum("exited") };
  }

  /** Every member of every day, a year at a time. */
  *memberDays(): Generator<reading.MemberDayRow> {
    for (const year of this.#years) yield* reading.memberDays(year.query, this.start, this.end);
  }

  warnings(days: readonly number[]): Warning[] {
    return [
      ...provenanceWarnings(this.provenance),
      ...marketWarnings(this.#market, days),
      ...missingSessionWarning(missingSessions(days, this.start, this.end)),
      ...dayWarnings(
        this.#years.map((year) =>
          reading.dayWarnings(year.query, this.start, this.end, this.parameters.size),
        ),
      ),
    ];
  }

  get isPointInTime(): boolean {
    return isPointInTime(this.provenance);
  }
}

function stateOf({ query }: Image, date: number) {
  const level = queries.stateDay(query, date);
  return level && { date, level, members: queries.stateMembers(query, date) };
}
