import { expect, it } from "vitest";
import { TradeIds } from "../../../lib/sources/feeds/trade-ids.ts";

const START = 1_700_000_000_000;

it("numbers the trades of each symbol upwards, and knows those it has numbered", () => {
  const ids = new TradeIds(START);
  expect([ids.add("A", "x"), ids.add("A", "y"), ids.add("B", "x")]).toEqual([
    START * 4096,
    START * 4096 + 1,
    START * 4096,
  ]);
  expect(ids.add("A", "x")).toBeUndefined();
  expect(ids.find("A", "y")).toBe(START * 4096 + 1);
  expect(ids.find("A", "z")).toBeUndefined();
  ids.alias("A", "z", START * 4096 + 1);
  expect(ids.find("A", "z")).toBe(START * 4096 + 1);
});

it("goes on above all numbers of an earlier start", () => {
  const earlier = new TradeIds(START);
  let last = 0;
  for (let n = 0; n < 4096; n++) last = earlier.add("A", String(n))!;
  expect(new TradeIds(START + 1).add("A", "x")).toBeGreaterThan(last);
  expect(Number.isSafeInteger(START * 4096)).toBe(true);
});

it("forgets the oldest half of what it keeps, and no more", () => {
  const ids = new TradeIds(START, 10);
  for (let n = 0; n < 12; n++) ids.add("A", String(n));
  expect(Array.from({ length: 12 }, (_, n) => ids.find("A", String(n)) !== undefined)).toEqual([
    ...Array(5).fill(false),
    ...Array(7).fill(true),
  ]);
  // Those of the older half are still known for repeats.
  expect(ids.add("A", "5")).toBeUndefined();
  expect(ids.add("A", "11")).toBeUndefined();
  expect(ids.add("A", "0")).toBe(START * 4096 + 12);
});
