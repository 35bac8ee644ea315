/**
 * Means and central moments that keep their last digits. A mean daily return is a hundred times smaller than its
 * terms, so a plain running sum would lose two of the digits the figures are promised to have; sums of squares
 * need no such care. Written as loops over indexes: callbacks would cost five times the arithmetic.
 */

/** Arithmetic mean by compensated summation (Knuth's TwoSum); 0 for no values. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = sum + value;
    const added = next - sum;
    lost += sum - (next - added) + (value - added);
    sum = next;
  }
  return values.length === 0 ? 0 : (sum + lost) / values.length;
}

/** Mean and central moments about it, each a mean over all values; 0 where the values do not differ. */
export type Moments = Readonly<{ mean: number; second: number; third: number; fourth: number }>;

/** Population moments of a series. */
export function moments(values: readonly number[]): Moments {
  const centre = mean(values);
  if (isFlat(values)) return { mean: centre, second: 0, third: 0, fourth: 0 };
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - centre;
    const square = deviation * deviation;
    second += square;
    third += square * deviation;
    fourth += square * square;
  }
  const n = values.length;
  return { mean: centre, second: second / n, third: third / n, fourth: fourth / n };
}

/** Mean of the products of the deviations of two series of one length from their means. */
export function covariance(a: readonly number[], b: readonly number[]): number {
  const centreA = mean(a);
  const centreB = mean(b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - centreA) * (b[i]! - centreB);
  return a.length === 0 ? 0 : sum / a.length;
}

/**
 * Whether the values differ by no more than the rounding of numbers as large as `scale`, so that a variance
 * computed from them would be noise. `scale` is the size of the figures the values were subtracted from.
 */
export function isFlat(values: readonly number[], scale = 0): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const size = Math.max(scale, Math.abs(low), Math.abs(high));
  return values.length === 0 || high - low <= 4 * Number.EPSILON * size;
}

/** The largest magnitude; 0 for no values. */
export function largest(values: readonly number[]): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]!));
  return most;
}
