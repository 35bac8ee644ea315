/**
 * The package without its long parts, written by exceljs: styles, theme, properties, tables, sheet views, print
 * set-up and the form sheets. These are the parts Excel is strict about, and exceljs's have been read by Excel for
 * years. Table sheets hold only their header and two rows of empty cells, which exist to learn the style ids.
 */
import type { Alignment, Worksheet } from "exceljs";
import type { Column, Format, TableSheet, Workbook } from "../../workbook.ts";
import { type CellStyle, columnName, NUMBER_FORMAT, quotedSheet } from "./cells.ts";
import type { Placed } from "./chart.ts";
import { layOut } from "./form.ts";
import { HEADER, MARKED, numeric, PAGE } from "./look.ts";
import { xml } from "./text.ts";
import { unzip } from "./zip.ts";

/** A table sheet's part, cut open where its rows go. */
export type Opened = Readonly<{ head: string; tail: string; styles: readonly CellStyle[] }>;

export type Skeleton = Readonly<{
  /** Every part but those of the table sheets, by name. */
  parts: Map<string, Buffer>;
  /** By sheet index. */
  opened: ReadonlyMap<number, Opened>;
  /** Charts by sheet index. */
  placed: ReadonlyMap<number, readonly Placed[]>;
}>;

export const sheetPart = (index: number): string => `xl/worksheets/sheet${index + 1}.xml`;

export async function skeleton(spec: Workbook): Promise<Skeleton> {
  // Loaded on first use: it costs a tenth of a second that only an export should pay.
  const { default: ExcelJS } = await import("exceljs");
  const book = new ExcelJS.Workbook();
  const created = new Date(spec.createdMs);
  Object.assign(book, {
    title: spec.title,
    subject: spec.subject ?? spec.title,
    creator: spec.creator,
    lastModifiedBy: spec.creator,
    created,
    modified: created,
  });
  const placed = new Map<number, readonly Placed[]>();
  for (const [index, sheet] of spec.sheets.entries()) {
    const worksheet = book.addWorksheet(sheet.name);
    if (sheet.kind === "table") prepareTable(worksheet, sheet);
    else placed.set(index, layOut(worksheet, sheet));
  }
  const packed = await book.xlsx.writeBuffer({ zip: { compression: "STORE" } });
  const parts = unzip(new Uint8Array(packed as ArrayBuffer));

  // Entries for folders are no parts, and an Open Packaging archive should not have them.
  for (const name of parts.keys()) if (name.endsWith("/")) parts.delete(name);
  rewrite(parts, "xl/styles.xml", quotePrefixes);
  rewrite(parts, "xl/workbook.xml", (part) =>
    part.replace("</sheets>", `</sheets>${definedNames(spec)}`),
  );
  const opened = new Map<number, Opened>();
  let table = 0;
  for (const [index, sheet] of spec.sheets.entries()) {
    if (sheet.kind !== "table") continue;
    const name = sheetPart(index);
    opened.set(index, open(parts.get(name)!.toString(), sheet));
    parts.delete(name);
    if (sheet.table !== undefined) {
      table++;
      rewrite(parts, `xl/tables/table${table}.xml`, (part) =>
        part.replaceAll(/ ref="A1:[A-Z]+\d+"/g, ` ref="${tableRange(sheet)}"`),
      );
    }
  }
  return { parts, opened, placed };
}

/** Header and rows; Excel wants a table to have a row, so an empty one keeps a blank. */
const tableRange = ({ columns, rowCount }: TableSheet): string =>
  `A1:${columnName(columns.length - 1)}${Math.max(rowCount, 1) + 1}`;

function prepareTable(worksheet: Worksheet, sheet: TableSheet): void {
  worksheet.views = [
    { state: "frozen", xSplit: 0, ySplit: 1, topLeftCell: "A2", activeCell: "A2" },
  ];
  worksheet.pageSetup = { ...PAGE };
  worksheet.headerFooter = {
    oddHeader: `&L&"-,Bold"${printable(sheet.title ?? sheet.name)}`,
    oddFooter: "&L&A&RPage &P of &N",
  };
  sheet.columns.forEach((column, index) => {
    worksheet.getColumn(index + 1).width = column.width ?? defaultWidth(column);
  });
  const ref = tableRange(sheet);
  if (sheet.table !== undefined) {
    worksheet.addTable({
      name: sheet.table,
      ref: "A1",
      style: { theme: "TableStyleMedium2", showRowStripes: true },
      columns: sheet.columns.map(({ header }) => ({ name: header, filterButton: true })),
      rows: [sheet.columns.map(() => null)],
    });
  } else {
    worksheet.autoFilter = ref;
  }
  const header = worksheet.getRow(1);
  header.height = 21;
  sheet.columns.forEach((column, index) => {
    const cell = header.getCell(index + 1);
    cell.value = column.header;
    // The filter button covers the right edge of the header, hence the deeper indent.
    cell.style = { ...HEADER, alignment: { vertical: "middle", ...sides(column.format, 2) } };
    const style = bodyStyle(column.format);
    worksheet.getRow(2).getCell(index + 1).style = style;
    worksheet.getRow(3).getCell(index + 1).style = { ...style, ...MARKED };
  });
}

const bodyStyle = (format: Format) => ({
  numFmt: NUMBER_FORMAT[format],
  alignment: sides(format, 1),
});

/** Words to the left and figures to the right, each a little off the neighbouring column. */
const sides = (format: Format, rightIndent: number): Partial<Alignment> => {
  if (numeric(format)) return { horizontal: "right", indent: rightIndent };
  return format === "boolean" ? { horizontal: "center" } : { horizontal: "left", indent: 1 };
};

const FORMAT_WIDTH: Readonly<Record<Format, number>> = {
  text: 14,
  date: 13,
  datetime: 20,
  percent: 11,
  decimal2: 14,
  decimal4: 14,
  integer: 12,
  usd: 22,
  boolean: 9,
};

/** Room for the format's usual values and for the header beside its filter button. */
const defaultWidth = ({ header, format }: Column): number =>
  Math.min(60, Math.max(FORMAT_WIDTH[format], header.length + 6));

/** Ampersands start a code in page headers. */
const printable = (text: string): string => text.replaceAll("&", "&&");

/** Cuts the sheet's part around its rows and reads the style ids off the two rows of samples. */
function open(part: string, sheet: TableSheet): Opened {
  const [, before, rows, tail] = /^(.*<sheetData>)(.*)(<\/sheetData>.*)$/s.exec(part)!;
  const header = /<row r="1".*?<\/row>/s.exec(rows!)![0];
  const styleOf = (cell: string) =>
    Number(new RegExp(`<c r="${cell}"[^>]* s="(\\d+)"`).exec(rows!)![1]);
  return {
    head:
      before!.replace(/<dimension ref="[^"]*"\/>/, `<dimension ref="${tableRange(sheet)}"/>`) +
      header,
    tail: tail!,
    styles: sheet.columns.map(({ format }, index) => ({
      format,
      style: styleOf(`${columnName(index)}2`),
      quotedStyle: styleOf(`${columnName(index)}3`),
    })),
  };
}

/**
 * The header row repeats on each printed page, and a filter that belongs to no table has its range by name.
 * Written here because exceljs does not double an apostrophe in a sheet's name, which Excel then calls corrupt.
 */
function definedNames({ sheets }: Workbook): string {
  const names = sheets.flatMap((sheet, index) => {
    if (sheet.kind !== "table") return [];
    const range = (cells: string) => xml(`${quotedSheet(sheet.name)}!${cells}`);
    const name = (title: string, cells: string, more = "") =>
      `<definedName name="_xlnm.${title}" localSheetId="${index}"${more}>${range(cells)}</definedName>`;
    const last = `$${tableRange(sheet).slice(3).replace(/\d+/, "$$$&")}`;
    return [
      ...(sheet.table === undefined
        ? [name("_FilterDatabase", `$A$1:${last}`, ' hidden="1"')]
        : []),
      name("Print_Titles", "$1:$1"),
    ];
  });
  return names.length === 0 ? "" : `<definedNames>${names.join("")}</definedNames>`;
}

/**
 * exceljs has no word for the quote prefix. Styles that need it are marked "hidden", a protection flag without
 * effect on a sheet that is not protected; here the flag becomes the prefix.
 */
function quotePrefixes(styles: string): string {
  return styles.replace(
    /<xf ([^>]*[^>/])>((?:(?!<\/xf>).)*)<protection hidden="1"\/><\/xf>/g,
    (_, attributes: string, children: string) =>
      `<xf ${attributes.replace(' applyProtection="1"', "")} quotePrefix="1">${children}</xf>`,
  );
}

function rewrite(parts: Map<string, Buffer>, name: string, change: (part: string) => string): void {
  const before = parts.get(name)!.toString();
  const after = change(before);
  parts.set(name, Buffer.from(after));
}

/** Ties the charts of the sheets into the package: drawing and relation of each sheet, and every part's type. */
export function wireCharts({ parts, placed }: Skeleton): readonly Placed[] {
  const all: Placed[] = [];
  let drawing = 0;
  const types: string[] = [];
  for (const [index, charts] of placed) {
    if (charts.length === 0) continue;
    drawing++;
    rewrite(parts, sheetPart(index), (part) =>
      part.replace("</worksheet>", '<drawing r:id="rId1"/></worksheet>'),
    );
    parts.set(
      `xl/worksheets/_rels/sheet${index + 1}.xml.rels`,
      relations("drawing", [`../drawings/drawing${drawing}.xml`]),
    );
    parts.set(
      `xl/drawings/_rels/drawing${drawing}.xml.rels`,
      relations(
        "chart",
        charts.map((_, i) => `../charts/chart${all.length + i + 1}.xml`),
      ),
    );
    types.push(override(`/xl/drawings/drawing${drawing}.xml`, "drawing"));
    for (const placement of charts) {
      all.push(placement);
      types.push(override(`/xl/charts/chart${all.length}.xml`, "drawingml.chart"));
    }
  }
  rewrite(parts, "[Content_Types].xml", (part) =>
    part.replace("</Types>", `${types.join("")}</Types>`),
  );
  return all;
}

const override = (name: string, type: string) =>
  `<Override PartName="${name}" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`;

const relations = (type: string, targets: readonly string[]) =>
  Buffer.from(
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
      targets
        .map(
          (target, i) =>
            `<Relationship Id="rId${i + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${xml(target)}"/>`,
        )
        .join("") +
      "</Relationships>",
  );
