/**
 * How an investment of 1 grows through a series of returns: total, drawdowns, months.
 * Returns and drawdowns are fractions; a drawdown is 0 at a peak and negative below it.
 */

/** The path of wealth, with its deepest fall. Positions count closes; 0 is the start. */
export type Growth = Readonly<{
  /** ln of the final wealth; -Infinity when everything was lost. */
  logTotal: number;
  maxDrawdown: number;
  peakIndex: number;
  troughIndex: number;
  recoveryIndex: number | null;
}>;

/**
 * Two paths to the same wealth (-20 % then +25 %) differ by rounding only; within this much (of ln wealth) they
 * count as equal, so that a full recovery is seen as one.
 */
const SAME_WEALTH = 1e-14;

/**
 * Follows the wealth in logarithms with compensated sums: relative errors stay near 1e-16 however long the
 * series is, where a running product would gather one rounding a day.
 */
export function growth(returns: readonly number[]): Growth {
  let sum = 0;
  let lost = 0;
  let peak = 0;
  let peakAt = 0;
  let deepest = { fall: 0, peak: 0, peakIndex: 0, troughIndex: 0 };
  let recoveryIndex: number | null = null;
  for (let i = 0; i < returns.length; i++) {
    const step = Math.log1p(returns[i]!);
    if (step === -Infinity) {
      // Nothing is left to grow: the total loss is the deepest fall, and nothing recovers from it.
      return {
        logTotal: -Infinity,
        maxDrawdown: -1,
        peakIndex: peakAt,
        troughIndex: i + 1,
        recoveryIndex: null,
      };
    }
    const next = sum + step;
    const added = next - sum;
    lost += sum - (next - added) + (step - added);
    sum = next;
    const level = sum + lost;
    if (level > peak + SAME_WEALTH) {
      peak = level;
      peakAt = i + 1;
    }
    if (level - peak < deepest.fall - SAME_WEALTH) {
      deepest = { fall: level - peak, peak, peakIndex: peakAt, troughIndex: i + 1 };
      recoveryIndex = null;
    } else if (deepest.fall < 0 && recoveryIndex === null && level >= deepest.peak - SAME_WEALTH) {
      recoveryIndex = i + 1;
    }
  }
  return {
    logTotal: sum + lost,
    maxDrawdown: Math.expm1(deepest.fall),
    peakIndex: deepest.peakIndex,
    troughIndex: deepest.troughIndex,
    recoveryIndex,
  };
}

/** How far each level stands below the highest one up to it: fractions <= 0, one per level. Levels must be positive. */
export function drawdowns(levels: readonly number[]): number[] {
  let peak = 0;
  return levels.map((level) => {
    peak = Math.max(peak, level);
    return level / peak - 1;
  });
}

/** One calendar year of returns, compounded by month. A month without a return is null. */
export type YearOfReturns = Readonly<{
  year: number;
  /** January to December. */
  months: readonly (number | null)[];
  year_return: number;
}>;

/**
 * The table of monthly returns, oldest year first. A day without a return (the base day) adds nothing, so a month
 * at either end of the range may be a part of a month.
 *
 * @param days in date order; `date` is YYYYMMDD
 */
export function monthlyReturns(
  days: readonly Readonly<{ date: number; daily_return: number | null }>[],
): YearOfReturns[] {
  const years = new Map<number, number[][]>();
  for (const { date, daily_return } of days) {
    if (daily_return === null) continue;
    const year = Math.floor(date / 10_000);
    const month = (Math.floor(date / 100) % 100) - 1;
    const months = years.get(year) ?? Array.from({ length: 12 }, () => []);
    years.set(year, months);
    months[month]!.push(daily_return);
  }
  return [...years].map(([year, months]) => ({
    year,
    months: months.map((returns) => (returns.length === 0 ? null : compounded(returns))),
    year_return: compounded(months.flat()),
  }));
}

const compounded = (returns: readonly number[]): number => Math.expm1(growth(returns).logTotal);
