import { describe, expect, it } from "vitest";
import { closures, earlyCloses, easterSunday } from "../../lib/market/holidays.ts";

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

  // Every early close in the exchange's list of closings, 1990 to 2010, and in its yearly calendars since;
  // 1999-12-31 by the decision of its board of June 1999.
  const PUBLISHED: Readonly<Record<number, string>> = {
    1990: "1224 14:00",
    1991: "1224 14:00",
    1992: "1127 14:00, 1224 14:00",
    1993: "1126 13:00",
    1994: "0211 14:30, 1125 13:00",
    1995: "0703 13:00, 1124 13:00",
    1996: "0108 14:00, 0705 13:00, 1129 13:00, 1224 13:00",
    1997: "0703 13:00, 1027 15:30, 1128 13:00, 1224 13:00, 1226 13:00",
    1998: "1127 13:00, 1224 13:00",
    1999: "1126 13:00, 1231 13:00",
    2000: "0703 13:00, 1124 13:00",
    2001: "0703 13:00, 1123 13:00, 1224 13:00",
    2002: "0705 13:00, 1129 13:00, 1224 13:00",
    2003: "0703 13:00, 1128 13:00, 1224 13:00, 1226 13:00",
    2004: "1126 13:00",
    2005: "0601 15:56, 1125 13:00",
    2006: "0703 13:00, 1124 13:00",
    2007: "0703 13:00, 1123 13:00, 1224 13:00",
    2008: "0703 13:00, 1128 13:00, 1224 13:00",
    2009: "1127 13:00, 1224 13:00",
    2010: "1126 13:00",
    2011: "1125 13:00",
    2012: "0703 13:00, 1123 13:00, 1224 13:00",
    2013: "0703 13:00, 1129 13:00, 1224 13:00",
    2014: "0703 13:00, 1128 13:00, 1224 13:00",
    2015: "1127 13:00, 1224 13:00",
    2016: "1125 13:00",
    2017: "0703 13:00, 1124 13:00",
    2018: "0703 13:00, 1123 13:00, 1224 13:00",
    2019: "0703 13:00, 1129 13:00, 1224 13:00",
    2020: "1127 13:00, 1224 13:00",
    2021: "1126 13:00",
    2022: "1125 13:00",
    2023: "0703 13:00, 1124 13:00",
    2024: "0703 13:00, 1129 13:00, 1224 13:00",
    2025: "0703 13:00, 1128 13:00, 1224 13:00",
    2026: "1127 13:00, 1224 13:00",
  };

  it.each(Object.entries(PUBLISHED))("are those published for %s", (year, closes) => {
    const published = closes.split(", ").map((close) => `${year}${close}`);
    expect(times(Number(year))).toEqual(published);
  });

  it("fall on no day that is closed", () => {
    for (let year = 1990; year <= 2100; year++) {
      const closed = closures(year);
      expect([...earlyCloses(year).keys()].filter((day) => closed.has(day))).toEqual([]);
    }
  });
});

describe("closures", () => {
  const BY_RULE =
    /^(New Year's|Martin Luther|Presidents'|Good|Memorial|Juneteenth|Independence|Labor|Thanksgiving|Christmas)/;

  it("hold every unscheduled closing since 1990", () => {
    const unscheduled = Array.from({ length: 37 }, (_, i) => 1990 + i).flatMap((year) =>
      [...closures(year)].filter(([, reason]) => !BY_RULE.test(reason)).map(([day]) => day),
    );
    expect(unscheduled).toEqual([
      19940427, 20010911, 20010912, 20010913, 20010914, 20040611, 20070102, 20121029, 20121030,
      20181205, 20250109,
    ]);
  });
});
