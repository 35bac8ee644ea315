// Every row of the real captures, and the raw JSON against the table made of it.
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nasdaqScreener } from "../../lib/sources/nasdaq-screener.ts";
import { type FlatRow, readAllOf } from "./folder.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const data = `${shared}/data/equities_nasdaq_screener`;

async function count(...names: string[]) {
  let rows = 0;
  let refused = 0;
  const days = new Set<number>();
  const symbols = new Set<string>();
  const source = nasdaqScreener({ paths: names.map((name) => `${data}/${name}`) });
  for await (const batch of source.rows(() => refused++)) {
    rows += batch.count;
    for (let at = 0; at < batch.count; at++) {
      days.add(batch.date[at]!);
      symbols.add(batch.ticker[at]!);
    }
  }
  return { rows, refused, sessions: days.size, symbols: symbols.size };
}

if (!existsSync(data)) {
  console.warn(`skipped: "${data}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("reads the real captures", () => {});
} else {
  describe("the real captures", () => {
    it.each([
      ["daily_2021.csv.gz", 326_770, 234],
      ["daily_2022.csv.gz", 357_741, 249],
      ["daily_2023.csv.gz", 359_277, 250],
      ["full_universe_2023Q4.csv.gz", 466_905, 63],
      ["extra_captures_non_sessions_2021_2023.csv.gz", 4_749, 4],
    ])("%s has %i rows on %i days, none refused", async (name, rows, sessions) => {
      expect(await count(name)).toMatchObject({ rows, sessions, refused: 0 });
    });

    it("three years hold 1,546 symbols", async () => {
      const years = [2021, 2022, 2023].map((year) => `daily_${year}.csv.gz`);
      expect(await count(...years)).toEqual({
        rows: 1_043_788,
        refused: 0,
        sessions: 733,
        symbols: 1_546,
      });
    }, 60_000);

    it("the small files have no line that is refused", async () => {
      const facts = await nasdaqScreener({
        paths: [],
        securities: [`${data}/security_master_2021_2023.csv`],
        symbolChanges: [`${data}/symbol_changes.csv`],
        actions: [`${shared}/data/equities_ohlcv/corporate_actions_2021_2023.csv`],
        captures: [`${data}/captures.csv`],
      }).facts();
      expect(facts.rejected).toEqual([]);
      expect(
        Object.fromEntries(Object.entries(facts).map(([name, rows]) => [name, rows.length])),
      ).toEqual({
        securities: 1_922,
        actions: 4_683,
        changes: 3,
        captures: 2_199,
        rejected: 0,
      });
    });

    it("raw captures equal the rows of their day in the tables", async () => {
      const raw = readdirSync(`${data}/raw_samples`).flatMap((name) =>
        ["amex", "nasdaq", "nyse"].map(
          (exchange) => `${data}/raw_samples/${name}/${exchange}_full_tickers.json.gz`,
        ),
      );
      const captured = await readAllOf(nasdaqScreener({ paths: raw }).rows);
      const byKey = new Map(captured.rows.map((row) => [keyOf(row), row]));
      const days = [...new Set(captured.rows.map(({ date }) => Number(date)))].sort();
      expect(days).toEqual([20211029, 20211030, 20220603, 20220606, 20220608, 20220609, 20231103]);
      const tables = [
        "daily_2021",
        "daily_2022",
        "full_universe_2023Q4",
        "extra_captures_non_sessions_2021_2023",
      ];
      const compared: Record<number, number> = {};
      const differing: unknown[] = [];
      for (const table of tables) {
        const { rows } = await readAllOf(
          nasdaqScreener({ paths: [`${data}/${table}.csv.gz`] }).rows,
        );
        for (const row of rows.filter(({ date }) => days.includes(Number(date)))) {
          compared[Number(row.date)] = (compared[Number(row.date)] ?? 0) + 1;
          if (!isSame(row, byKey.get(keyOf(row)))) differing.push([row, byKey.get(keyOf(row))]);
        }
      }
      expect(differing).toEqual([]);
      expect(compared).toMatchInlineSnapshot(`
        {
          "20211029": 1426,
          "20211030": 528,
          "20220603": 1437,
          "20220606": 1437,
          "20220608": 1438,
          "20220609": 1437,
          "20231103": 7443,
        }
      `);
    }, 60_000);
  });
}

const keyOf = ({ date, ticker }: FlatRow) => `${date} ${ticker}`;

/** The tables trim prices to four decimals. */
function isSame(row: FlatRow, raw: FlatRow | undefined): boolean {
  return (
    raw !== undefined &&
    Math.abs(Number(raw.close) - Number(row.close)) <= 0.00005000001 &&
    raw.volume === row.volume &&
    raw.marketCap === row.marketCap
  );
}
