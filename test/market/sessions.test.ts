import { describe, expect, it } from "vitest";
import {
  closureReason,
  isHalfDay,
  isPeriodEnd,
  isSession,
  lastClosedSession,
  nextSession,
  previousSession,
  sessionCloseMinutes,
  sessionCloseUtcMs,
  sessionCount,
  sessionsBetween,
} from "../../lib/market/sessions.ts";
import { isoDay } from "../../lib/time.ts";
import { table } from "../table.ts";

// Sessions per year as the exchange held them (2026: as it has announced).
const YEARS = table(`
  year  count
  1994    252  -- President Nixon
  2000    252
  2001    248  -- four days in September
  2004    252  -- President Reagan
  2007    251  -- President Ford
  2012    250  -- Hurricane Sandy
  2018    251  -- President George H. W. Bush
  2019    252
  2020    253
  2021    252
  2022    251
  2023    250
  2024    252
  2025    250  -- President Carter
  2026    251
`);

describe("sessions", () => {
  it.each(YEARS)("$year has $count sessions", ({ year, count }) => {
    const [from, to] = [Number(year) * 10_000 + 101, Number(year) * 10_000 + 1231];
    expect(sessionCount(from, to)).toBe(count);
    expect(sessionsBetween(from, to)).toHaveLength(Number(count));
  });

  it("agrees with a walk over every calendar day", () => {
    const walked: number[] = [];
    for (let ms = Date.UTC(1990, 0, 1); ms < Date.UTC(2101, 0, 1); ms += 86_400_000) {
      const day = Number(new Date(ms).toISOString().slice(0, 10).replaceAll("-", ""));
      if ((closureReason(day) === undefined) !== isSession(day)) expect.fail(isoDay(day));
      if (isSession(day)) walked.push(day);
    }
    expect(sessionsBetween(19900101, 21001231)).toEqual(walked);
    expect(walked.slice(0, -1).map((day) => nextSession(day))).toEqual(walked.slice(1));
    expect(walked.slice(1).map((day) => previousSession(day))).toEqual(walked.slice(0, -1));
  });

  it("finds neighbours from closed days, and the day itself only when asked to", () => {
    expect(nextSession(20250109)).toBe(20250110);
    expect(nextSession(20241231)).toBe(20250102);
    expect(previousSession(20250101)).toBe(20241231);
    expect(nextSession(20241231, { inclusive: true })).toBe(20241231);
    expect(previousSession(20250105, { inclusive: true })).toBe(20250103);
  });

  it("counts nothing in a reversed range and cuts a range at the calendar's ends", () => {
    expect(sessionsBetween(20240105, 20240101)).toEqual([]);
    expect(sessionCount(20241231, 20240101)).toBe(0);
    expect(sessionCount(20241231, 20241201)).toBe(0);
    expect(sessionsBetween(0, 19900103)).toEqual([19900102, 19900103]);
    expect(sessionsBetween(21001231, 99991231)).toEqual([21001231]);
    expect(nextSession(18890101)).toBe(19900102);
    expect(previousSession(99991231)).toBe(21001231);
  });

  it("refuses to guess beyond the calendar", () => {
    expect(() => nextSession(21001231)).toThrow(/covers 1990 to 2100/);
    expect(() => previousSession(19900102)).toThrow(/covers 1990 to 2100/);
    expect(() => nextSession(99991231)).toThrow(
      expect.objectContaining({ code: "RANGE_OUTSIDE_DATA" }),
    );
  });
});

describe("closureReason", () => {
  it.each(
    Object.entries({
      20240106: "Saturday",
      20240107: "Sunday",
      20240101: "New Year's Day",
      20230102: "New Year's Day (observed)",
      20250120: "Martin Luther King Jr. Day",
      20240219: "Presidents' Day",
      20240329: "Good Friday",
      20240527: "Memorial Day",
      20220620: "Juneteenth (observed)",
      20240619: "Juneteenth",
      20210705: "Independence Day (observed)",
      20260703: "Independence Day (observed)",
      20240902: "Labor Day",
      20241128: "Thanksgiving Day",
      20211224: "Christmas Day (observed)",
      20250109: "day of mourning for President Carter",
      20121029: "Hurricane Sandy",
      20230230: "not a day of the calendar",
      18890102: "outside the exchange calendar of 1990 to 2100",
    }),
  )("%i: %s", (day, reason) => {
    expect(closureReason(Number(day))).toBe(reason);
    expect(isSession(Number(day))).toBe(false);
  });

  it.each([19970120, 20210618, 20211231, 20101231, 19991231, 20250620, 20221223])(
    "%i is an ordinary session",
    (day) => {
      expect(closureReason(day)).toBeUndefined();
      expect(isSession(day)).toBe(true);
    },
  );
});

describe("closing times", () => {
  it.each([
    [20240102, "2024-01-02T21:00:00.000Z"],
    [20240311, "2024-03-11T20:00:00.000Z"],
    [20240308, "2024-03-08T21:00:00.000Z"],
    [20241101, "2024-11-01T20:00:00.000Z"],
    [20241104, "2024-11-04T21:00:00.000Z"],
    [20060403, "2006-04-03T20:00:00.000Z"],
    [20060331, "2006-03-31T21:00:00.000Z"],
    [20061027, "2006-10-27T20:00:00.000Z"],
    [20061030, "2006-10-30T21:00:00.000Z"],
    [20240703, "2024-07-03T17:00:00.000Z"],
  ])("%i closes at %s", (day, instant) => {
    expect(new Date(sessionCloseUtcMs(day)).toISOString()).toBe(instant);
  });

  it("has none on a closed day", () => {
    expect(() => sessionCloseMinutes(20250109)).toThrow(
      /2025-01-09 is not a session: day of mourning/,
    );
  });

  it("are 16:00 but on half days and after the few halts that ended a day", () => {
    expect([20241127, 20241129, 19921224, 19971027].map(sessionCloseMinutes)).toEqual([
      960, 780, 840, 930,
    ]);
    expect([20241127, 20241129, 19921224, 19971027, 20241128].map(isHalfDay)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it("lets a session count as closed from its very close", () => {
    const close = sessionCloseUtcMs(20241129);
    expect(new Date(close).toISOString()).toBe("2024-11-29T18:00:00.000Z");
    expect(isoDay(lastClosedSession(close))).toBe("2024-11-29");
    expect(isoDay(lastClosedSession(close - 1))).toBe("2024-11-27");
    expect(isoDay(lastClosedSession(Date.UTC(2024, 11, 2, 3)))).toBe("2024-11-29");
  });
});

describe("isPeriodEnd", () => {
  it("is the last session of each month or quarter, wherever holidays put it", () => {
    const ends = (period: "monthly" | "quarterly") =>
      sessionsBetween(20240101, 20241231).filter((day) => isPeriodEnd(day, period));
    expect(ends("monthly")).toEqual([
      20240131, 20240229, 20240328, 20240430, 20240531, 20240628, 20240731, 20240830, 20240930,
      20241031, 20241129, 20241231,
    ]);
    expect(ends("quarterly")).toEqual([20240328, 20240628, 20240930, 20241231]);
  });

  it("is never a closed day", () => {
    expect(isPeriodEnd(20240331, "monthly")).toBe(false);
  });
});
