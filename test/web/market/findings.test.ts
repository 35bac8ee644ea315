// Anomalies of a symbol: each once, the newest first, and marked on the candle in which they were found.
import { expect, it } from "vitest";
import { marksOf, withFindings } from "../../../web/app/data/market/findings.ts";
import { anomaly, MINUTE_MS, START_MS } from "./items.ts";

it("knows one that was stored and told live as one", () => {
  const stored = [anomaly(2), anomaly(1)];
  const all = withFindings(stored, [anomaly(2, { severity: "high" }), anomaly(3)]);
  expect(all.map(({ time }) => time)).toEqual(
    [anomaly(3), anomaly(2), anomaly(1)].map((a) => a.time),
  );
  expect(all[1]!.severity).toBe("high");
});

it("keeps those of other types and windows apart, and no more than two hundred", () => {
  const same = [anomaly(1), anomaly(1, { type: "volume_spike" }), anomaly(1, { window: "5min" })];
  expect(withFindings([], same)).toHaveLength(3);
  const many = Array.from({ length: 500 }, (_, minute) => anomaly(minute));
  const kept = withFindings([], many);
  expect(kept).toHaveLength(200);
  expect(kept[0]!.time).toBe(anomaly(499).time);
});

it("marks the candle whose end it was found at, of any window", () => {
  const findings = [anomaly(4), anomaly(5)];
  expect(marksOf(findings, MINUTE_MS, START_MS).map(({ startMs }) => startMs - START_MS)).toEqual([
    4 * MINUTE_MS,
    5 * MINUTE_MS,
  ]);
  expect(
    marksOf(findings, 5 * MINUTE_MS, START_MS).map(({ startMs }) => startMs - START_MS),
  ).toEqual([0, 5 * MINUTE_MS]);
});

it("has one mark for a candle: all that was found, in the colour of the gravest", () => {
  const findings = [
    anomaly(1),
    anomaly(1, { type: "rsi_overbought", severity: "critical" }),
    anomaly(1, { type: "volume_spike", severity: "medium" }),
  ];
  expect(marksOf(findings, MINUTE_MS, START_MS)).toEqual([
    { startMs: START_MS + MINUTE_MS, severity: "critical", text: "price, RSI high, volume" },
  ]);
});

it("marks nothing where there are no candles", () => {
  expect(marksOf([anomaly(1)], MINUTE_MS, undefined)).toEqual([]);
  expect(marksOf([anomaly(1)], MINUTE_MS, START_MS + 2 * MINUTE_MS)).toEqual([]);
});
