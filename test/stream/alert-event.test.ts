// Records of the log `enriched`, as the tick function writes them, read by whoever delivers alerts.
import { describe, expect, it } from "vitest";
import { enrichedRecords } from "../../lib/jobs/stream/enriched.ts";
import { alertEvents } from "../../lib/stream/alert-event.ts";
import { NO_UPDATES } from "../../lib/stream/updates.ts";

const ENDED = Date.UTC(2026, 0, 5, 14, 31);
const anomaly = {
  ...{ symbol: "BRK.B", seq: 7, type: "price_spike", severity: "high", endMs: ENDED },
  ...{ sizeMs: 60_000, value: 0.07, baseline: 100, threshold: 0.05, alert: true },
};
const bar = {
  ...{ symbol: "BRK.B", sizeMs: 300_000, startMs: ENDED - 300_000, endMs: ENDED },
  ...{ open: 1, high: 1, low: 1, close: 1, volume: 1, vwap: 1, trades: 1, revision: 0 },
  ...{ partial: false, irregular: false },
};
const from = { log: "ticks", shard: "shardId-000000000000" };
const bytesOf = (text: string) => new TextEncoder().encode(text);
/** The one record there is, as lines. */
const written = (partial = false) => {
  const [record, ...others] = enrichedRecords(from, {
    ...NO_UPDATES,
    bars: [{ bar: { ...bar, partial }, seq: 3, atTrade: 9 }],
    indicators: [{ symbol: "BRK.B", sizeMs: 60_000, endMs: ENDED, seq: 1, values: {}, stable: {} }],
    anomalies: [anomaly],
  });
  expect(others).toEqual([]);
  return new TextDecoder().decode(record!.bytes).split("\n");
};
const BAR = { kind: "bar", symbol: "BRK.B", sizeMs: 300_000, endMs: ENDED };
const ANOMALY = { kind: "anomaly", ...from, ...anomaly, window: "1min" };

describe("a record of the log enriched", () => {
  it("says of an anomaly all there is to tell, and of a final bar that it passed", () => {
    expect(alertEvents(bytesOf(written().join("\n")))).toEqual([ANOMALY, BAR]);
  });

  it("of one line says what the line says", () => {
    expect(written().map((line) => alertEvents(bytesOf(line)))).toEqual([[ANOMALY], [BAR], []]);
  });

  it("may end its last line as the others", () => {
    expect(alertEvents(bytesOf(`${written().join("\r\n")}\n`))).toEqual([ANOMALY, BAR]);
  });

  it("says nothing where the bar is not final", () => {
    expect(alertEvents(bytesOf(written(true)[1]!))).toEqual([]);
  });

  it("says all the same what stands beside damaged lines", () => {
    const [anomalyLine, barLine] = written();
    const bytes = Buffer.concat([
      bytesOf(`{\n${barLine}\n[]\n\n`),
      Uint8Array.of(0xff, 0xc3, 0x0a),
      bytesOf(`${anomalyLine}\n${anomalyLine!.slice(0, -5)}`),
    ]);
    const damaged = "damaged";
    expect(alertEvents(bytes)).toEqual([
      ...[damaged, BAR, damaged, damaged, damaged, ANOMALY, damaged],
    ]);
  });

  const text = written()[0]!;
  it.each([
    ["cut off", text.slice(0, -5)],
    ["no object", "[]"],
    ["without a symbol", text.replace('"BRK.B"', '""')],
    ["of another type", text.replace("price_spike", "price_spoke")],
    ["of another severity", text.replace('"high"', '"grave"')],
    ["at no time", text.replace("2026-01-05", "some day  ")],
    ["in no window", text.replace('"1min"', '"1h"')],
    ["in a window of nothing", text.replace('"1min"', '"0min"')],
    ["with a text for a value", text.replace('"value":0.07', '"value":"0.07"')],
    ["with no baseline at all", text.replace('"baseline":100,', "")],
    ["of another channel", text.replace('"anomalies"', '"gossip"')],
    ["from nowhere", text.replace('"log":"ticks",', "")],
  ])("is damaged when it is %s", (_, damaged) => {
    expect(damaged).not.toBe(text);
    expect(alertEvents(bytesOf(damaged))).toEqual(["damaged"]);
  });

  it("is damaged when it is no text, or nothing at all", () => {
    expect(alertEvents(Uint8Array.of(0xff, 0xfe))).toEqual(["damaged"]);
    expect(alertEvents(Uint8Array.of())).toEqual(["damaged"]);
  });
});
