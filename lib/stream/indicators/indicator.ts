/** What every indicator of the stream is: state of many symbols, columns of values, and how much warm-up it needs. */

export type IndicatorName =
  | "sma20"
  | "sma50"
  | "sma200"
  | "ema12"
  | "ema26"
  | "rsi14"
  | "macd"
  | "bollinger";

/** One value per symbol, by index of the symbol; NaN where the indicator is not defined yet. */
export type Columns = Readonly<Record<string, Float64Array>>;

export type Indicator = Readonly<{
  columns: Columns;
  /** Closes a symbol must have seen for the first value. */
  firstBars: number;
  /**
   * Closes after which the value does not depend on where the series began: the window of an average is full, or the
   * seed of a smoothed average weighs less than {@link SEED_WEIGHT}.
   */
  stableBars: number;
  /** Closes a value rests on, at most; Infinity for a smoothed average, which forgets nothing entirely. */
  windowBars: number;
  /**
   * Takes the newest close of the memory, and writes the columns. It is not given the close: a fraction handed
   * to a function that is not inlined is put on the heap.
   */
  update: (symbol: number) => void;
  /** Writes the columns from the state alone, after it was restored. */
  publish: (symbol: number) => void;
}>;

/** A seed that weighs less is forgotten: 0.1 % of the distance between it and what an endless series would have. */
export const SEED_WEIGHT = 0.001;

/** How far the warm-up of an indicator has come for one symbol. */
export type Warmup = Readonly<{
  /** Bars the present value rests on; while there is no value, those seen so far. */
  usedBars: number;
  /** Bars still missing for the first value; 0 once there is one. */
  moreBars: number;
  /** Bars still missing until the value is stable; 0 once it is. */
  stableInBars: number;
}>;

/** An indicator of one symbol. A value is null before its first bar, never 0 and never NaN. */
export type Reading = Readonly<{
  values: Readonly<Record<string, number | null>>;
  stable: boolean;
  warmup: Warmup;
}>;

/** The reading of an indicator for one symbol that has seen so many bars. */
export function reading(indicator: Indicator, symbol: number, bars: number): Reading {
  const { columns, firstBars, stableBars, windowBars } = indicator;
  return {
    values: Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, defined(column[symbol]!)]),
    ),
    stable: bars >= stableBars,
    warmup: {
      usedBars: Math.min(bars, windowBars),
      moreBars: Math.max(0, firstBars - bars),
      stableInBars: Math.max(0, stableBars - bars),
    },
  };
}

/** A cell of a column as a value: null where the indicator is not defined. */
export const defined = (value: number): number | null => (Number.isNaN(value) ? null : value);
