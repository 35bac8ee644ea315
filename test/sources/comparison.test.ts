import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { comparisonRows } from "../../lib/sources/comparison.ts";
import { folder, readAllOf } from "./folder.ts";

it("takes any table that names a day, a ticker and a close, and leaves other columns alone", async () => {
  const root = folder({
    "yahoo.csv":
      "Date,symbol,Open,High,Low,Close,Adj Close,Volume\n2024-01-02,AAA,9,1,2,7.5,6.1,100\n",
    "screener.csv": "session_date,symbol,last,market_cap\n2024-01-03,AAA,7.25,5000\n",
    "own.csv.gz": gzipSync("date,ticker,close\n2024-01-04,AAA,7\n"),
  });
  const { rows, reasons } = await readAllOf(comparisonRows("csv", [`${root}/*`]));
  const sorted = rows.sort((a, b) => Number(a.date) - Number(b.date));
  expect(sorted).toEqual([
    { line: 2, date: 20240102, ticker: "AAA", close: 7.5, volume: 100 },
    { line: 2, date: 20240103, ticker: "AAA", close: 7.25, marketCap: 5000 },
    { line: 2, date: 20240104, ticker: "AAA", close: 7 },
  ]);
  expect(reasons).toEqual([]);
});

it("reads the captures of the screener, and either kind again from the beginning", async () => {
  const columns = "exchange,symbol,last,net_change,pct_change,volume,market_cap";
  const root = folder({
    "table.csv": `session_date,${columns}\n2024-01-02,nyse,AAA,7,0,0,100,5000\n`,
  });
  for (const kind of ["nasdaq-screener", "csv"] as const) {
    const rows = comparisonRows(kind, [`${root}/table.csv`]);
    const once = await readAllOf(rows);
    expect(once.rows).toEqual([
      { line: 2, date: 20240102, ticker: "AAA", close: 7, volume: 100, marketCap: 5000 },
    ]);
    expect(await readAllOf(rows), kind).toEqual(once);
  }
});

it("refuses bad lines one by one, and a table that lacks a column as a whole", async () => {
  const root = folder({
    "bad.csv": "date,symbol,close\n2024-01-02,AAA,7\n01/03/2024,AAA,7\n2024-01-04,AAA,seven\n",
    "none.csv": "date,close\n2024-01-02,7\n",
  });
  expect((await readAllOf(comparisonRows("csv", [`${root}/bad.csv`]))).reasons).toEqual([
    "3 BAD_DATE",
    "4 BAD_NUMBER",
  ]);
  await expect(readAllOf(comparisonRows("csv", [`${root}/none.csv`]))).rejects.toThrow(
    /header "date,close"; expected a header with date, ticker \(or symbol\) and close/,
  );
  expect(() => comparisonRows("csv", [`${root}/missing.csv`])).toThrow(
    expect.objectContaining({ code: "BAD_FILE" }),
  );
});
