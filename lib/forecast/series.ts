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

/**
 * Exponential average that begins with the plain mean of the first `period` values that are there.
 *
 * @param weight of a new value, in (0, 1]
 */
export function exponential(values: readonly number[], period: number, weight: number): number[] {
  let average = Number.NaN;
  let sum = 0;
  let seen = 0;
  return values.map((value) => {
    if (Number.isNaN(value)) return average;
    seen++;
    if (seen <= period) {
      sum += value;
      average = seen === period ? sum / period : Number.NaN;
    } else {
      average += weight * (value - average);
    }
    return average;
  });
}

/** Wilder's relative strength index as a fraction: 0.5 where nothing moved. */
export function relativeStrength(values: readonly number[], period: number): number[] {
  const changes = values.map((value, t) => (t === 0 ? Number.NaN : value - values[t - 1]!));
  const part = (sign: 1 | -1) =>
    exponential(
      changes.map((change) => (Number.isNaN(change) ? change : Math.max(0, sign * change))),
      period,
      1 / period,
    );
  const [gains, losses] = [part(1), part(-1)];
  return gains.map((gain, t) => {
    const moved = gain + losses[t]!;
    return moved === 0 ? 0.5 : gain / moved;
  });
}

/** MACD (12, 26) minus its signal line (9). */
export function macdHistogram(values: readonly number[]): number[] {
  const ema = (of: readonly number[], period: number) => exponential(of, period, 2 / (period + 1));
  const [quick, slow] = [ema(values, 12), ema(values, 26)];
  const macd = quick.map((value, t) => value - slow[t]!);
  const signal = ema(macd, 9);
  return macd.map((value, t) => value - signal[t]!);
}
