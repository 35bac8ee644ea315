/** An anomaly in one sentence. */
import type { AnomalyType, Severity } from "./rules.ts";

export type Worded = Readonly<{
  symbol: string;
  type: AnomalyType;
  severity: Severity;
  /** "1min" */
  window: string;
  value: number;
}>;

/** "AAPL: close 7.2 % above the mean of the 20 bars before (1min, high)" */
export const sentence = ({ symbol, type, severity, window, value }: Worded): string =>
  `${symbol}: ${SAYS[type](value)} (${window}, ${severity})`;

const side = (value: number): string => (value < 0 ? "below" : "above");

const SAYS: Readonly<Record<AnomalyType, (value: number) => string>> = {
  price_spike: (value) =>
    `close ${Math.abs(100 * value).toFixed(1)} % ${side(value)} the mean of the 20 bars before`,
  volume_spike: (value) => `volume ${value.toFixed(1)} times the mean of the 20 bars before`,
  rsi_overbought: (value) => `RSI 14 at ${value.toFixed(1)}, above 70`,
  rsi_oversold: (value) => `RSI 14 at ${value.toFixed(1)}, below 30`,
  high_latency: (value) => `${Math.round(value)} ms from the last trade to its processing`,
};
