/**
 * Series of figures over the past, one value per input and none that looks ahead. NaN stands where the past is too
 * short or the figure is not defined: it is what the trees take for a missing value.
 */

/** ln of the value over the one `lag` before. */
export const logReturns = (values: readonly number[], lag: number): number[] =>
  values.map((value, t) => (t < lag ? Number.NaN : Math.log(value / values[t - lag]!)));

/** Mean and standard deviation (dividing by the period) of the `period` values up to each. */
export function rolling(
  values: readonly number[],
  period: number,
): { mean: number[]; deviation: number[] } {
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let t = 0; t < values.length; t++) {
    // Summed anew for each window: running sums would let the past beyond the window leave its rounding errors.
    let sum = 0;
    for (let i = t - period + 1; i <= t; i++) sum += values[i] ?? Number.NaN;
    const centre = sum / period;
    let squares = 0;
    for (let i = t - period + 1; i <= t; i++) squares += ((values[i] ?? Number.NaN) - centre) ** 2;
    mean.push(centre);
    deviation.push(Math.sqrt(squares / period));
  }
  return { mean, deviation };
}
