/**
 * Counts of shares from statements of which a vendor gives the balance date alone: when they became known follows from
 * the time the SEC allows, and the split basis from what the splits between them show.
 */
import type { SharesFact } from "../../ports.ts";
import { addDays } from "../../time.ts";
import { type Figure, onOwnBasis, type Split } from "./split-basis.ts";

/** Days the SEC gives the smaller filers: 45 for a quarter (10-Q), 90 for a year (10-K). */
export const QUARTER_LAG_DAYS = 45;
export const YEAR_LAG_DAYS = 90;

/** Counts of one company rarely double between two statements; a class line and its company differ by more. */
const AGREES_WITHIN = 2;

export type SharesStatement = Figure & Readonly<{ isYearEnd: boolean; source: string }>;
export type ToldShares = Readonly<{
  facts: readonly SharesFact[];
  /** Why none of them is taken. */
  doubt?: string;
}>;

/**
 * @param statements ascending by date, one a day
 * @param splits from the first statement up to the day of the witness
 * @param witness shares as they are today, found another way
 * @param isOneOfClasses whether the line may be one class of several, whose counts are of all of them together
 */
export function toldShares(
  ticker: string,
  statements: readonly SharesStatement[],
  splits: readonly Split[],
  witness: Figure | undefined,
  isOneOfClasses = false,
): ToldShares {
  const last = statements.at(-1);
  if (!last) return { facts: [] };
  if (!witness && isOneOfClasses) {
    return { facts: [], doubt: "one class of several, and no count of today to tell of which" };
  }
  if (!witness && splits.some(({ date }) => date > last.date)) {
    return { facts: [], doubt: "a split since the last statement, and no count of today" };
  }
  const figures = witness ? [...statements, witness] : statements;
  const own = onOwnBasis(figures, splits, "grows");
  const lastOwn = own[statements.length - 1]!;
  if (witness && !agrees(lastOwn, splits, witness)) {
    const detail = `${lastOwn.value} shares of ${last.date}, but ${Math.round(witness.value)} by today's market cap`;
    return { facts: [], doubt: `${detail}: another class, or another basis` };
  }
  return {
    facts: statements.map(({ date, isYearEnd, source }, at) => ({
      ticker,
      effectiveDate: date,
      knownAt: addDays(date, isYearEnd ? YEAR_LAG_DAYS : QUARTER_LAG_DAYS),
      shares: Math.round(own[at]!.value),
      source,
    })),
  };
}

function agrees(figure: Figure, splits: readonly Split[], witness: Figure): boolean {
  const since = splits.filter(({ date }) => date > figure.date);
  const today = since.reduce((shares, { value }) => shares * value, figure.value);
  return Math.abs(Math.log(today / witness.value)) < Math.log(AGREES_WITHIN);
}
