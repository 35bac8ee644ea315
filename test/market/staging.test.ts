// Rows on their way into a part: in the order they are stored in, the last word on each day and symbol standing.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StagedRows } from "../../lib/market/staging.ts";
import { batch, type Row } from "../index/market-fixture.ts";

function staged(rows: readonly (Row & { symbol: number; file?: number })[]): StagedRows {
  const all = new StagedRows();
  const columns = batch("rows.csv", rows);
  for (const [i, { symbol, file = 0 }] of rows.entries())
    all.add(columns, i, { symbol, file, source: 7, exchange: 1 });
  return all;
}

const row = (date: number, symbol: number, close: number) => ({
  date,
  symbol,
  close,
  ticker: `T${symbol}`,
  marketCap: null,
});

describe("StagedRows", () => {
  it("come out by day and symbol", () => {
    const rows = staged([row(20240103, 1, 1), row(20240102, 2, 2), row(20240102, 1, 3)]);
    expect([...rows.sorted(() => {})]).toEqual([2, 1, 0]);
  });

  it("keep the row added last of a day and symbol, and tell of the others", () => {
    const rows = staged([
      row(20240102, 1, 1),
      row(20240102, 2, 2),
      row(20240102, 1, 3),
      row(20240102, 1, 4),
    ]);
    const repeats: [number, number][] = [];
    const order = rows.sorted((kept, dropped) => repeats.push([kept, dropped]));
    expect([...order].map((p) => rows.values.close[p])).toEqual([4, 2]);
    expect(repeats).toEqual([
      [2, 0],
      [3, 2],
    ]);
  });

  it("hold more rows than they had room for at first", () => {
    const rows = new StagedRows();
    const columns = batch("rows.csv", [row(20240102, 1, 5)]);
    for (let i = 0; i < 40_000; i++)
      rows.add(columns, 0, { symbol: i + 1, file: 0, source: 7, exchange: 0 });
    const order = rows.sorted(() => {});
    expect(order.length).toBe(40_000);
    expect(order.every((position, i) => position === i)).toBe(true);
    expect(rows.values.close[39_999]).toBe(5);
  });

  it("take rows over that were stored before, blanks included", () => {
    const rows = new StagedRows();
    const blank = { open: null, high: null, low: null, volume: null, market_cap: null };
    rows.addRow({ date: 20240102, ticker: "A", close: 7, source: 9, ...blank }, 3, -1);
    rows.addRow({ date: 20240103, ticker: "A", close: 8, source: null, ...blank }, 3, -1);
    rows.addBasis(
      [
        {
          date: 20240103,
          ticker: "A",
          basis: "shares",
          delivered: null,
          shares: 2,
          effective_date: 20231231,
          known_at: 20240101,
          source: "filing",
        },
      ],
      () => 3,
    );
    const more = new StagedRows();
    more.addAll(rows, Int32Array.of(1, 0));
    expect(more.count).toBe(2);
    expect([...more.values.close.subarray(0, 2)]).toEqual([8, 7]);
    expect([...more.source.subarray(0, 2)]).toEqual([0, 9]);
    expect(more.basis.get(0)).toMatchObject({ basis: "shares", shares: 2, knownAt: 20240101 });
    expect(more.basis.size).toBe(1);
    expect([more.symbol[0], more.file[0]]).toEqual([3, -1]);
    expect(more.values.marketCap[0]).toBeNaN();
  });

  it("agree with a map of the last values, in any order", () => {
    const rows = fc.array(
      fc.record({
        date: fc.integer({ min: 20240102, max: 20240105 }),
        symbol: fc.integer({ min: 1, max: 4 }),
        close: fc.integer({ min: 1, max: 99 }),
      }),
    );
    fc.assert(
      fc.property(rows, (given) => {
        const all = staged(given.map(({ date, symbol, close }) => row(date, symbol, close)));
        const last = new Map(given.map((r) => [r.date * 10 + r.symbol, r.close]));
        const wanted = [...last].sort(([a], [b]) => a - b);
        const order = [...all.sorted(() => {})];
        expect(order.map((p) => [all.date[p]! * 10 + all.symbol[p]!, all.values.close[p]])).toEqual(
          wanted,
        );
      }),
      { seed: 5 },
    );
  });
});
