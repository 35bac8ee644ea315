import { describe, expect, it } from "vitest";
import { QUARANTINED, REPAIRED } from "../../../lib/market/gate/gate.ts";
import { Bench } from "./day.ts";

const of = (high: number, low: number, close: number, previous = 50) => {
  const bench = new Bench();
  bench.judge({ ticker: "A", close: previous });
  return bench.judge({ ticker: "A", close, high, low });
};

describe("the day's range", () => {
  it.each([
    [51, 49, 50],
    [51, 49, 51.01],
    [51, 49, 48.99],
    [50, 50, 50],
    [Number.NaN, Number.NaN, 50],
  ])("%d to %d with a close of %d stands", (high, low, close) => {
    const { repairs, refused } = of(high, low, close);
    expect([repairs, refused]).toEqual([[], []]);
  });

  it.each([
    [49, 51, 50, "high 49 is below low 51"],
    [51, 49, 51.02, "the close 51.02 is above the high 51"],
    [51, 49, 48.98, "the close 48.98 is below the low 49"],
  ])("%d to %d with a close of %d is left out, and the close stays", (high, low, close, detail) => {
    const { repairs, refused, fate } = of(high, low, close);
    expect(repairs).toEqual([
      {
        row: 0,
        field: "range",
        delivered: high,
        used: Number.NaN,
        rule: "crossed_range",
        detail,
      },
    ]);
    expect([refused, fate[0]]).toEqual([[], REPAIRED]);
  });

  it("a close of ten times the range is refused when the previous close lies near the range", () => {
    const { repairs, refused, fate } = of(51, 49, 500);
    expect(refused).toEqual([
      {
        row: 0,
        reason: "close_off_range",
        detail: "the close 500 is far off the day's range 49 to 51, the previous close 50 is not",
      },
    ]);
    expect([repairs, fate[0]]).toEqual([[], QUARANTINED]);
  });

  it("a range of a tenth of the close is left out when the previous close lies near the close", () => {
    const { repairs, refused } = of(5.1, 4.9, 50);
    expect([repairs.length, refused.length]).toEqual([1, 0]);
  });
});
