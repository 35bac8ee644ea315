/**
 * Indicators over a whole series, each point worked out from the closes alone as a textbook would write it: slow, with
 * nothing carried from one point to the next but what the definition carries. The twin that the stream's must equal.
 */
import type { IndicatorName } from "../../lib/stream/indicators/indicators.ts";

type Line = (number | null)[];
export type Lines = Readonly<Record<string, Line>>;

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / values.length;

export const sma = (closes: readonly number[], period: number): Line =>
  closes.map((_, at) => (at + 1 < period ? null : mean(closes.slice(at + 1 - period, at + 1))));

/** Nulls before the first value are left out of the seed; `from` is the first close that may enter it. */
export function ema(values: readonly (number | null)[], period: number, from = 0): Line {
  const first = Math.max(
    from,
    values.findIndex((value) => value !== null),
  );
  const line: Line = [];
  values.forEach((value, at) => {
    const seed = values.slice(first, first + period) as number[];
    const before = line[at - 1];
    if (at < first + period - 1) line.push(null);
    else if (at === first + period - 1) line.push(mean(seed));
    else line.push(value! * (2 / (period + 1)) + before! * (1 - 2 / (period + 1)));
  });
  return line;
}

export function rsi(closes: readonly number[], period: number): Line {
  const changes = closes.slice(1).map((close, at) => close - closes[at]!);
  const smooth = (values: readonly number[]) => {
    let average = mean(values.slice(0, period));
    return values.map((value, at) => {
      if (at >= period) average = ((period - 1) * average + value) / period;
      return at + 1 < period ? null : average;
    });
  };
  const gains = smooth(changes.map((change) => Math.max(change, 0)));
  const losses = smooth(changes.map((change) => Math.max(-change, 0)));
  const points = gains.map((gain, at) => {
    if (gain === null) return null;
    const moved = gain + losses[at]!;
    return moved === 0 ? 50 : (100 * gain) / moved;
  });
  return closes.length === 0 ? [] : [null, ...points];
}

export function macd(closes: readonly number[]): Lines {
  const fast = ema(closes, 12, 14);
  const slow = ema(closes, 26);
  const early = slow.map((value, at) => (value === null ? null : fast[at]! - value));
  const signal = early.length < 26 ? early.map(() => null) : ema(early, 9);
  return {
    macd: early.map((value, at) => (signal[at] === null ? null : value)),
    signal,
    histogram: early.map((value, at) => (signal[at] === null ? null : value! - signal[at]!)),
  };
}

export function bollinger(closes: readonly number[], period: number, width: number): Lines {
  const middle = sma(closes, period);
  const reach = middle.map((centre, at) => {
    if (centre === null) return null;
    const window = closes.slice(at + 1 - period, at + 1);
    return width * Math.sqrt(mean(window.map((close) => (close - centre) ** 2)));
  });
  const shifted = (sign: number) =>
    middle.map((centre, at) => (centre === null ? null : centre + sign * reach[at]!));
  return { upper: shifted(1), middle, lower: shifted(-1) };
}

export const TEXTBOOK: Readonly<Record<IndicatorName, (closes: readonly number[]) => Lines>> = {
  sma20: (closes) => ({ value: sma(closes, 20) }),
  sma50: (closes) => ({ value: sma(closes, 50) }),
  sma200: (closes) => ({ value: sma(closes, 200) }),
  ema12: (closes) => ({ value: ema(closes, 12) }),
  ema26: (closes) => ({ value: ema(closes, 26) }),
  rsi14: (closes) => ({ value: rsi(closes, 14) }),
  macd,
  bollinger: (closes) => bollinger(closes, 20, 2),
};

/** Closes of a seeded random walk: the same on every machine, cents exact to a rounding. */
export function walk(count: number, seed: number, start = 100): number[] {
  let state = seed >>> 0;
  let cents = start * 100;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    cents = Math.max(100, cents + Math.floor((state / 2 ** 32) * 401) - 200);
    return cents / 100;
  });
}
