import { expect, it } from "vitest";
import { allBrands, NameBook } from "../../../lib/sources/simulate/names.ts";
import { RandomStream } from "../../../lib/sources/simulate/random.ts";

it("gives every brand a name and a ticker of its own", () => {
  const { short, long } = allBrands();
  const all = [...short, ...long];
  expect([short.length, long.length]).toEqual([3_700, 18_500]);
  expect(new Set(all.map(({ ticker }) => ticker)).size).toBe(all.length);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});

it("hands out short tickers first, each brand once", () => {
  const book = new NameBook(new RandomStream(1, 1));
  const tickers = Array.from({ length: 22_200 }, () => book.next()!.ticker);
  expect(new Set(tickers.slice(0, 3_700).map((ticker) => ticker.length))).toEqual(new Set([4]));
  expect(new Set(tickers).size).toBe(22_200);
  expect(book.next()).toBeUndefined();
});
