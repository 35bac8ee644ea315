// Three vendors on the same 486 names and three years: who says what, and where one of them stands alone.
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { type ReconcileSummary, reconcile } from "../../lib/jobs/reconcile.ts";
import { comparisonRows } from "../../lib/sources/comparison.ts";
import { readFacts } from "../../lib/sources/csv.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const screener = `${shared}/data/equities_nasdaq_screener`;
const histories = `${shared}/data/equities_ohlcv`;

/** After the days compared, but before the histories were downloaded; the file of actions ends with 2023. */
const LATER_SPLIT = { date: 20240226, ticker: "WMT", action: "split", value: 3 } as const;

if (!existsSync(screener) || !existsSync(histories)) {
  console.warn(`skipped: "${shared}" has no market data (set EQUIPOISE_SHARED)`);
  it.skip("finds what each of three vendors says alone", () => {});
} else {
  let summary: ReconcileSummary;

  beforeAll(async () => {
    const { actions, changes } = await readFacts({
      actions: [`${histories}/corporate_actions_2021_2023.csv`],
      symbolChanges: [`${screener}/symbol_changes.csv`],
    });
    const history = (file: string) =>
      comparisonRows("csv", [`${histories}/${file}_ohlcv_2021_2023.csv.gz`]);
    summary = await reconcile({
      sources: [
        {
          name: "screener",
          basis: "unadjusted",
          labels: "of-the-day",
          rows: comparisonRows("nasdaq-screener", [`${screener}/daily_202?.csv.gz`]),
        },
        {
          name: "yahoo",
          basis: "splits+spinoffs",
          labels: "latest",
          rows: history("yahoo"),
        },
        { name: "nasdaq", basis: "splits", labels: "latest", rows: history("nasdaq_hist") },
      ],
      actions: [...actions, LATER_SPLIT],
      changes,
      top: 30,
    });
  }, 60_000);

  const pair = (a: string, b: string) => summary.pairs.find((one) => one.a === a && one.b === b)!;
  const longest = (a: string, b: string, ticker: string) => {
    const found = pair(a, b).fields.close.worst_symbols.find((one) => one.ticker === ticker);
    const block = found?.blocks[0];
    return block && { ...block, typical_ratio: Math.round(block.typical_ratio * 1e4) / 1e4 };
  };

  describe("three vendors", () => {
    it("have their rows read once and whole", () => {
      const read = summary.sources.map(({ name, rows, symbols, sessions, first, last }) => [
        name,
        rows,
        symbols,
        sessions,
        first,
        last,
      ]);
      expect(read).toEqual([
        ["screener", 1_043_788, 1_544, 733, "2021-01-29", "2023-12-29"],
        ["yahoo", 362_246, 486, 753, "2021-01-04", "2023-12-29"],
        ["nasdaq", 361_707, 486, 753, "2021-01-04", "2023-12-29"],
      ]);
      expect({ refused: summary.refused, readings: summary.readings }).toEqual({
        refused: {},
        readings: 1,
      });
    });

    it.each([
      ["screener", "yahoo", 350_662, 348_329, 345_810],
      ["screener", "nasdaq", 350_139, 341_166, 344_757],
      ["yahoo", "nasdaq", 361_702, 351_436, 356_013],
    ])(
      "%s and %s: of %i rows %i closes and %i volumes are equal",
      (a, b, rows, closes, volumes) => {
        const { rows_compared, fields } = pair(a, b);
        expect([rows_compared, fields.close.equal, fields.volume.equal]).toEqual([
          rows,
          closes,
          volumes,
        ]);
        expect(fields.close.percentiles).toMatchObject({ p50: 0, p90: 0 });
        expect(fields.market_cap.compared, "neither history has market caps").toBe(0);
      },
    );

    it("agree least on the evening the screener repeated the closes of the day before", () => {
      for (const other of ["yahoo", "nasdaq"]) {
        const [worst] = pair("screener", other).fields.close.worst_days;
        expect(worst?.date).toBe("2021-10-29");
        expect(worst?.share).toBeLessThan(0.75);
      }
      expect(summary.three_way?.close.odd[0]?.worst_days[0]).toEqual({
        date: "2021-10-29",
        compared: 472,
        rows: 119,
      });
    });

    it("differ in blocks where a spin-off was adjusted by another factor, or by none we were told of", () => {
      const names = pair("screener", "yahoo").fields.close.worst_symbols.map(
        ({ ticker }) => ticker,
      );
      // No file of actions names these: their spin-offs and scrip issues are of companies outside the S&P 500 of 2026.
      expect(names.slice(0, 6)).toEqual(["K", "NWG", "CNQ", "BHP", "ITUB", "PUK"]);
      expect(longest("screener", "yahoo", "BHP")).toEqual({
        from: "2021-01-29",
        to: "2022-06-01",
        rows: 338,
        typical_ratio: 1.121,
      });
      expect(longest("screener", "nasdaq", "GE"), "by 1.2422 where Yahoo has 1.281").toEqual({
        from: "2021-01-29",
        to: "2023-01-03",
        rows: 484,
        typical_ratio: 1.2422,
      });
      expect(longest("screener", "yahoo", "GE")).toBeUndefined();
    });

    it("leave nasdaq.com alone fifty times as often as the screener, on closes", () => {
      const { compared, agree, none, unclear, odd } = summary.three_way!.close;
      expect({ compared, agree, none, unclear }).toEqual({
        compared: 350_138,
        agree: 340_728,
        none: 1_761,
        unclear: 0,
      });
      expect(odd.map(({ source, rows }) => [source, rows])).toEqual([
        ["screener", 135],
        ["yahoo", 437],
        ["nasdaq", 7_077],
      ]);
    });

    it("hold different names: a history none that is gone, the captures each under the ticker of its day", () => {
      const { only_in_a, only_in_b } = pair("screener", "yahoo");
      expect(only_in_a.symbols).toMatchObject({ count: 1_058, rows: 692_661 });
      expect(only_in_b.symbols.count).toBe(0);
      expect(only_in_b.sessions.count, "18 before the first capture, two without one").toBe(20);
      expect(only_in_b.sessions.examples).toEqual(
        expect.arrayContaining(["2021-01-04", "2021-01-28", "2022-12-21", "2022-12-28"]),
      );
      expect(only_in_b.holes).toMatchObject({ symbols: 17, rows: 2_084 });
      const holes = only_in_b.holes.largest.map(({ ticker, from, to }) => [ticker, from, to]);
      expect(holes).toContainEqual(["META", "2022-06-13", "2022-06-14"]);
      expect(holes).toContainEqual(["WTW", "2021-01-29", "2022-01-07"]);
    });
  });
}
