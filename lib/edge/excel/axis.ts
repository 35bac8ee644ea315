/** Round axis bounds for a chart that shows lines above and an area of losses along its bottom. */

export type Axis = Readonly<{ min: number; max: number; step: number }>;

const ROWS = 6;
/** Grid rows at the bottom that belong to the area; the lines keep to those above. */
const AREA_ROWS = 2;

/** The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `atLeast` (> 0). */
export function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 2.5, 5, 10].find((f) => f * power >= atLeast * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/**
 * Bounds of the left axis: the lines fill the grid above the area. Undefined when there is nothing to scale,
 * which leaves the axis to the spreadsheet.
 */
export function lineAxis(values: readonly number[], hasArea: boolean): Axis | undefined {
  if (values.length === 0) return undefined;
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const rows = ROWS - (hasArea ? AREA_ROWS : 0);
  // A line that is flat but for rounding gets a tenth of its height to lie in.
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low > size * 1e-6 ? high - low : size * 0.1 || 1;
  let step = roundStep(span / rows);
  // Rounding the foot down may push the top out of the grid; the next step then holds both.
  while (Math.floor(low / step) * step + rows * step < high) step = roundStep(step * 1.01);
  const foot = Math.floor(low / step) * step;
  const min = foot - (hasArea ? AREA_ROWS * step : 0);
  return { min: tidy(min, step), max: tidy(min + ROWS * step, step), step };
}

/** Bounds of the right axis: 0 lies on the grid line where the area's rows end, the deepest value on the bottom row. */
export function areaAxis(values: readonly number[]): Axis | undefined {
  if (values.length === 0) return undefined;
  const deepest = values.reduce((low, value) => Math.min(low, value), 0);
  const step = roundStep(Math.max(-deepest, 0.001) / AREA_ROWS);
  return { min: -AREA_ROWS * step, max: (ROWS - AREA_ROWS) * step, step };
}

/** Drops the rounding noise of a multiple of `step`. */
const tidy = (value: number, step: number): number =>
  Number((Math.round(value / step) * step).toPrecision(12));
