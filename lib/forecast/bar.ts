/** What a forecast is made from: bars without gaps in their numbering, in order of time. */
import { AppError } from "../errors.ts";

export type Bar = Readonly<{
  /** ms since 1970 UTC; the bar covers [start, end) and is known at its end. */
  startMs: number;
  endMs: number;
  /** Prices, above 0. */
  open: number;
  high: number;
  low: number;
  close: number;
  /** Shares, 0 or more. */
  volume: number;
  /** Volume-weighted average price, above 0; absent or null where nothing was traded. */
  vwap?: number | null | undefined;
  /** Best offer - best bid at the end of the bar, in the currency of the prices. */
  spread?: number | null | undefined;
  /** (bid size - offer size) / (bid size + offer size) at the end of the bar, -1 to 1. */
  imbalance?: number | null | undefined;
}>;

/**
 * @throws AppError DEGENERATE_INPUT naming the first bar with a price that is not positive, a high below or a low above
 * another of its prices, a negative volume, a wrong spread or imbalance, or a time that does not follow the bar before
 */
export function demandBars(bars: readonly Bar[]): void {
  for (const [index, bar] of bars.entries()) {
    const wrong = faultOf(bar, bars[index - 1]);
    if (wrong === undefined) continue;
    throw new AppError("DEGENERATE_INPUT", `bar ${index}: ${wrong}`, {
      bar: index,
      start_ms: bar.startMs,
    });
  }
}

const PRICES = ["open", "high", "low", "close", "vwap"] as const;

function faultOf(bar: Bar, before: Bar | undefined): string | undefined {
  const { startMs, endMs, open, high, low, close, volume, spread, imbalance } = bar;
  if (!(Number.isFinite(startMs) && endMs > startMs && Number.isFinite(endMs))) {
    return `must end after it starts, was ${startMs} to ${endMs}`;
  }
  if (before !== undefined && !(startMs >= before.endMs)) {
    return `must start at or after the end of the bar before, ${before.endMs}, was ${startMs}`;
  }
  for (const name of PRICES) {
    const price = bar[name];
    if (name === "vwap" && (price === undefined || price === null)) continue;
    if (!(typeof price === "number" && price > 0 && price < Infinity)) {
      return `${name} must be a positive price, was ${price}`;
    }
  }
  if (!(high >= Math.max(open, close, low) && low <= Math.min(open, close))) {
    return `high and low must enclose open and close, were ${high}, ${low}, ${open}, ${close}`;
  }
  if (!(volume >= 0 && volume < Infinity)) return `volume must be 0 or more, was ${volume}`;
  if (!((spread ?? 0) >= 0 && (spread ?? 0) < Infinity))
    return `spread must be 0 or more, was ${spread}`;
  if (!(Math.abs(imbalance ?? 0) <= 1)) return `imbalance must be from -1 to 1, was ${imbalance}`;
  return undefined;
}
