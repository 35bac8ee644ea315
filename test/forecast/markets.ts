/** Markets drawn from a seed, the same every time. */
import { uniform } from "../../bench/uniform.ts";
import type { Bar } from "../../lib/forecast/bar.ts";

/** Standard normal numbers, by Box and Muller. */
export function normal(seed: number): () => number {
  const draw = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

export type Market = Readonly<{
  seed: number;
  count: number;
  /** How much of a bar's return comes again in the next; 0 is a random walk. */
  phi?: number;
  /** Standard deviation of what is new in a return. */
  volatility?: number;
}>;

const MINUTE_MS = 60_000;
const FIRST_MS = Date.UTC(2026, 0, 5, 14, 30);

/** One-minute bars whose log returns follow r(t) = phi r(t - 1) + noise. */
export function bars({ seed, count, phi = 0, volatility = 0.001 }: Market): Bar[] {
  const draw = normal(seed);
  let close = 100;
  let change = 0;
  return Array.from({ length: count }, (_, t) => {
    const open = close;
    change = phi * change + volatility * draw();
    close = open * Math.exp(change);
    const reach = 1 + volatility * Math.abs(draw());
    const startMs = FIRST_MS + t * MINUTE_MS;
    const high = Math.max(open, close) * reach;
    const low = Math.min(open, close) / reach;
    const vwap = (high + low + close) / 3;
    const volume = Math.round(1000 * Math.exp(0.3 * draw()));
    return { startMs, endMs: startMs + MINUTE_MS, open, high, low, close, volume, vwap };
  });
}

/** The same prices cut into sessions of so many bars, with a night between them over which the price jumps by a factor. */
export function nightly(market: readonly Bar[], length: number, jump = 1): Bar[] {
  return market.map((bar, t) => {
    const day = Math.floor(t / length);
    const by = jump ** day;
    const startMs = FIRST_MS + day * DAY_MS + (t % length) * MINUTE_MS;
    return {
      ...{ startMs, endMs: startMs + MINUTE_MS, volume: bar.volume },
      ...{ open: bar.open * by, high: bar.high * by, low: bar.low * by, close: bar.close * by },
      vwap: bar.vwap! * by,
    };
  });
}

const DAY_MS = 86_400_000;
