// The last price of each symbol that is watched, and how it has moved.
import { expect, it } from "vitest";
import type { LatestAnswer } from "../../../web/api/schema.ts";
import { changeOf, Quotes } from "../../../web/app/data/market/quotes.ts";
import { iso, START_MS, trade } from "./items.ts";

type Day = NonNullable<LatestAnswer["day"]>;
const day = (more: Partial<Day> = {}): Day => ({
  date: "2025-01-02",
  open: 9,
  high: 11,
  low: 9,
  volume: 5,
  previous_close: 8,
  change: 2,
  change_fraction: 0.25,
  ...more,
});
const latest = (price: number, offsetMs: number, ofDay: Day | null): LatestAnswer =>
  ({ symbol: "AAA", price, time: iso(START_MS + offsetMs), day: ofDay }) as LatestAnswer;

it("tells what came since the last frame as one move", () => {
  const quotes = new Quotes();
  const told: (number | null)[] = [];
  quotes.of("AAA").watch(() => told.push(quotes.of("AAA").value.price));
  quotes.take(trade(1, 10));
  quotes.take(trade(2, 11));
  quotes.take(trade(3, 12));
  quotes.tell();
  quotes.tell();
  expect(told).toEqual([12]);
  quotes.take(trade(4, 11));
  quotes.tell();
  expect(quotes.of("AAA").value.moved).toBe(-1);
});

it("does not put an older answer above a trade that came live meanwhile", () => {
  const quotes = new Quotes();
  quotes.take(trade(2, 12, { offsetMs: 1_000 }));
  quotes.tell();
  quotes.load(latest(10, 0, day()));
  expect(quotes.of("AAA").value.price).toBe(12);
  expect(changeOf(quotes.of("AAA").value)).toBe(0.5);
  quotes.load(latest(16, 2_000, day()));
  expect(changeOf(quotes.of("AAA").value)).toBe(1);
});

it("tells a change from the close before, on a first day from its first price, else from nothing", () => {
  const quotes = new Quotes();
  quotes.load(latest(18, 0, null));
  expect(changeOf(quotes.of("AAA").value)).toBeNull();
  quotes.load(latest(18, 0, day({ previous_close: null })));
  expect(quotes.of("AAA").value.isBaseOpen).toBe(true);
  expect(changeOf(quotes.of("AAA").value)).toBe(1);
});

it("forgets what is watched no more", () => {
  const quotes = new Quotes();
  quotes.take(trade(1, 10));
  quotes.tell();
  quotes.keep(new Set(["BBB"]));
  expect(quotes.of("AAA").value.price).toBeNull();
});
