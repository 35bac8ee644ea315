import ExcelJS, { type Worksheet } from "exceljs";
import { partsOf } from "./package.ts";

/** A workbook as text, one line a cell, read back by exceljs; charts are shown as their own parts say. */
export async function dump(bytes: Buffer): Promise<string> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes as unknown as ArrayBuffer);
  const lines = [
    `workbook "${book.title}" by ${book.creator}, created ${book.created.toISOString()}`,
    ...book.worksheets.flatMap(sheetLines),
  ];
  for (const [name, part] of partsOf(bytes))
    if (/\/chart\d+/.test(name)) lines.push(...chartLines(part));
  return `${lines.join("\n")}\n`;
}

function sheetLines(sheet: Worksheet): string[] {
  const [view] = sheet.views;
  const lines = [
    "",
    `sheet "${sheet.name}" ${view?.state === "frozen" ? `frozen below row ${view.ySplit}` : "not frozen"}, ${sheet.pageSetup.orientation}, ${sheet.pageSetup.fitToWidth} page wide`,
    `widths ${sheet.columns.map(({ width }) => width).join(" ")}`,
  ];
  for (const table of sheet.getTables() as unknown as { table: Record<string, unknown> }[]) {
    lines.push(
      `table ${table.table.name} ${table.table.tableRef} filter ${table.table.autoFilterRef}`,
    );
  }
  sheet.eachRow((row) => {
    row.eachCell((cell) => {
      if (cell.isMerged && cell.master !== cell) return;
      const value =
        cell.value instanceof Date ? cell.value.toISOString() : JSON.stringify(cell.value);
      const look = [
        cell.font?.bold ? "bold" : "",
        cell.fill?.type === "pattern" && cell.fill.pattern === "solid" ? "filled" : "",
        cell.border?.bottom ? "ruled" : "",
      ];
      const format = cell.numFmt === undefined ? "" : ` [${cell.numFmt}]`;
      lines.push(`${cell.address} ${value}${format} ${look.join(" ").trim()}`.trimEnd());
    });
  });
  return lines;
}

function chartLines(part: string): string[] {
  const all = (pattern: RegExp) => [...part.matchAll(pattern)].map((m) => m[1]);
  return [
    "",
    `chart ${all(/<a:t>([^<]*)</g).join(" | ")}`,
    `shapes ${all(/<c:(\w+Chart)>/g).join(" ")}`,
    `ranges ${all(/<c:f>([^<]*)</g).join(" ")}`,
    `cached ${all(/<c:v>([^<]*)</g).join(" ")}`,
    `bounds ${all(/<c:(?:min|max|majorUnit) val="([^"]*)"/g).join(" ")}`,
  ];
}
