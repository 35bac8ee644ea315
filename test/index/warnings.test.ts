// What an answer says beside its figures.
import { describe, expect, it } from "vitest";
import {
  dayWarnings,
  marketWarnings,
  missingSessionWarning,
  provenanceWarnings,
  warning,
} from "../../lib/index/warnings.ts";

const codes = (provenance: Record<string, string>) =>
  provenanceWarnings(provenance).map(({ code }) => code);

describe("warnings", () => {
  it("tell simulated figures, caps nobody checked and sources with hindsight", () => {
    expect(codes({ kind: "real", gate: "on", point_in_time: "true" })).toEqual([]);
    expect(codes({ kind: "real", gate: "off", point_in_time: "true" })).toEqual([
      "CAPS_AS_DELIVERED",
    ]);
    expect(codes({ kind: "simulated", gate: "off", point_in_time: "true" })).toEqual([
      "SIMULATED_DATA",
    ]);
    expect(codes({ kind: "real", gate: "on" })).toEqual(["NOT_POINT_IN_TIME"]);
  });

  it("count all and show ten", () => {
    const dates = Array.from({ length: 12 }, (_, i) => 20240102 + i);
    expect(missingSessionWarning(dates)).toMatchObject([
      { code: "MISSING_SESSION", count: 12, examples: { length: 10 } },
    ]);
    expect(missingSessionWarning([])).toEqual([]);
    expect(warning("REBASED")).toMatchObject({ count: 1, examples: [] });
  });

  it("add the years up, earliest examples first, and leave out what did not happen", () => {
    const year = (date: number, count: number) => [
      { code: "CAP_MISSING", count: 0, examples: "[]" },
      {
        code: "STALE_PRICE",
        count,
        examples: JSON.stringify(
          Array.from({ length: Math.min(10, count) }, () => ({ date, ticker: "A" })),
        ),
      },
    ];
    expect(dayWarnings([year(20230104, 6), year(20240104, 50)])).toMatchObject([
      {
        code: "STALE_PRICE",
        count: 56,
        examples: [
          ...Array.from({ length: 6 }, () => ({ date: "2023-01-04", ticker: "A" })),
          ...Array.from({ length: 4 }, () => ({ date: "2024-01-04", ticker: "A" })),
        ],
      },
    ]);
  });

  it("tell from which day on the market is another, and which days it has lost", () => {
    const days = [20240103, 20240104, 20240105];
    expect(marketWarnings(undefined, days)).toEqual([]);
    expect(marketWarnings({ from: 20240108, lost: [20240108] }, days)).toEqual([]);
    expect(marketWarnings({ from: 20240104, lost: [20240105] }, days)).toEqual([
      {
        code: "MARKET_CHANGED",
        message:
          "market data changed since the index was built; these days are as they were built before; build the index again",
        count: 2,
        examples: [
          { date: "2024-01-04", in_market: true },
          { date: "2024-01-05", in_market: false },
        ],
      },
    ]);
    // What began before the answer concerns all of it.
    expect(marketWarnings({ from: 20231229, lost: [20231229, 20240102] }, days)).toMatchObject([
      { count: 3, examples: [{ date: "2023-12-29", in_market: false }] },
    ]);
    expect(marketWarnings("unchecked", days)).toMatchObject([{ code: "MARKET_UNCHECKED" }]);
  });
});
