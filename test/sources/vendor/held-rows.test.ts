import { describe, expect, it } from "vitest";
import type { RejectedRow } from "../../../lib/ports.ts";
import { HeldRows } from "../../../lib/sources/vendor/held-rows.ts";

const row = (ticker: string, date: number, close: number) => ({
  ticker,
  date,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close,
  volume: 1,
  marketCap: Number.NaN,
});

describe("held rows", () => {
  it("come out by day, and within a day as they came in", () => {
    const held = new HeldRows();
    for (const ticker of ["BBB", "AAA"]) {
      for (const date of [20240103, 20240102]) held.add(row(ticker, date, 1));
    }
    const [batch, ...others] = held.batches("stub", () => expect.fail("refused"));
    expect(others).toEqual([]);
    expect([...batch!.date.subarray(0, batch!.count)]).toEqual([
      20240102, 20240102, 20240103, 20240103,
    ]);
    expect(batch!.ticker.slice(0, 4)).toEqual(["BBB", "AAA", "BBB", "AAA"]);
    expect([...batch!.line.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  });

  it("go on over as many batches as it takes, and refuse what no row may hold", () => {
    const held = new HeldRows();
    for (let at = 0; at < 20_000; at++) held.add(row(`T${at}`, 20240102, at === 7 ? -1 : 1));
    const refused: RejectedRow[] = [];
    const counts = [...held.batches("stub", (one) => refused.push(one))].map(({ count }) => count);
    expect(counts).toEqual([16_384, 20_000 - 16_384 - 1]);
    expect(refused).toEqual([
      expect.objectContaining({ file: "stub", line: 8, ticker: "T7", reason: "NEGATIVE_PRICE" }),
    ]);
  });
});
