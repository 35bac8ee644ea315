/** What a stream's windows are set to, checked, and what they count. */
import { AppError } from "../errors.ts";

export type WindowOptions = Readonly<{
  /** Lengths of the windows, whole ms; aligned to the epoch. Default: 1, 5 and 15 minutes. */
  sizesMs?: readonly number[];
  /** The watermark stays this far behind the latest event time. Default: 5 s. */
  latenessMs?: number;
  /** How far the watermark may be beyond a window's end for a late tick to revise the bar. Default: 0, late ticks are dropped. */
  allowedLatenessMs?: number;
  /**
   * For how long after its event time (by the watermark) a trade can be cancelled or corrected. Default: 0, not at all.
   * Of a stream so busy that its windows do not fit into the memory kept for that (see TradeLog) fewer can be.
   */
  correctableMs?: number;
  /** When the feed was joined: windows that began before are partial. Default: 0, none is. */
  sinceMs?: number;
}>;

export type WindowSettings = Required<WindowOptions>;

const MINUTE_MS = 60_000;

export const WINDOW_DEFAULTS: WindowSettings = {
  sizesMs: [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS],
  latenessMs: 5000,
  allowedLatenessMs: 0,
  correctableMs: 0,
  sinceMs: 0,
};

/** One bit per size is kept beside a trade. */
const MOST_SIZES = 16;

/** Defaults filled in, sizes ascending. @throws AppError DEGENERATE_INPUT for what cannot work */
export function windowSettings(options: WindowOptions): WindowSettings {
  const settings = { ...WINDOW_DEFAULTS, ...options };
  const sizesMs = settings.sizesMs.toSorted((a, b) => a - b);
  const isGood =
    sizesMs.length > 0 &&
    sizesMs.length <= MOST_SIZES &&
    sizesMs.every((size, at) => Number.isSafeInteger(size) && size > (sizesMs[at - 1] ?? 0));
  if (!isGood) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `sizesMs must be 1 to ${MOST_SIZES} different whole numbers above 0, was [${settings.sizesMs}]`,
    );
  }
  for (const name of ["latenessMs", "allowedLatenessMs", "correctableMs", "sinceMs"] as const) {
    if (settings[name] >= 0 && settings[name] < Infinity) continue;
    throw new AppError("DEGENERATE_INPUT", `${name} must be 0 or more, was "${settings[name]}"`);
  }
  return { ...settings, sizesMs };
}

/** What was wrong with a row: the first thing found. A repeat has an id that came before; of an unmatched cancel or
 * correction the trade is unknown or too old. */
export type RowRefusal = "symbol" | "price" | "size" | "time" | "duplicate" | "unmatched";
export type RefusedRow = Readonly<{ row: number; reason: RowRefusal }>;

export type WindowCounts = {
  /** Rows offered, whatever became of them. */
  ticks: number;
  /** Ticks dropped for at least one size. */
  lateTicks: number;
  /** Ticks dropped per size, sizes ascending. */
  lateBySize: number[];
  duplicates: number;
  /** Rows refused, by the first thing found wrong. */
  invalid: { symbol: number; price: number; size: number; time: number };
  cancelled: number;
  corrected: number;
  /** Cancels and corrections whose trade is unknown or too old. */
  unmatched: number;
  /** Bars emitted as final, revisions included. */
  bars: number;
  /** Of them the revisions. */
  revisions: number;
};

export const noCounts = (sizes: number): WindowCounts => ({
  ticks: 0,
  lateTicks: 0,
  lateBySize: new Array<number>(sizes).fill(0),
  duplicates: 0,
  invalid: { symbol: 0, price: 0, size: 0, time: 0 },
  cancelled: 0,
  corrected: 0,
  unmatched: 0,
  bars: 0,
  revisions: 0,
});

/** Everything a stream of windows knows, as plain JSON beside flat lists of numbers, which pack well. */
export type WindowState = Readonly<{
  format: 1;
  settings: WindowSettings;
  symbols: readonly string[];
  /** Largest event time of a valid tick; -1 = none yet. */
  latestMs: number;
  /** The watermark was pushed here by processing time; -1 = never. */
  pushedMs: number;
  counts: WindowCounts;
  /** Per window: size index, start, 1 = open, count of cells; then per cell the symbol and its 16 numbers. */
  windows: Float64Array;
  ids: Float64Array;
  trades: Float64Array;
}>;
