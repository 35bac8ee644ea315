// The rules at their limits, worked by hand, and what the detector remembers.
import { describe, expect, it } from "vitest";
import {
  type Anomaly,
  AnomalyDetector,
  type ObservedBar,
} from "../../lib/stream/anomalies/detector.ts";

const MINUTE_MS = 60_000;
/** A bar nothing is to be said about, after a baseline of closes of 100 and volumes of 1000. */
const QUIET: ObservedBar = { endMs: 0, close: 100, volume: 1000, latencyMs: 20, rsi: null };

/** A detector whose symbol 0 has seen so many quiet bars. */
function quiet(bars = 20, other: Partial<ObservedBar> = {}): AnomalyDetector {
  const detector = new AnomalyDetector(2);
  for (let bar = 0; bar < bars; bar++) {
    expect(detector.observe(0, { ...QUIET, ...other, endMs: bar * MINUTE_MS })).toEqual([]);
  }
  return detector;
}

/** A bar that comes too late, and nothing else. */
const at = (ms: number, more: Partial<ObservedBar> = {}) => ({
  endMs: ms,
  latencyMs: 500,
  ...more,
});

function seen(detector: AnomalyDetector, bar: Partial<ObservedBar>): readonly Anomaly[] {
  const found = detector.observe(0, { ...QUIET, endMs: 20 * MINUTE_MS, ...bar });
  if (typeof found === "string") throw new Error(`refused: ${found}`);
  return found;
}

const told = (anomalies: readonly Anomaly[]) =>
  anomalies.map(({ type, severity, alert }) => `${type} ${severity}${alert ? " alert" : ""}`);

describe("the limits", () => {
  it.each([
    ["close", 105, []],
    ["close", 105.01, ["price_spike high alert"]],
    ["close", 95, []],
    ["close", 94.99, ["price_spike high alert"]],
    ["close", 110, ["price_spike high alert"]],
    ["close", 110.01, ["price_spike critical alert"]],
    ["close", 89.99, ["price_spike critical alert"]],
    ["volume", 3000, []],
    ["volume", 3001, ["volume_spike medium"]],
    ["volume", 6000, ["volume_spike medium"]],
    ["volume", 6001, ["volume_spike high alert"]],
    ["volume", null, []],
    ["latencyMs", 100, []],
    ["latencyMs", 100.5, ["high_latency critical alert"]],
    ["latencyMs", null, []],
    ["rsi", 70, []],
    ["rsi", 70.001, ["rsi_overbought low"]],
    ["rsi", 30, []],
    ["rsi", 29.999, ["rsi_oversold low"]],
    ["rsi", 0, ["rsi_oversold low"]],
    ["rsi", Number.NaN, []],
  ] as const)("%s of %s: %j", (field, value, expected) => {
    expect(told(seen(quiet(), { [field]: value }))).toEqual(expected);
  });

  it("the bar under test is no part of its baseline: 105.2 against 100 is 5.2 %, not 4.9 %", () => {
    const [spike] = seen(quiet(), { close: 105.2 });
    expect(spike!.value).toBeCloseTo(0.052, 12);
    expect(spike).toMatchObject({ symbol: 0, endMs: 20 * MINUTE_MS });
  });

  it("a limit that is met is not exceeded, whatever binary makes of it: 13.23 is 5 % above 12.60", () => {
    expect(seen(quiet(20, { close: 12.6 }), { close: 13.23 })).toEqual([]);
    expect(told(seen(quiet(20, { close: 12.6 }), { close: 13.2301 }))).toHaveLength(1);
  });

  it("the baseline goes on for as long as there are bars", () => {
    for (const bars of [39, 40, 41, 60]) {
      expect(told(seen(quiet(bars), { close: 120 }))).toEqual(["price_spike critical alert"]);
    }
  });

  it("everything at once comes in the order price, volume, RSI, latency", () => {
    const all = seen(quiet(), { close: 111, volume: 7000, rsi: 80, latencyMs: 101 });
    expect(told(all)).toEqual([
      "price_spike critical alert",
      "volume_spike high alert",
      "rsi_overbought low",
      "high_latency critical alert",
    ]);
    expect(all.map(({ value }) => value)).toEqual([0.11, 7, 80, 101]);
  });

  it("price and volume wait for 20 bars before the one under test; RSI and latency do not", () => {
    const all = { close: 200, volume: 9000, rsi: 10, latencyMs: 500 };
    expect(told(seen(quiet(19), all))).toEqual(["rsi_oversold low", "high_latency critical alert"]);
    expect(seen(quiet(20), all)).toHaveLength(4);
    expect(seen(new AnomalyDetector(1), all)).toHaveLength(2);
  });
});

describe("volume baselines", () => {
  it("are over the volumes there were, and there must be some", () => {
    const detector = quiet(19, { volume: null });
    seen(detector, { volume: 10 });
    expect(seen(detector, { volume: 31 })).toMatchObject([{ type: "volume_spike", value: 3.1 }]);
    expect(seen(quiet(20, { volume: null }), { volume: 1e9 })).toEqual([]);
    expect(seen(quiet(20, { volume: 0 }), { volume: 1e9 })).toEqual([]);
  });
});

describe("the cooldown", () => {
  it("lasts five minutes of bar time, and the end of it is out", () => {
    const detector = new AnomalyDetector(1);
    const alerts = [0, 299_999, 300_000, 599_999, 600_000].map(
      (ms) => seen(detector, at(ms))[0]!.alert,
    );
    expect(alerts).toEqual([true, false, true, false, true]);
  });

  it("is kept per symbol and per type", () => {
    const detector = quiet();
    expect(told(seen(detector, at(2_000_000)))).toEqual(["high_latency critical alert"]);
    expect(told(seen(detector, at(2_060_000, { close: 120 })))).toEqual([
      "price_spike critical alert",
      "high_latency critical",
    ]);
    expect(detector.observe(1, { ...QUIET, ...at(2_060_000) })).toMatchObject([{ alert: true }]);
  });

  it("is not used up by a severity that alerts nobody", () => {
    const detector = quiet();
    expect(told(seen(detector, { endMs: 2_000_000, volume: 4000 }))).toEqual([
      "volume_spike medium",
    ]);
    expect(told(seen(detector, { endMs: 2_060_000, volume: 9000 }))).toEqual([
      "volume_spike high alert",
    ]);
  });
});

describe("the state", () => {
  it("goes through JSON and back, cooldowns and missing volumes too", () => {
    const before = quiet(19, { volume: null });
    seen(before, { volume: 50, latencyMs: 400, endMs: 2_000_000 });
    const after = new AnomalyDetector(3);
    for (const volume of [1, 2, 3]) after.observe(2, { ...QUIET, ...at(0), volume });
    after.restore(2, JSON.parse(JSON.stringify(before.exported(0))));
    expect(after.exported(2)).toEqual(before.exported(0));
    expect(before.exported(0).lastAlertMs).toEqual({ high_latency: 2_000_000 });
    const next = { ...QUIET, endMs: 2_060_000, close: 107, volume: 400, latencyMs: 300 };
    const found = before.observe(0, next) as readonly Anomaly[];
    expect(told(found)).toEqual([
      "price_spike high alert",
      "volume_spike high alert",
      "high_latency critical",
    ]);
    expect(after.observe(2, next)).toEqual(found.map((anomaly) => ({ ...anomaly, symbol: 2 })));
  });

  it("replaces all that a symbol had before", () => {
    const young = quiet(5).exported(0);
    const detector = quiet(20);
    seen(detector, { close: 120 });
    detector.restore(0, young);
    expect(detector.exported(0)).toEqual(young);
    expect(young.closes).toHaveLength(5);
  });

  it("stays as it was when a bar is refused, and says why", () => {
    const detector = quiet();
    const state = detector.exported(0);
    const bars: [Partial<ObservedBar>, string][] = [
      [{ close: Number.NaN }, "not_a_number"],
      [{ close: 0 }, "not_positive"],
      [{ volume: -1 }, "bad_volume"],
      [{ volume: Number.NaN }, "bad_volume"],
      [{ endMs: 0.5 }, "bad_time"],
      [{ latencyMs: Infinity }, "bad_latency"],
      [{ rsi: 101 }, "bad_rsi"],
    ];
    for (const [bar, reason] of bars) {
      expect(detector.observe(0, { ...QUIET, ...bar })).toBe(reason);
      expect(detector.exported(0)).toEqual(state);
    }
  });

  it("is refused when it is not whole, or for a symbol that is not there", () => {
    const detector = quiet();
    const state = detector.exported(0);
    const broken = [
      { ...state, closes: state.closes.slice(1) },
      { ...state, closes: state.closes.with(0, -1) },
      { ...state, volumes: state.volumes.with(0, -1) },
      { ...state, lastAlertMs: { price_spike: 0.5 } },
    ];
    for (const other of broken) {
      expect(() => detector.restore(0, other)).toThrow("the state must have");
      expect(detector.exported(0)).toEqual(state);
    }
    expect(() => detector.observe(2, QUIET)).toThrow("a whole number from 0 to 1");
    expect(() => new AnomalyDetector(0)).toThrow("a whole number above 0");
  });
});
