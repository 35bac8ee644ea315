/** What is told from the levels of an index: shown, never stored. */

export type Level = Readonly<{ date: string; level: number }>;
export type Point = Readonly<{ date: string; value: number }>;

/** How far each level lies below the highest before it: 0 or negative. */
export function drawdown(days: readonly Level[]): Point[] {
  let peak = Number.NEGATIVE_INFINITY;
  return days.map(({ date, level }) => {
    peak = Math.max(peak, level);
    return { date, value: level / peak - 1 };
  });
}

/** Levels that begin at 100, so that two series of any base can be seen beside each other. */
export function rebased(days: readonly Level[]): Point[] {
  const first = days[0]?.level ?? 1;
  return days.map(({ date, level }) => ({ date, value: (100 * level) / first }));
}

export type MonthReturn = Readonly<{
  year: number;
  month: number;
  value: number;
  isWhole: boolean;
}>;

/**
 * Returns from the last level of a month to the last of the next. The first month counts from its first level, and like
 * the last one it may not be whole.
 */
export function monthlyReturns(days: readonly Level[]): MonthReturn[] {
  const months: MonthReturn[] = [];
  let before = days[0]?.level ?? 1;
  days.forEach(({ date, level }, at) => {
    const next = days[at + 1]?.date;
    if (next?.slice(0, 7) === date.slice(0, 7)) return;
    const [year, month] = date.split("-").map(Number) as [number, number];
    const isWhole = next !== undefined && months.length > 0;
    months.push({ year, month, value: level / before - 1, isWhole });
    before = level;
  });
  return months;
}

/** A year's return from its months. */
export const compounded = (months: readonly MonthReturn[]): number =>
  months.reduce((product, { value }) => product * (1 + value), 1) - 1;
