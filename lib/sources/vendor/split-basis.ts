/**
 * Figures per share, and counts of shares, move with every split. Vendors restate past ones in their own way; our own
 * rows stand on the basis of their day.
 */

/** New shares for each old one from `date` on (YYYYMMDD). */
export type Split = Readonly<{ date: number; value: number }>;
export type Figure = Readonly<{ date: number; value: number }>;

/** How many shares of after all these splits one share of a day has become; the close of a split's day is new already. */
export function factorAfter(splits: readonly Split[], day: number): number {
  let factor = 1;
  for (const { date, value } of splits) if (date > day) factor *= value;
  return factor;
}

/** Parts of a share that a split is made of: 3:2, 21:20. */
const PARTS_MAX = 20;
/** Vendors print ratios with four decimals. */
const ROUNDING = 0.5e-4;
const FACTOR_PARTS = 1000;

/**
 * Vendors that adjust prices for spin-offs list them among the splits, with old price / (old price - value of what was
 * spun off) as the ratio: 1281:1000 for General Electric on 2023-01-04. A split has small parts (3:2) or is a stock
 * dividend of whole percents (103:100). A spin-off whose factor happens to be such a number cannot be told apart unless
 * it is written in thousandths.
 */
export function isSpinoff(numerator: number, denominator = 1): boolean {
  const ratio = numerator / denominator;
  if (ratio <= 1 || Number.isInteger(ratio)) return false;
  if (denominator >= FACTOR_PARTS) return true;
  for (let parts = 2; parts <= PARTS_MAX; parts++) {
    if (Math.abs(ratio - Math.round(ratio * parts) / parts) < ROUNDING) return false;
  }
  const percents = ratio * 100;
  return Math.abs(percents - Math.round(percents)) > 1e-6;
}

/** Counts of shares grow with a split, amounts per share shrink. */
export type Movement = "grows" | "shrinks";

/**
 * Figures as they stood on their own days, from figures of which nobody says whether the vendor has restated them for
 * later splits. Each split tells: a figure that does not move across it was restated.
 *
 * @param figures ascending by date
 * @param isLastRestated whether the last one is taken to be restated for splits after it, where no figure can tell
 */
export function onOwnBasis(
  figures: readonly Figure[],
  splits: readonly Split[],
  movement: Movement,
  isLastRestated = false,
): Figure[] {
  const moved = (factor: number) => (movement === "grows" ? factor : 1 / factor);
  const last = figures.at(-1);
  let folded = last && isLastRestated ? moved(factorAfter(splits, last.date)) : 1;
  const own: Figure[] = [];
  for (const [back, figure] of figures.toReversed().entries()) {
    const next = figures[figures.length - back];
    if (next) {
      const since = splits.filter(({ date }) => date > figure.date && date <= next.date);
      const expected = moved(factorAfter(since, figure.date));
      const seen = Math.log(next.value / figure.value);
      if (Math.abs(seen) < Math.abs(seen - Math.log(expected))) folded *= expected;
    }
    own.unshift({ date: figure.date, value: figure.value / folded });
  }
  return own;
}
