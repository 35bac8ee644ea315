/** What the indicators of a symbol say after its newest close, as one record. */
import type { IndicatorUpdate } from "../updates.ts";
import { defined } from "./indicator.ts";
import { INDICATOR_NAMES, type Indicators } from "./indicators.ts";

/** By name ("sma20"); of an indicator with several values by its name and theirs ("macd_signal"). */
export function readings(
  indicators: Indicators,
  symbol: number,
): Pick<IndicatorUpdate, "values" | "stable"> {
  const values: Record<string, number | null> = {};
  const stable: Record<string, boolean> = {};
  const bars = indicators.bars(symbol);
  for (const name of INDICATOR_NAMES) {
    const { columns, stableBars } = indicators[name];
    for (const [output, column] of Object.entries(columns)) {
      const key = output === "value" ? name : `${name}_${output}`;
      values[key] = defined(column[symbol]!);
      stable[key] = bars >= stableBars;
    }
  }
  return { values, stable };
}
