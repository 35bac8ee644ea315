import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { csvSource } from "../../lib/sources/csv.ts";
import { folder, readAllOf } from "./folder.ts";

const HEADER = "date,ticker,open,high,low,close,volume,market_cap";
const read = (root: string, ...names: string[]) =>
  readAllOf(csvSource({ paths: names.map((name) => `${root}/${name}`) }).rows);

describe("csvSource", () => {
  it("reads rows as delivered, blanks as absent", async () => {
    const root = folder({
      "a.csv": `${HEADER}\n2024-01-02,AAA,1.5,2,1.25,1.75,1000,2000000.5\n2024-01-02,BBB,,,,7,,\n`,
    });
    expect((await read(root, "a.csv")).rows).toEqual([
      {
        line: 2,
        date: 20240102,
        ticker: "AAA",
        open: 1.5,
        high: 2,
        low: 1.25,
        close: 1.75,
        volume: 1000,
        marketCap: 2000000.5,
      },
      { line: 3, date: 20240102, ticker: "BBB", close: 7 },
    ]);
  });

  it("takes columns in any order, a byte-order mark, CRLF and gzip under any name", async () => {
    const text = '\uFEFFTicker,Close,DATE\r\n\r\nAAA,7,2024-01-02\r\n"BBB","8","2024-01-03"';
    const root = folder({ "plain.gz": text, "packed.csv": gzipSync(text) });
    const rows = [
      { line: 3, date: 20240102, ticker: "AAA", close: 7 },
      { line: 4, date: 20240103, ticker: "BBB", close: 8 },
    ];
    expect((await read(root, "plain.gz", "packed.csv")).rows).toEqual([...rows, ...rows]);
  });

  it("sets each wrong row aside with its reason and goes on", async () => {
    const root = folder({
      "a.csv": [
        HEADER,
        "2024-02-30,AAA,1,1,1,1,1,1",
        "2024-01-02,A A,1,1,1,1,1,1",
        "2024-01-02,AAA,1,x,1,1,1,1",
        "2024-01-02,AAA,1,1,1,1e999,1,1",
        "2024-01-02,AAA,1,1,1,-1,1,1",
        "2024-01-02,AAA,1,1,-1,1,1,1",
        "2024-01-02,AAA,1,1,1,0,1,1",
        "2024-01-02,AAA,1,1,1,,1,1",
        "2024-01-02,AAA,1,1,1,1,1,-1",
        "2024-01-02,AAA,1,1,1,1,-1,1",
        "2024-01-02,AAA,1,1,1,1,many,1",
        "2024-01-02,AAA,1,1,2,1,1,1",
        "2024-01-02,AAA,1,1",
        "2024-01-02,AAA,1,1,1,1,1,000,1",
        "2024-01-02,AAA,0,0,0,1,0,0",
      ].join("\n"),
    });
    const { rows, reasons, refused } = await read(root, "a.csv");
    expect(reasons).toEqual([
      "2 BAD_DATE",
      "3 BAD_TICKER",
      "4 BAD_NUMBER",
      "5 BAD_NUMBER",
      "6 NEGATIVE_PRICE",
      "7 NEGATIVE_PRICE",
      "8 NO_PRICE",
      "9 NO_PRICE",
      "10 NEGATIVE_CAP",
      "11 BAD_VOLUME",
      "12 BAD_VOLUME",
      "13 CROSSED_RANGE",
      "14 SHORT_ROW",
      "15 LONG_ROW",
    ]);
    expect(rows).toEqual([
      { line: 16, date: 20240102, ticker: "AAA", close: 1, volume: 0, marketCap: 0 },
    ]);
    expect(refused[11]).toEqual({
      file: `${root}/a.csv`,
      line: 13,
      date: 20240102,
      ticker: "AAA",
      reason: "CROSSED_RANGE",
      detail: "high 1 is below low 2",
      raw: "2024-01-02,AAA,1,1,2,1,1,1",
    });
    expect(refused[0]).toMatchObject({ date: null, ticker: "AAA" });
    expect(refused[1]).toMatchObject({ date: 20240102, ticker: null });
  });

  it("streams many rows in batches of at most 16,384 in file order", async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `2024-01-02,T${i},,,,${i + 1},,`);
    const root = folder({ "a.csv": gzipSync([HEADER, ...lines].join("\n")) });
    const source = csvSource({ paths: [`${root}/a.csv`] });
    const counts: number[] = [];
    const closes: number[] = [];
    for await (const batch of source.rows(() => {})) {
      counts.push(batch.count);
      closes.push(...batch.close.subarray(0, batch.count));
    }
    expect(counts).toEqual([16_384, 16_384, 7_232]);
    expect(closes).toEqual(lines.map((_, i) => i + 1));
    expect(source.doneUnits()).toBe(source.totalUnits);
  });

  it("names the file and what would be right when a file is wrong", async () => {
    const root = folder({
      "header.csv": "day,ticker,close\n",
      "twice.csv": "date,ticker,close,close\n",
      "empty.csv": "",
      "broken.csv": gzipSync(`${HEADER}\n${"2024-01-02,AAA,,,,1,,\n".repeat(9_999)}`).subarray(
        0,
        90,
      ),
    });
    for (const [name, message] of [
      ["header.csv", /header.csv" has the header "day,ticker,close"; expected .*"date,ticker,open/],
      ["twice.csv", /has the header "date,ticker,close,close"/],
      ["empty.csv", /empty.csv" is empty/],
      ["broken.csv", /broken.csv" cannot be read.*a whole gzip file/],
    ] as const) {
      await expect(read(root, name), name).rejects.toMatchObject({
        code: "BAD_FILE",
        message: expect.stringMatching(message),
        details: { file: `${root}/${name}` },
      });
    }
    expect(() => csvSource({ paths: [`${root}/none.csv`] })).toThrow(/none.csv" does not exist/);
    expect(() => csvSource({ paths: [root] })).toThrow(/is not a file/);
  });
});
