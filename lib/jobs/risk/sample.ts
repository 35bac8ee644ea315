/** The days of a window as scenarios: only those on which everything asked for has a return. */
import { AppError } from "../../errors.ts";
import type { Scenarios } from "../../risk/positions.ts";
import type { Book, Live } from "./book.ts";
import type { History } from "./histories.ts";
import { type RiskWarning, scenarioWarnings, shortHistories } from "./warnings.ts";

export type Sample = Readonly<{
  /** The last session of each scenario, ascending. */
  dates: readonly number[];
  scenarios: Scenarios;
  warnings: readonly RiskWarning[];
}>;

/** With fewer there is no tail to speak of. */
export const SCENARIOS_LEAST = 20;

/**
 * @param held what has to have a return
 * @param horizon days of one scenario: returns over so many sessions in a row, which overlap
 * @throws AppError TOO_FEW_SCENARIOS
 */
export function sampleOf(book: Book, held: readonly Live[], horizon: number): Sample {
  const { ends, histories, scenarios } = overlapping(book, held, horizon);
  if (ends.length < SCENARIOS_LEAST) throw tooFew(book, histories, ends.length);
  return {
    dates: ends.map((day) => book.window[day + 1]!),
    scenarios,
    warnings: scenarioWarnings(histories, book.window, {
      asked: book.asked - horizon + 1,
      had: ends.length,
    }),
  };
}

/** Whether {@link sampleOf} has an answer. */
export const isEnough = (book: Book, held: readonly Live[], horizon: number): boolean =>
  overlapping(book, held, horizon).ends.length >= SCENARIOS_LEAST;

/** Every run of so many days in the window on which everything has a return; there may be none. */
export function overlapping(book: Book, held: readonly Live[], horizon: number) {
  const names = new Set(held.map(({ row }) => row.name));
  const histories = [...names].map((name) => book.histories.get(name)!);
  const days = book.window.length - 1;
  const own = histories.map(({ returns }) => returns.subarray(returns.length - days));
  const isWhole = Array.from({ length: days }, (_, day) =>
    own.every((returns) => !Number.isNaN(returns[day])),
  );
  const ends: number[] = [];
  for (let day = horizon - 1; day < days; day++) {
    if (isWhole.slice(day - horizon + 1, day + 1).every(Boolean)) ends.push(day);
  }
  const compounded = (returns: Float64Array) =>
    Float64Array.from(ends, (day) => compound(returns.subarray(day - horizon + 1, day + 1)));
  const scenarios: Scenarios = {
    returns: new Map(histories.map(({ name }, at) => [name, compounded(own[at]!)])),
    volatilityShifts: new Float64Array(ends.length),
  };
  return {
    /** The last return of each run, by its place in the window. */
    ends,
    histories,
    scenarios,
  };
}

/** The return over several days; a single one stays as it is, to the last digit. */
export function compound(returns: Float64Array): number {
  if (returns.length === 1) return returns[0]!;
  return returns.reduce((growth, change) => growth * (1 + change), 1) - 1;
}

function tooFew(book: Book, histories: readonly History[], scenarios: number): AppError {
  const short = shortHistories(histories, book.window).slice(0, 10);
  const why = short.length > 0 ? `, ${short[0]!.symbol} having none before ${short[0]!.from}` : "";
  return new AppError(
    "TOO_FEW_SCENARIOS",
    `everything in the portfolio has a return on ${scenarios} days of the window${why}; at least ${SCENARIOS_LEAST} are needed`,
    { scenarios, least: SCENARIOS_LEAST, short },
  );
}
