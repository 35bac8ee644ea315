/** The indicators of one symbol over closes that are all there, as an answer shows them. The same code as the stream's. */
import { AppError } from "../../errors.ts";
import { type Columns, defined, type Reading } from "./indicator.ts";
import { INDICATOR_NAMES, type IndicatorName, Indicators } from "./indicators.ts";

/** One line per column, one entry per close, null before the first value; and the reading after the last close. */
export type IndicatorSeries = Readonly<{
  lines: Readonly<Record<string, readonly (number | null)[]>>;
  last: Reading;
}>;

/**
 * The named indicators over closes in time order.
 *
 * @throws AppError DEGENERATE_INPUT when a close is not a positive number; `details` say which and why
 */
export function indicatorSeries<Name extends IndicatorName = IndicatorName>(
  closes: readonly number[],
  names: readonly Name[] = INDICATOR_NAMES as readonly IndicatorName[] as readonly Name[],
): Readonly<Record<Name, IndicatorSeries>> {
  const indicators = new Indicators(1);
  const chosen = names.map((name) => ({ name, lines: linesOf(indicators[name].columns, closes) }));
  const all = chosen.flatMap(({ lines }) => Object.values(lines));
  closes.forEach((close, at) => {
    const refusal = indicators.update(0, close);
    if (refusal !== null) {
      const message = `closes must be positive numbers, the one at ${at} was "${close}"`;
      throw new AppError("DEGENERATE_INPUT", message, { at, close: String(close), refusal });
    }
    for (const { column, line } of all) line[at] = defined(column[0]!);
  });
  const series = chosen.map(({ name, lines }) => [
    name,
    {
      lines: Object.fromEntries(Object.entries(lines).map(([output, { line }]) => [output, line])),
      last: indicators.reading(name, 0),
    },
  ]);
  return Object.fromEntries(series) as Record<Name, IndicatorSeries>;
}

type Line = Readonly<{ column: Float64Array; line: (number | null)[] }>;

/** An empty line beside each column. */
const linesOf = (columns: Columns, closes: readonly number[]): Record<string, Line> =>
  Object.fromEntries(
    Object.entries(columns).map(([output, column]) => [
      output,
      { column, line: new Array<number | null>(closes.length).fill(null) },
    ]),
  );
