import { expect, it } from "vitest";
import { newYorkDay, newYorkOffsetMs } from "../../lib/market/new-york.ts";
import { newYorkDay as databaseDay } from "../../lib/sources/new-york.ts";

const HOUR = 3_600_000;

it("moves the clock at 2:00 on the days of each rule", () => {
  for (const [instant, before, after] of [
    ["2024-03-10T07:00:00Z", -5, -4],
    ["2024-11-03T06:00:00Z", -4, -5],
    ["2006-04-02T07:00:00Z", -5, -4],
    ["2006-10-29T06:00:00Z", -4, -5],
    ["2007-03-11T07:00:00Z", -5, -4],
  ] as const) {
    const ms = Date.parse(instant);
    expect([newYorkOffsetMs(ms - 1), newYorkOffsetMs(ms)], instant).toEqual([
      before * HOUR,
      after * HOUR,
    ]);
  }
});

it("agrees with the time zone database around midnight of every day it covers", () => {
  for (let ms = Date.UTC(1990, 0, 1); ms < Date.UTC(2101, 0, 1); ms += 24 * HOUR) {
    for (const hour of [3.999, 4, 4.999, 5]) {
      const at = ms + hour * HOUR;
      if (newYorkDay(at) !== databaseDay(at)) expect.fail(new Date(at).toISOString());
    }
  }
});
