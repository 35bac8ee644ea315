import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { nasdaqScreener } from "../../lib/sources/nasdaq-screener.ts";
import type { DailyBatch } from "../../lib/sources/rows.ts";
import { folder, readAllOf } from "./folder.ts";

const COLUMNS = "exchange,symbol,last,net_change,pct_change,volume,market_cap";
const symbol = (name: string, lastsale: string, volume: string, marketCap: string) => ({
  symbol: name,
  name: `${name} Inc.`,
  lastsale,
  netchange: "-0.03",
  pctchange: "-1.316%",
  volume,
  marketCap,
});

/** What the quality gate wants to know besides: "exchange ticker net change". */
async function extrasOf(batches: AsyncIterable<DailyBatch>): Promise<string[]> {
  const rows: string[] = [];
  for await (const { count, ticker, exchange, netChange } of batches) {
    for (let at = 0; at < count; at++)
      rows.push(`${exchange?.[at]} ${ticker[at]} ${netChange?.[at]}`);
  }
  return rows;
}

describe("nasdaqScreener", () => {
  it("reads tables over sessions", async () => {
    const root = folder({
      "a.csv.gz": gzipSync(
        `session_date,${COLUMNS}\n2021-01-29,nyse,BRK/A,344100,-4120.01,-1.183,257,\n` +
          "2021-02-01,nyse,WFG,66.85,66.85,,64441,10000000000.25\n",
      ),
    });
    const { rows, refused } = await readAllOf(nasdaqScreener({ paths: [`${root}/a.csv.gz`] }).rows);
    expect(rows).toEqual([
      { line: 2, date: 20210129, ticker: "BRK/A", close: 344100, volume: 257 },
      {
        line: 3,
        date: 20210201,
        ticker: "WFG",
        close: 66.85,
        volume: 64441,
        marketCap: 10000000000.25,
      },
    ]);
    expect(refused).toEqual([]);
  });

  it("says of each row where it is listed and what the vendor calls its net change", async () => {
    const captured = "captured_2021-10-30T000916Z_x/nasdaq_full_tickers.json";
    const root = folder({
      "a.csv":
        `session_date,${COLUMNS}\n2021-01-29,nyse,BRK/A,344100,-4120.01,-1.183,257,\n` +
        "2021-01-29,amex,AAA,5,,,,\n2021-01-29,nyse,BBB,5,0.00,,,\n2021-01-29,nyse,CCC,5,up,,,\n",
      [captured]: JSON.stringify([
        symbol("AACG", "$2.25", "1", "1"),
        { ...symbol("B", "$1", "", ""), netchange: "$1,000.50" },
      ]),
    });
    const refused: string[] = [];
    const { rows } = nasdaqScreener({ paths: [`${root}/a.csv`, `${root}/${captured}`] });
    expect(await extrasOf(rows(({ detail }) => refused.push(detail)))).toEqual([
      "nyse BRK/A -4120.01",
      "amex AAA NaN",
      "nyse BBB 0",
      "nasdaq AACG -0.03",
      "nasdaq B 1000.5",
    ]);
    expect(refused).toEqual(["netChange is no number"]);
  });

  it("dates a capture by the day in New York", async () => {
    const root = folder({
      "a.csv": [
        `captured_at_utc,${COLUMNS}`,
        "2021-02-16T00:39:58+00:00,nasdaq,AAL,17.27,0.28,1.648,27522539.0,10732951345.0",
        "2021-07-16T04:00:00Z,nasdaq,AAL,17.27,,,,",
        "2021-07-16T03:59:59Z,nasdaq,AAL,17.27,,,,",
        "2021-07-16T03:59:59,nasdaq,AAL,17.27,,,,",
      ].join("\n"),
    });
    const { rows, reasons } = await readAllOf(nasdaqScreener({ paths: [`${root}/a.csv`] }).rows);
    expect(rows.map(({ date }) => date)).toEqual([20210215, 20210716, 20210715]);
    expect(rows[0]).toMatchObject({ volume: 27522539, marketCap: 10732951345 });
    expect(reasons).toEqual(["5 BAD_DATE"]);
  });

  it("reads raw captures: marks taken off, the day from the folder's name", async () => {
    const root = folder({
      "captured_2021-10-30T000916Z_77f5/nasdaq_full_tickers.json": JSON.stringify([
        symbol("AACG", "$2.25", "18773", "70598070.00"),
        symbol("BIG         ", "$1,234.50", "1,000", "$2,500,000.00"),
        symbol("ODD", "", "", ""),
        symbol("NEW", "$5", "", "NA"),
      ]),
    });
    const path = `${root}/captured_2021-10-30T000916Z_77f5/nasdaq_full_tickers.json`;
    const source = nasdaqScreener({ paths: [path] });
    const { rows, refused } = await readAllOf(source.rows);
    expect(rows).toEqual([
      { line: 1, date: 20211029, ticker: "AACG", close: 2.25, volume: 18773, marketCap: 70598070 },
      { line: 2, date: 20211029, ticker: "BIG", close: 1234.5, volume: 1000, marketCap: 2500000 },
      { line: 4, date: 20211029, ticker: "NEW", close: 5 },
    ]);
    expect(refused).toMatchObject([{ line: 3, ticker: "ODD", reason: "NO_PRICE" }]);
    expect((await source.facts()).captures).toEqual([
      { session: 20211029, exchange: "nasdaq", capturedAt: "2021-10-30T00:09:16+00:00", rows: 4 },
    ]);
    expect(source.doneUnits()).toBe(source.totalUnits);
  });

  it("lets a captures list decide the session, named or standing beside", async () => {
    const list =
      "session_date,exchange,captured_at_utc,rows\n2021-01-29,amex,2021-01-30T21:36:25+00:00,1\n";
    const root = folder({
      "beside/captures.csv": list,
      "beside/raw/captured_2021-01-30T213625Z_x/amex.json": JSON.stringify([
        symbol("A", "$1", "", ""),
      ]),
      "captured_2021-01-30T213625Z_x/amex.json": JSON.stringify([symbol("A", "$1", "", "")]),
    });
    const dates = async (...options: Parameters<typeof nasdaqScreener>) =>
      (await readAllOf(nasdaqScreener(...options).rows)).rows.map(({ date }) => date);
    const alone = `${root}/captured_2021-01-30T213625Z_x/amex.json`;
    expect(await dates({ paths: [alone] })).toEqual([20210130]);
    expect(await dates({ paths: [alone], captures: [`${root}/beside/captures.csv`] })).toEqual([
      20210129,
    ]);
    expect(
      await dates({ paths: [`${root}/beside/raw/captured_2021-01-30T213625Z_x/amex.json`] }),
    ).toEqual([20210129]);
    const { captures } = await nasdaqScreener({
      paths: [alone],
      captures: [`${root}/beside/captures.csv`],
    }).facts();
    expect(captures).toHaveLength(1);
  });

  it("gathers the small files", async () => {
    const root = folder({
      "s.csv": "ticker,valid_from,valid_to\nAAA,,\nA A,,\n",
      "a.csv":
        "date,ticker,action,value,new_ticker\n2022-01-03,AAA,split,2,\n2022-01-04,BBB,symbol_change,,CCC\n",
      "c.csv": "effective_date,old_symbol,new_symbol,name\n2022-06-09,FB,META,Meta\n",
    });
    const facts = await nasdaqScreener({
      paths: [],
      securities: [`${root}/s.csv`],
      actions: [`${root}/a.csv`],
      symbolChanges: [`${root}/c.csv`],
    }).facts();
    expect(facts.securities.map(({ ticker }) => ticker)).toEqual(["AAA"]);
    expect(facts.actions.map(({ ticker }) => ticker)).toEqual(["AAA"]);
    expect(facts.changes.map(({ newTicker }) => newTicker)).toEqual(["META", "CCC"]);
    expect(facts.rejected).toMatchObject([
      { file: `${root}/s.csv`, line: 3, reason: "BAD_TICKER" },
    ]);
  });

  it("refuses files it cannot understand", async () => {
    const captured = "captured_2021-10-30T000916Z_x";
    const root = folder({
      "other.csv": "symbol,valid_from,valid_to\n",
      [`${captured}/nyse.json`]: "[{",
      [`${captured}/amex.json`]: '{"data": []}',
      [`${captured}/nasdaq.json`]: '[{"ticker": "A"}]',
      "loose/nyse.json": "[]",
    });
    for (const [name, message] of [
      ["other.csv", /expected the header "session_date,exchange,.*or "captured_at_utc,/],
      [`${captured}/nyse.json`, /is broken JSON/],
      [`${captured}/amex.json`, /holds no array/],
      [`${captured}/nasdaq.json`, /another shape at entry 1/],
      ["loose/nyse.json", /carries no day; expected a folder named "captured_/],
    ] as const) {
      const { rows } = nasdaqScreener({ paths: [`${root}/${name}`] });
      await expect(readAllOf(rows), name).rejects.toMatchObject({
        code: "BAD_FILE",
        message: expect.stringMatching(message),
      });
    }
  });
});
