/** Lays a form sheet out with exceljs: title, then blocks one below the other in three columns. */
import type { Cell as SheetCell, Style, Worksheet } from "exceljs";
import type { Cell, FormRow, FormSheet } from "../../workbook.ts";
import { NUMBER_FORMAT, serialOf } from "./cells.ts";
import type { Placed } from "./chart.ts";
import * as look from "./look.ts";
import { cellText, needsQuotePrefix } from "./text.ts";

/** Label, value, note: widths in characters. */
const WIDTHS = [34, 20, 84];
const WIDE = WIDTHS[1]! + WIDTHS[2]!;
const FULL = WIDTHS[0]! + WIDE;
const LINE_POINTS = 15;
const CHART_ROWS = 22;

/** Fills the worksheet and tells where its charts go. */
export function layOut(worksheet: Worksheet, sheet: FormSheet): Placed[] {
  worksheet.views = [{ showGridLines: false }];
  worksheet.pageSetup = { ...look.PAGE };
  worksheet.headerFooter = { oddFooter: "&L&A&RPage &P of &N" };
  WIDTHS.forEach((width, i) => {
    worksheet.getColumn(i + 1).width = width;
  });

  const placed: Placed[] = [];
  let row = 1;
  /** One text over all columns; merged cells do not grow by themselves, so the height is reckoned here. */
  const across = (text: string, style: Partial<Style>, linePoints: number, points = linePoints) => {
    worksheet.mergeCells(row, 1, row, WIDTHS.length);
    put(worksheet.getCell(row, 1), text, style);
    worksheet.getRow(row).height = Math.max(points, linesOf(text, FULL) * linePoints) + 3;
    row++;
  };

  across(sheet.title, look.TITLE, 26, 30);
  if (sheet.subtitle !== undefined) across(sheet.subtitle, look.SUBTITLE, LINE_POINTS);
  for (const block of sheet.blocks) {
    row++;
    if (block.kind === "chart") {
      const rows = block.rows ?? CHART_ROWS;
      placed.push({
        chart: block.chart,
        columns: WIDTHS.length,
        fromRow: row - 1,
        toRow: row - 1 + rows,
      });
      row += rows;
      continue;
    }
    if (block.heading !== undefined) {
      const heading = block.heading;
      WIDTHS.forEach((_, i) => {
        put(worksheet.getCell(row, i + 1), i === 0 ? heading : null, look.HEADING);
      });
      worksheet.getRow(row).height = 20;
      row++;
    }
    if (block.kind === "text") {
      for (const paragraph of block.paragraphs) across(paragraph, look.PARAGRAPH, LINE_POINTS);
    } else {
      for (const entry of block.rows) formRow(worksheet, row++, entry);
    }
  }
  return placed;
}

/** Stands for a value that is not defined: an empty place would look forgotten. */
const UNDEFINED_VALUE = "–";

function formRow(worksheet: Worksheet, row: number, entry: FormRow): void {
  const { label, format = "text", note } = entry;
  const value = entry.value ?? UNDEFINED_VALUE;
  const figure = typeof value !== "string" || serial(value, format) !== undefined;
  // Words without a note may run on to the right edge.
  const wide = note === undefined && !figure;
  put(worksheet.getCell(row, 1), label, look.LABEL);
  const style = look.valueStyle(
    figure ? NUMBER_FORMAT[format] : NUMBER_FORMAT.text,
    !wide,
    figure ? { horizontal: "right" } : { horizontal: wide ? "left" : "right", wrapText: true },
  );
  if (wide) worksheet.mergeCells(row, 2, row, 3);
  put(worksheet.getCell(row, 2), value, style, format);
  if (!wide) put(worksheet.getCell(row, 3), note ?? null, look.NOTE);
  const lines = Math.max(
    linesOf(label, WIDTHS[0]!),
    figure ? 1 : linesOf(String(value), wide ? WIDE : WIDTHS[1]!),
    linesOf(note ?? "", WIDTHS[2]! * 1.05),
  );
  worksheet.getRow(row).height = lines * LINE_POINTS + 3;
}

function put(
  cell: SheetCell,
  value: Cell,
  style: Partial<Style>,
  format: FormRow["format"] = "text",
) {
  if (typeof value === "string") {
    const day = serial(value, format);
    cell.value = day ?? cellText(value);
    cell.style =
      day === undefined && needsQuotePrefix(value) ? { ...style, ...look.MARKED } : style;
  } else {
    cell.value = typeof value === "number" ? (serial(value, format) ?? value) : (value ?? null);
    cell.style = style;
  }
}

const serial = (value: string | number, format: NonNullable<FormRow["format"]>) =>
  format === "date" || format === "datetime" ? serialOf(value, format) : undefined;

/** How many lines a text takes in a column, on the generous side: words break early. */
const linesOf = (text: string, width: number): number =>
  text
    .split("\n")
    .reduce((lines, part) => lines + Math.max(1, Math.ceil(part.length / (width * 0.98))), 0);
