import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import ExcelJS from "exceljs";
import { describe, expect, it } from "vitest";
import { type Cell, type TableSheet, workbook } from "../../lib/edge/excel.ts";
import { dump } from "./excel/dump.ts";
import { packageFaults, partsOf } from "./excel/package.ts";
import { bytesOf, oneColumn, sample } from "./excel/sample.ts";

const GOLDEN = new URL("../golden/workbook.txt", import.meta.url);

const table = (rows: TableSheet["rows"], rowCount: number) => ({
  ...oneColumn([]),
  sheets: [{ ...(oneColumn([]).sheets[0] as TableSheet), rows, rowCount }],
});

describe("workbook", () => {
  it("reads back as the golden text", async () => {
    const text = await dump(await bytesOf(workbook(sample())));
    if (process.env.GOLDEN === "1") writeFileSync(GOLDEN, text);
    expect(text).toBe(readFileSync(GOLDEN, "utf8"));
  });

  it("is a sound package", async () => {
    const parts = partsOf(await bytesOf(workbook(sample())));
    expect(packageFaults(parts)).toEqual([]);
    expect([...parts.keys()][0], "readers look for the types first").toBe("[Content_Types].xml");
  });

  it("is the same bytes for the same input", async () => {
    const [first, second] = [await bytesOf(workbook(sample())), await bytesOf(workbook(sample()))];
    expect(first.equals(second)).toBe(true);
  });

  it("stores formulas-to-be as text, with the quote prefix", async () => {
    const texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "plain"];
    const parts = partsOf(await bytesOf(workbook(oneColumn(texts))));
    const sheet = parts.get("xl/worksheets/sheet1.xml")!;
    expect(sheet).not.toMatch(/<f[ >]|<hyperlink/);
    const formats = [...parts.get("xl/styles.xml")!.matchAll(/<xf [^>]*xfId[^>]*>/g)].map(String);
    const styles = [...sheet.matchAll(/ s="(\d+)" t="inlineStr"/g)].map(
      (m) => formats[Number(m[1])],
    );
    expect(styles.map((xf) => /quotePrefix="1"/.test(xf!))).toEqual(
      texts.map((text) => text !== "plain"),
    );
    const book = new ExcelJS.Workbook();
    await book.xlsx.load((await bytesOf(workbook(oneColumn(texts)))) as unknown as ArrayBuffer);
    expect(book.worksheets[0]!.getCell("A2").value).toBe("=1+1");
  });

  it("gives a form's values the same prefix", async () => {
    const parts = partsOf(await bytesOf(workbook(sample())));
    const style = /<c r="B27" s="(\d+)"/.exec(parts.get("xl/worksheets/sheet1.xml")!)![1];
    const formats = [...parts.get("xl/styles.xml")!.matchAll(/<xf [^>]*xfId[^>]*>/g)].map(String);
    expect(formats[Number(style)]).toContain('quotePrefix="1"');
  });

  it.each([
    ["an object", { formula: "1+1" } as unknown as Cell, 'cell A3 of sheet "Strings"'],
    ["a number that is none", Number.NaN, "NaN"],
    ["infinity", -Infinity, "finite number"],
  ])("refuses %s in a cell", async (_, cell, message) => {
    await expect(bytesOf(workbook(oneColumn(["a", cell])))).rejects.toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });

  it("refuses a row of another width", async () => {
    await expect(bytesOf(workbook(table([["a", "b"]], 1)))).rejects.toThrow(/must have 1 cells/);
  });

  it.each([
    [2, "announced with 2 rows, but only 1 came"],
    [0, "announced with 0 rows, but more came"],
  ])("fails when %i rows were announced and one came", async (rowCount, message) => {
    await expect(bytesOf(workbook(table([["a"]], rowCount)))).rejects.toThrow(message);
  });

  it("passes on the failure of its rows", async () => {
    const rows = (async function* () {
      yield ["a"];
      throw new Error("the database went away");
    })();
    await expect(bytesOf(workbook(table(rows, 2)))).rejects.toThrow("the database went away");
  });

  it("closes the rows when the reader stops early", async () => {
    let closed = false;
    const rows = (function* () {
      try {
        for (let i = 0; ; i++) yield [`row ${i} ${Math.sin(i)}`];
      } finally {
        closed = true;
      }
    })();
    let bytes = 0;
    for await (const chunk of workbook(table(rows, 1_000_000))) {
      bytes += chunk.length;
      if (bytes > 200_000) break;
    }
    expect(closed).toBe(true);
  });

  it("takes rows only as fast as its bytes are read", async () => {
    let taken = 0;
    const rows = (function* () {
      for (; taken < 20_000; taken++) yield [`row ${taken} ${Math.sin(taken)}`];
    })();
    let most = 0;
    let before = 0;
    for await (const _ of workbook(table(rows, 20_000))) {
      most = Math.max(most, taken - before);
      before = taken;
    }
    expect(taken).toBe(20_000);
    // 64 kB of XML are some 900 rows; three pieces are in the making at a time.
    expect(most).toBeLessThan(4_000);
  });

  it("writes 50,000 rows in a heap that could not hold them", () => {
    const script = `
      import { workbook } from "./lib/edge/excel.ts";
      function* rows() { for (let i = 0; i < 50_000; i++) yield [20240102, i, "T" + i, "Company " + i, i / 7, i % 2 === 0]; }
      const columns = ["date", "integer", "text", "text", "decimal4", "boolean"].map((format, i) => ({ header: "C" + i, format }));
      let bytes = 0;
      for await (const chunk of workbook({ title: "t", creator: "c", createdMs: 0, sheets: [{ kind: "table", name: "S", table: "S_", columns, rows: rows(), rowCount: 50_000 }] })) bytes += chunk.length;
      console.log(bytes);`;
    const root = new URL("../..", import.meta.url);
    const bytes = execFileSync(
      process.execPath,
      ["--max-old-space-size=32", "--input-type=module", "--eval", script],
      { cwd: root, encoding: "utf8" },
    );
    expect(Number(bytes)).toBeGreaterThan(500_000);
  });
});
