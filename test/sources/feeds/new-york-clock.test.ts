import { expect, it } from "vitest";
import {
  isRegularHours,
  newYorkCloseMs,
  newYorkInstantMs,
} from "../../../lib/sources/feeds/new-york-clock.ts";

it.each([
  ["2024-01-05T14:29:59.999Z", false],
  ["2024-01-05T14:30:00Z", true],
  ["2024-01-05T20:59:59.999Z", true],
  ["2024-01-05T21:00:00Z", false],
  ["2024-07-05T13:29:59.999Z", false],
  ["2024-07-05T13:30:00Z", true],
  ["2024-07-05T20:00:00Z", false],
])("%s lies in the session: %s", (instant, isInside) => {
  expect(isRegularHours(Date.parse(instant))).toBe(isInside);
});

it.each([
  [20240105, "2024-01-05T05:00:00.000Z", "2024-01-05T21:00:00.000Z"],
  [20240310, "2024-03-10T04:00:00.000Z", "2024-03-10T20:00:00.000Z"],
  [20131007, "2013-10-07T04:00:00.000Z", "2013-10-07T20:00:00.000Z"],
])("%d begins and closes by New York's clock", (day, midnight, close) => {
  expect(new Date(newYorkInstantMs(day, 0)).toISOString()).toBe(midnight);
  expect(new Date(newYorkCloseMs(day)).toISOString()).toBe(close);
});
