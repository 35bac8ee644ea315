/** What the quality gate is given and what it answers. Days are YYYYMMDD, money is USD, NaN is "left out". */

/** One session in columns, one entry a row. */
export type GateDay = Readonly<{
  date: number;
  /** Rows; the columns may be longer. */
  count: number;
  /** Ids, dense from 1. */
  symbol: Int32Array;
  /** Number of the exchange in {@link GateFacts.exchanges}; 0 = unknown. */
  exchange: Uint8Array;
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  /** Not adjusted. */
  close: Float64Array;
  /** Against the vendor's own previous close, which it adjusts for splits. */
  netChange: Float64Array;
  /** Shares. */
  volume: Float64Array;
  marketCap: Float64Array;
  /**
   * Only of a stored day: the market cap the vendor gave, NaN = none. It differs from `marketCap` where the gate
   * repaired it. Without this column every stored cap counts as delivered.
   */
  delivered?: Float64Array;
}>;

export type GateFacts = Readonly<{
  /** Names by number; 0 is unknown. */
  exchanges: readonly string[];
  tickerOf: (symbol: number) => string;
  /**
   * Product of the split ratios (new shares per old) and spin-off factors known to be effective on a session; 1 if
   * none. Splits the gate detected on earlier sessions belong to them.
   */
  splitOn: (symbol: number, date: number) => number;
  /**
   * Whether a name without a row would be missed on a session; each would, when omitted. A source that was asked for
   * some names owes no others, and a name whose row is stored already is not absent.
   */
  isOwed?: (symbol: number, date: number) => boolean;
}>;

/** What becomes of a row. A repaired row stands, but for the figures its repairs name. */
export const ACCEPTED = 0;
export const REPAIRED = 1;
export const QUARANTINED = 2;

export type RepairRule =
  | "split_factor"
  | "power_of_ten"
  | "share_multiple"
  | "implied_shares"
  | "cap_absent"
  | "crossed_range";

export type Repair = Readonly<{
  row: number;
  /** "range" = open, high and low together: they are left out, and `delivered` is the high. */
  field: "market_cap" | "close" | "volume" | "range";
  /** NaN = nothing was delivered. */
  delivered: number;
  /** NaN = the figure is left out. */
  used: number;
  rule: RepairRule;
  detail: string;
}>;

/** A row that is not taken, and why. */
export type RefusedRow = Readonly<{ row: number; reason: string; detail: string }>;

/** A split that no action named. `ratio` is new shares per old: 4 for 4:1, 0.125 for 1:8. */
export type DetectedSplit = Readonly<{
  symbol: number;
  date: number;
  ratio: number;
  detail: string;
}>;

/** A new number of shares that was believed, after having been refused for a while. */
export type BelievedShares = Readonly<{ row: number; before: number; after: number }>;

/** Something about one exchange of the session; exchange 0 = rows whose exchange is unknown, or all of them. */
export type DayFinding = Readonly<{
  exchange: number;
  reason: string;
  detail: string;
  /** Its rows must not be stored. */
  isFailure: boolean;
}>;

export type DayVerdict = Readonly<{
  date: number;
  /** By row: {@link ACCEPTED}, {@link REPAIRED} or {@link QUARANTINED}. */
  fate: Uint8Array;
  repairs: readonly Repair[];
  refused: readonly RefusedRow[];
  detectedSplits: readonly DetectedSplit[];
  believed: readonly BelievedShares[];
  findings: readonly DayFinding[];
  /** Exchanges of which no row may be stored; 0 = the whole day. */
  failed: readonly number[];
}>;
