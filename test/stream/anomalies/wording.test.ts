import { expect, it } from "vitest";
import { sentence } from "../../../lib/stream/anomalies/wording.ts";

it.each([
  [
    "price_spike",
    "critical",
    -0.1234,
    "A: close 12.3 % below the mean of the 20 bars before (1min, critical)",
  ],
  [
    "price_spike",
    "high",
    0.072,
    "A: close 7.2 % above the mean of the 20 bars before (1min, high)",
  ],
  ["volume_spike", "high", 6.52, "A: volume 6.5 times the mean of the 20 bars before (1min, high)"],
  ["rsi_overbought", "low", 71.26, "A: RSI 14 at 71.3, above 70 (1min, low)"],
  ["rsi_oversold", "low", 0, "A: RSI 14 at 0.0, below 30 (1min, low)"],
  [
    "high_latency",
    "critical",
    180.4,
    "A: 180 ms from the last trade to its processing (1min, critical)",
  ],
] as const)("%s of severity %s at %f is said in words", (type, severity, value, words) => {
  expect(sentence({ symbol: "A", type, severity, window: "1min", value })).toBe(words);
});
