// Dates of a request as sessions of the market, or precisely why not. Stored: 10 to 19 January 2024 without the 17th.
import { describe, expect, it } from "vitest";
import type { AppError } from "../../lib/errors.ts";
import { missingSessions, sessionRange } from "../../lib/market/range.ts";

const STORED = [20240110, 20240111, 20240112, 20240116, 20240118, 20240119];

const refusal = (start: number, end = start, stored = STORED) => {
  try {
    return sessionRange(stored, start, end);
  } catch (error) {
    const { code, details } = error as AppError;
    return { code, ...details };
  }
};

describe("sessionRange", () => {
  it.each([
    [20240110, 20240119, 20240110, 20240119],
    [20240113, 20240118, 20240116, 20240118], // a weekend and a holiday before
    [20240111, 20240114, 20240111, 20240112],
    [20240110, 20240121, 20240110, 20240119], // a weekend after
    [20240116, 20240117, 20240116, 20240116], // a session nobody captured at the end
    [20240119, 20240119, 20240119, 20240119],
  ])("moves %i to %i inwards", (start, end, first, last) => {
    expect(sessionRange(STORED, start, end)).toEqual({ start: first, end: last });
  });

  it("refuses a reversed range before anything else", () => {
    expect(refusal(20240112, 20240111)).toEqual({
      code: "REVERSED_RANGE",
      start_date: "2024-01-12",
      end_date: "2024-01-11",
    });
    expect(refusal(20300102, 20200102)).toMatchObject({ code: "REVERSED_RANGE" });
  });

  it("says of closed days which sessions are next to them", () => {
    expect(refusal(20240113, 20240115)).toEqual({
      code: "NO_TRADING_DAY",
      previous_trading_day: "2024-01-12",
      next_trading_day: "2024-01-16",
    });
    expect(refusal(20240106)).toMatchObject({ previous_trading_day: null });
    expect(refusal(20240121)).toMatchObject({ next_trading_day: null });
  });

  it("says of sessions nobody captured which they are", () => {
    expect(refusal(20240117)).toEqual({
      code: "MISSING_SESSION",
      missing: ["2024-01-17"],
      previous_trading_day: "2024-01-16",
      next_trading_day: "2024-01-18",
    });
  });

  it.each([
    [20240109, 20240112],
    [20240112, 20240122],
    [20230103, 20230104],
    [20250103, 20250106],
  ])("says of %i to %i what there is", (start, end) => {
    expect(refusal(start, end)).toEqual({
      code: "RANGE_OUTSIDE_DATA",
      available: { start_date: "2024-01-10", end_date: "2024-01-19" },
    });
  });

  it("has nothing to offer of an empty market", () => {
    expect(refusal(20240110, 20240110, [])).toEqual({
      code: "RANGE_OUTSIDE_DATA",
      available: null,
    });
    expect(refusal(20240113, 20240113, [])).toMatchObject({ code: "NO_TRADING_DAY" });
  });
});

it("names the sessions of the calendar that are not stored", () => {
  expect(missingSessions(STORED, 20240110, 20240119)).toEqual([20240117]);
  expect(missingSessions([], 20240112, 20240116)).toEqual([20240112, 20240116]);
});
