// How the market is cut into parts: a year each, and months while the year is the latest.
import { expect, it } from "vitest";
import {
  barsPart,
  capsPart,
  isMonth,
  openYearOf,
  periodOf,
  periodsOf,
  yearOf,
} from "../../lib/market/parts.ts";

const PARTS = {
  reference: 0,
  "caps/2022": 0,
  "bars/2022": 0,
  "caps/2023-11": 0,
  "caps/2023-02": 0,
};

it("knows the period of a day", () => {
  expect(periodOf(20221231, 2023)).toBe("2022");
  expect(periodOf(20230105, 2023)).toBe("2023-01");
  expect(periodOf(20240105, 2023)).toBe("2024-01");
});

it("reads periods back from the names of parts", () => {
  expect(periodsOf(PARTS)).toEqual(["2022", "2023-02", "2023-11"]);
  expect(openYearOf(PARTS)).toBe(2023);
  expect(openYearOf({})).toBe(0);
  expect([capsPart("2022"), barsPart("2023-02")]).toEqual(["caps/2022", "bars/2023-02"]);
  expect(["2022", "2023-02"].map((period) => [isMonth(period), yearOf(period)])).toEqual([
    [false, 2022],
    [true, 2023],
  ]);
});
