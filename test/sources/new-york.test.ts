import { expect, it } from "vitest";
import { newYorkDay, newYorkDayOf } from "../../lib/sources/new-york.ts";

it("is the calendar day in New York, in winter and in summer", () => {
  expect(newYorkDay(Date.UTC(2021, 0, 1, 4, 59))).toBe(20201231);
  expect(newYorkDay(Date.UTC(2021, 0, 1, 5))).toBe(20210101);
  expect(newYorkDay(Date.UTC(2021, 6, 1, 3, 59))).toBe(20210630);
  expect(newYorkDayOf("2021-07-01T00:00:00-04:00")).toBe(20210701);
});

it("takes no instant without an offset, for it would depend on the machine", () => {
  for (const text of [
    "2021-07-01T00:00:00",
    "2021-07-01",
    "",
    "yesterday",
    "2021-13-01T00:00:00Z",
  ]) {
    expect(newYorkDayOf(text), text).toBe(0);
  }
});
