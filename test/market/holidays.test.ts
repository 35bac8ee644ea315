import { describe, expect, it } from "vitest";
import { earlyCloses, easterSunday } from "../../lib/market/holidays.ts";

describe("easterSunday", () => {
  // Dates of Easter Sunday, United States Census Bureau.
  it.each([
    19900415, 20000423, 20080323, 20110424, 20160327, 20210404, 20220417, 20230409, 20240331,
    20380425, 20490418, 21000328,
  ])("falls on %i", (day) => expect(easterSunday(Math.floor(day / 10_000))).toBe(day));
});

describe("earlyCloses", () => {
  const times = (year: number) =>
    [...earlyCloses(year)]
      .sort(([a], [b]) => a - b)
      .map(
        ([day, minutes]) =>
          `${day} ${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`,
      );

  it.each([
    [1991, ["19911224 14:00"]],
    [1992, ["19921127 14:00", "19921224 14:00"]],
    [1993, ["19931126 13:00"]],
    [1994, ["19940211 14:30", "19941125 13:00"]],
    [1995, ["19950703 13:00", "19951124 13:00"]],
    [1996, ["19960108 14:00", "19960705 13:00", "19961129 13:00", "19961224 13:00"]],
    [2002, ["20020705 13:00", "20021129 13:00", "20021224 13:00"]],
    [2013, ["20130703 13:00", "20131129 13:00", "20131224 13:00"]],
    [2020, ["20201127 13:00", "20201224 13:00"]],
    [2021, ["20211126 13:00"]],
    [2024, ["20240703 13:00", "20241129 13:00", "20241224 13:00"]],
    [2025, ["20250703 13:00", "20251128 13:00", "20251224 13:00"]],
  ])("%i", (year, closes) => expect(times(year)).toEqual(closes));
});
