// Every anomaly of the shared vectors: bars, types, severities and alerts exactly, values to 1e-9.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AnomalyDetector } from "../../lib/stream/anomalies/detector.ts";
import { Indicators } from "../../lib/stream/indicators/indicators.ts";

type Vectors = {
  bars: {
    symbol: string;
    end_ms: number;
    close: string;
    volume: string | null;
    latency_ms: number;
  }[];
  expected: {
    bar: number;
    symbol: string;
    type: string;
    severity: string;
    value: string;
    alert: boolean;
  }[];
};

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const file = `${shared}/vectors/anomalies.json`;

if (!existsSync(file)) {
  console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("finds the anomalies of the shared vectors", () => {});
} else {
  const { bars, expected } = JSON.parse(readFileSync(file, "utf8")) as Vectors;
  const symbols = [...new Set(bars.map(({ symbol }) => symbol))];

  /** What is found, with a restart from exported state before every `every`-th bar. */
  const found = (every: number) => {
    let indicators = new Indicators(symbols.length);
    let detector = new AnomalyDetector(symbols.length);
    return bars.flatMap(({ symbol, end_ms, close, volume, latency_ms }, bar) => {
      if (bar % every === 0) [indicators, detector] = restarted(indicators, detector);
      const index = symbols.indexOf(symbol);
      indicators.update(index, Number(close));
      const anomalies = detector.observe(index, {
        endMs: end_ms,
        close: Number(close),
        volume: volume === null ? null : Number(volume),
        latencyMs: latency_ms,
        rsi: indicators.rsi14.columns.value[index]!,
      });
      if (typeof anomalies === "string") throw new Error(`bar ${bar} was refused: ${anomalies}`);
      return anomalies.map((anomaly) => ({ bar, ...anomaly, symbol }));
    });
  };

  describe.each([
    ["without a restart", Infinity],
    ["restarted every 7 bars", 7],
  ])("%s", (_, every) => {
    const actual = found(every as number);

    it("finds each, in order, with its severity and alert, and no other", () => {
      const plain = ({ bar, symbol, type, severity, alert }: (typeof actual)[number]) => ({
        bar,
        symbol,
        type,
        severity,
        alert,
      });
      expect(actual.map(plain)).toEqual(expected.map(({ value: _value, ...rest }) => rest));
    });

    it("finds their values", () => {
      const wrong = expected.filter(
        ({ value }, at) =>
          !(
            Math.abs(actual[at]!.value - Number(value)) <=
            1e-9 * Math.max(1, Math.abs(Number(value)))
          ),
      );
      expect(wrong).toEqual([]);
    });
  });

  function restarted(
    indicators: Indicators,
    detector: AnomalyDetector,
  ): [Indicators, AnomalyDetector] {
    const next: [Indicators, AnomalyDetector] = [
      new Indicators(symbols.length),
      new AnomalyDetector(symbols.length),
    ];
    symbols.forEach((_, symbol) => {
      next[0].restore(symbol, JSON.parse(JSON.stringify(indicators.exported(symbol))));
      next[1].restore(symbol, JSON.parse(JSON.stringify(detector.exported(symbol))));
    });
    return next;
  }
}
