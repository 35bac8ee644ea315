// Indicators as lines: answers and live readings become one, at the starts of their windows.
import { expect, it } from "vitest";
import { Lines } from "../../../web/app/data/market/lines.ts";
import { iso, MINUTE_MS, readings, START_MS } from "./items.ts";

const answer = (minutes: readonly number[], values: readonly (number | null)[]) => ({
  times: minutes.map((minute) => iso(START_MS + (minute + 1) * MINUTE_MS)),
  indicators: {
    sma20: { values: { value: values } },
    macd: { values: { macd: values, signal: values.map(() => null) } },
  },
});

it("names outputs as live readings do and places them where their candles are", () => {
  const lines = new Lines(MINUTE_MS);
  lines.load(answer([0, 1], [null, 5]));
  lines.take(readings(2, { sma20: 6, ema12: 1 }));
  expect(lines.all.map(({ startMs }) => (startMs - START_MS) / MINUTE_MS)).toEqual([0, 1, 2]);
  expect(lines.all[1]!.values).toEqual({ sma20: 5, macd_macd: 5, macd_signal: null });
  expect(lines.all[2]!.values).toMatchObject({ sma20: 6, macd_signal: null });
  expect(lines.all[2]!.values).not.toHaveProperty("ema12");
});

it("tells what is new since the last look: a reading, or everything after an answer", () => {
  const lines = new Lines(MINUTE_MS);
  lines.load(answer([0], [1]));
  expect(lines.drain()).toMatchObject({ isAnew: true, points: [{}] });
  lines.take(readings(1, { sma20: 2 }));
  lines.take(readings(1, { sma20: 3 }));
  expect(lines.drain().points.at(-1)!.values.sma20).toBe(3);
  expect(lines.all).toHaveLength(2);
  lines.take(readings(3, { sma20: 4 }));
  lines.take(readings(2, { sma20: 5 }));
  expect(lines.drain()).toMatchObject({ isAnew: true });
  expect(lines.drain()).toEqual({ isAnew: false, points: [] });
});

it("keeps no more than a chart holds, drawn or not", () => {
  const lines = new Lines(MINUTE_MS, 50);
  for (let minute = 0; minute < 3_000; minute++) lines.take(readings(minute, { sma20: minute }));
  lines.drain();
  expect(lines.all).toHaveLength(50);
  expect(lines.all.at(-1)!.values.sma20).toBe(2_999);
});
