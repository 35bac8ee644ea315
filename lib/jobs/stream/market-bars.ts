/** What the jobs around predictions ask of the stored stream, and its bars as the forecast takes them. */
import type { Bar as ForecastBar } from "../../forecast/bar.ts";
import type { Bar } from "../../stream/bars.ts";

export type TradedSymbol = Readonly<{
  symbol: string;
  /** How much it is traded, by whatever figure the store has: only the order counts. */
  trades: number;
}>;

/** Both throw AppError DEPENDENCY_DOWN while the store cannot be read, IMAGE_REFUSED when it is damaged. */
export type MarketBars = Readonly<{
  /**
   * The newest final bars of a symbol and size, oldest first, each in its last revision, at most `limit`. Windows without
   * trades are missing. Throws AppError UNKNOWN_SYMBOL for a symbol the stream has never seen.
   */
  barsOf: (symbol: string, sizeMs: number, limit: number) => Promise<readonly Bar[]>;
  /** Every symbol of which bars are stored. */
  symbols: () => Promise<readonly TradedSymbol[]>;
}>;

/**
 * Bars of which a close can be believed. Left out: withdrawn ones, which have no price; those of which a part was not
 * seen; and those of irregular trades alone, whose prices are not the market's. What is left out is a window in which the
 * price stands still.
 */
export const believed = (bars: readonly Bar[]): ForecastBar[] =>
  bars.flatMap(({ startMs, endMs, open, high, low, close, volume, vwap, partial, irregular }) =>
    partial || irregular || open === null || high === null || low === null || close === null
      ? []
      : [{ startMs, endMs, open, high, low, close, volume, vwap }],
  );
