/** Ratios between numbers of shares, as splits make them. Each may be upside down: 1/8 is as much a ratio as 8. */

/** The larger of a factor and its inverse: how far it is from 1. */
export const spread = (factor: number): number => (factor < 1 ? 1 / factor : factor);

/** Whether two numbers differ by at most a fraction of either. */
export const isNear = (a: number, b: number, fraction: number): boolean =>
  spread(a / b) <= 1 + fraction;

const MOST_SHARES_FOR_ONE = 200;

/** Denominators of splits in use: 3:2, 25:2. Larger ones (13:10) occur as stock dividends. */
const SPLIT_DENOMINATORS = [1, 2];
const DIVIDEND_DENOMINATORS = [3, 4, 5, 10, 20];

/** The split n:1 or n:2 (or its inverse) that a factor is, within a fraction; 0 if none. */
export const splitRatio = (factor: number, fraction: number): number =>
  nearestRatio(factor, fraction, SPLIT_DENOMINATORS);

/** The stock dividend 21:20 .. 5:3 (or its inverse) that a factor is, within a fraction; 0 if none. */
export const stockDividendRatio = (factor: number, fraction: number): number =>
  nearestRatio(factor, fraction, DIVIDEND_DENOMINATORS);

function nearestRatio(factor: number, fraction: number, denominators: readonly number[]): number {
  const size = spread(factor);
  for (const denominator of denominators) {
    const numerator = Math.round(size * denominator);
    if (numerator <= denominator || numerator > MOST_SHARES_FOR_ONE) continue;
    if (isNear(size, numerator / denominator, fraction)) {
      return factor < 1 ? denominator / numerator : numerator / denominator;
    }
  }
  return 0;
}

const EXACT = 0.003;
const EXACT_OF_MANY = 2e-4;
const ROUGH = 0.05;

/**
 * Whether a change of the number of shares looks like a mistaken conversion: n:1 or n:2 or (3:2)^2 of the old number,
 * or, as that number may have been brought up to date at the same time, roughly 2:1 to 6:1.
 */
export function isMultiple(factor: number): boolean {
  const size = spread(factor);
  if (splitRatio(factor, size < 10 ? EXACT : EXACT_OF_MANY) > 0) return true;
  if (isNear(size, 2.25, EXACT)) return true;
  return size < 6.5 && nearestRatio(factor, ROUGH, [1]) > 0;
}

/** Whether a factor is 10, 100, .. or a tenth, a hundredth, .. of it. */
export function isPowerOfTen(factor: number): boolean {
  const exponent = Math.round(Math.log10(factor));
  return exponent !== 0 && isNear(factor, 10 ** exponent, 0.025);
}
