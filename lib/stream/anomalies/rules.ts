/**
 * When a closed bar is out of the ordinary. Four rules, each against a limit that has to be exceeded, not met:
 *
 *   price_spike                    close more than 5 % (high), 10 % (critical) from the mean of the previous 20 closes
 *   volume_spike                   volume more than 3 times (medium), 6 times (high) the mean of the previous 20 bars'
 *   rsi_overbought, rsi_oversold   RSI 14 above 70, below 30 (low); an RSI of 0 is one
 *   high_latency                   more than 100 ms from the trade to its processing (critical)
 *
 * The bar under test is no part of its own baseline: a mean that contains the spike hides it.
 */

export type AnomalyType =
  | "price_spike"
  | "volume_spike"
  | "rsi_overbought"
  | "rsi_oversold"
  | "high_latency";

export type Severity = "low" | "medium" | "high" | "critical";

/** Bars of a symbol that make its baseline; neither price nor volume is judged before there are so many. */
export const BASELINE_BARS = 20;

/** After an alert no other of the same symbol and type is sent for so long, in the time of the bars. */
export const COOLDOWN_MS = 300_000;

const PRICE = { high: 0.05, critical: 0.1 };
const VOLUME = { medium: 3, high: 6 };
const RSI = { overbought: 70, oversold: 30 };
const LATENCY_MS = 100;

/** What a bar is judged by; NaN stands for what is not known, and no rule fires on it. */
export type Observation = Readonly<{
  close: number;
  meanClose: number;
  volume: number;
  meanVolume: number;
  rsi: number;
  latencyMs: number;
}>;

export type Finding = Readonly<{
  type: AnomalyType;
  severity: Severity;
  /**
   * price_spike: signed fraction from the mean (0.052 = 5.2 % above); volume_spike: multiple of the mean; rsi_*: the
   * RSI; high_latency: ms.
   */
  value: number;
  /** What the bar was compared with: the mean close or volume of the bars before; null where the rule has none. */
  baseline: number | null;
  /** What `value` exceeds, in its unit; a spike below its baseline is measured by its distance. */
  threshold: number;
}>;

/**
 * Whether a value is above a limit by more than the rounding of its arithmetic: 105 / 100 - 1 is 0.05000000000000004
 * in binary, and yet no more than 5 %.
 */
const exceeds = (value: number, limit: number): boolean => value > limit * (1 + 1e-12);

/** What is out of the ordinary, in the order price, volume, RSI, latency. */
export function findings(seen: Observation): Finding[] {
  return [price(seen), volume(seen), rsi(seen), latency(seen)].filter(
    (finding) => finding !== undefined,
  );
}

function price({ close, meanClose }: Observation): Finding | undefined {
  const value = (close - meanClose) / meanClose;
  const distance = Math.abs(value);
  if (!exceeds(distance, PRICE.high)) return undefined;
  const severity = exceeds(distance, PRICE.critical) ? "critical" : "high";
  return {
    type: "price_spike",
    severity,
    value,
    baseline: meanClose,
    threshold: PRICE[severity],
  };
}

function volume({ volume, meanVolume }: Observation): Finding | undefined {
  if (!(meanVolume > 0)) return undefined;
  const value = volume / meanVolume;
  if (!exceeds(value, VOLUME.medium)) return undefined;
  const severity = exceeds(value, VOLUME.high) ? "high" : "medium";
  return {
    type: "volume_spike",
    severity,
    value,
    baseline: meanVolume,
    threshold: VOLUME[severity],
  };
}

function rsi({ rsi }: Observation): Finding | undefined {
  const { overbought, oversold } = RSI;
  const at = { severity: "low", value: rsi, baseline: null } as const;
  if (exceeds(rsi, overbought)) return { type: "rsi_overbought", ...at, threshold: overbought };
  if (exceeds(oversold, rsi)) return { type: "rsi_oversold", ...at, threshold: oversold };
  return undefined;
}

function latency({ latencyMs }: Observation): Finding | undefined {
  if (!(latencyMs > LATENCY_MS)) return undefined;
  const threshold = LATENCY_MS;
  return {
    type: "high_latency",
    severity: "critical",
    value: latencyMs,
    baseline: null,
    threshold,
  };
}

/** Whether somebody is to be told at all; the others are only recorded, and use up no cooldown. */
export const isAlarming = (severity: Severity): boolean =>
  severity === "high" || severity === "critical";
