/**
 * How the market is cut into parts: one for what is known of securities, and for prices one a year, or one a month
 * while the year is the latest (the open year), so that a new day rewrites a month and not a year.
 */

export const REFERENCE = "reference";

/** "2023" or "2023-04". */
export type Period = string;

export const periodOf = (date: number, openYear: number): Period => {
  const year = Math.floor(date / 10_000);
  return year < openYear
    ? String(year)
    : `${year}-${String(Math.floor(date / 100) % 100).padStart(2, "0")}`;
};

export const capsPart = (period: Period): string => `caps/${period}`;
export const barsPart = (period: Period): string => `bars/${period}`;

export const isMonth = (period: Period): boolean => period.length === 7;
export const yearOf = (period: Period): number => Number(period.slice(0, 4));

/** Periods that have a caps part, in time order. */
export const periodsOf = (parts: Readonly<Record<string, unknown>>): Period[] =>
  Object.keys(parts)
    .filter((name) => name.startsWith("caps/"))
    .map((name) => name.slice("caps/".length))
    .sort();

/** The latest year with prices; 0 for an empty market. */
export const openYearOf = (parts: Readonly<Record<string, unknown>>): number =>
  periodsOf(parts).reduce((latest, period) => Math.max(latest, yearOf(period)), 0);
