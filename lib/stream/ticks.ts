/** What enters the market stream: trade prints, and what a feed says about them later. */

/** Bits of the `flags` column. */
export const TICK = {
  /**
   * The sale condition keeps this trade out of open, high, low and close (an odd lot, an average-price trade, a print
   * out of sequence); volume, VWAP and the count of trades take it in.
   */
  irregular: 1,
  /** Not a trade: the trade of this symbol and id never happened. Price, size and time are not read. */
  cancel: 2,
  /** Not a trade: price, size and the `irregular` bit replace those of this symbol's trade with this id. Time is not read. */
  correct: 4,
} as const;

/**
 * Packed columns of ticks in the order of their arrival. `symbol` is an index of the stream's SymbolTable, `timeMs`
 * the event time (epoch ms), `price` in the currency of the symbol, `size` in shares; fractions are allowed.
 * `id`: whole numbers from 0 to 2^53 - 1 that ascend per symbol but for some disorder; below 0 or NaN = none.
 */
export type TickColumns = Readonly<{
  symbol: Int32Array;
  timeMs: Float64Array;
  price: Float64Array;
  size: Float64Array;
  /** Without ids nothing can be recognised as a repeat, cancelled or corrected. */
  id?: Float64Array;
  /** Bits of {@link TICK}; without the column every row is a regular trade. */
  flags?: Uint8Array;
}>;

/** One tick by the name of its symbol; see {@link TickColumns} for the units. */
export type Tick = Readonly<{
  symbol: string;
  timeMs: number;
  price: number;
  size: number;
  id?: number;
  irregular?: boolean;
}>;
