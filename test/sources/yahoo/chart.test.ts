import { describe, expect, it } from "vitest";
import { chartOf } from "../../../lib/sources/yahoo/chart.ts";
import { openingSeconds } from "../stubs/yahoo.ts";

type Bar = readonly [day: string, close: number | null, volume?: number];

/** The answer as the library gives it; seconds where no date was made of them. */
function answer(bars: readonly Bar[], events: object = {}, meta: object = {}) {
  const closes = bars.map(([, close]) => close);
  return {
    meta: { currency: "USD", ...meta },
    timestamp: bars.map(([day]) => openingSeconds(day)),
    events,
    indicators: {
      quote: [
        {
          open: closes,
          high: closes,
          low: closes,
          close: closes,
          volume: bars.map(([, , volume = 100]) => volume),
        },
      ],
    },
  };
}

const RANGE = { ticker: "GE", from: 20221201, to: 20231231, nowMs: Date.parse("2024-03-01") };
const split = (day: string, numerator: number, denominator: number) => ({
  [openingSeconds(day)]: { date: openingSeconds(day), numerator, denominator },
});
const dividend = (day: string, amount: number) => ({
  [openingSeconds(day)]: { date: new Date(openingSeconds(day) * 1000), amount },
});

describe("a chart of Yahoo", () => {
  it("tells a spin-off from a split, and undoes both", () => {
    const splits = {
      ...split("2023-01-04", 1281, 1000),
      ...split("2023-06-01", 2, 1),
    };
    const {
      rows,
      actions,
      splits: real,
    } = chartOf(
      answer(
        [
          ["2023-01-03", 25, 256_200],
          ["2023-01-04", 26, 1000],
          ["2023-05-31", 40, 1000],
          ["2023-06-01", 41, 1000],
        ],
        { splits },
      ),
      RANGE,
    );
    expect(actions).toEqual([
      { date: 20230104, ticker: "GE", action: "spinoff", value: 1.281 },
      { date: 20230601, ticker: "GE", action: "split", value: 2 },
    ]);
    expect(rows.map(({ date, close, volume }) => [date, close, volume])).toEqual([
      [20230103, 64.05, 100_000],
      [20230104, 52, 500],
      [20230531, 80, 500],
      [20230601, 41, 1000],
    ]);
    expect(real.map(({ date }) => date)).toEqual([20230601]);
  });

  it("gives dividends per share of their own day, after a split of the same day", () => {
    const events = {
      splits: split("2023-06-01", 4, 1),
      dividends: { ...dividend("2023-05-15", 0.205), ...dividend("2023-06-01", 0.205) },
    };
    const { actions } = chartOf(answer([["2023-05-15", 10]], events), RANGE);
    expect(actions.filter(({ action }) => action === "dividend")).toEqual([
      { date: 20230515, ticker: "GE", action: "dividend", value: 0.82 },
      { date: 20230601, ticker: "GE", action: "dividend", value: 0.205 },
    ]);
  });

  it("takes 32-bit noise off prices", () => {
    const { rows } = chartOf(answer([["2023-05-15", 182.6300048828125]]), RANGE);
    expect(rows[0]?.close).toBe(182.63);
  });

  it("skips days without a close and takes the later of two rows of a day", () => {
    const bars: Bar[] = [
      ["2023-05-15", null],
      ["2023-05-16", 10],
      ["2023-05-16", 11],
    ];
    const { rows, lastClose } = chartOf(answer(bars), RANGE);
    expect(rows.map(({ date, close }) => [date, close])).toEqual([[20230516, 11]]);
    expect(lastClose).toBe(11);
  });

  it("leaves out a session that has not ended", () => {
    const start = openingSeconds("2023-05-16");
    const regular = { start, end: start + 23_400 };
    const bars: Bar[] = [
      ["2023-05-15", 10],
      ["2023-05-16", 11],
    ];
    const chart = answer(bars, {}, { currentTradingPeriod: { regular } });
    const daysAt = (nowMs: number) =>
      chartOf(chart, { ...RANGE, nowMs }).rows.map(({ date }) => date);
    expect(daysAt((start + 23_399) * 1000)).toEqual([20230515]);
    expect(daysAt((start + 23_400) * 1000)).toEqual([20230515, 20230516]);
  });

  it("is empty without rows", () => {
    const empty = { meta: {}, indicators: { quote: [] } };
    expect(chartOf(empty, RANGE)).toMatchObject({ rows: [], actions: [], lastClose: Number.NaN });
  });

  it.each([
    ["no quotes", { meta: {}, indicators: {} }, "indicators.quote"],
    ["a split into nothing", answer([], { splits: split("2023-06-01", 0, 1) }), "events.splits"],
    ["closes as text", { ...answer([]), timestamp: ["x"] }, "timestamp"],
  ])("is refused for %s", (_, chart, where) => {
    expect(() => chartOf(chart, RANGE)).toThrow(`yahoo answered chart of GE wrongly: ${where}`);
  });
});
