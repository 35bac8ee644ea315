/** Refuses a workbook that Excel would call corrupt, before the first byte is written. */
import { AppError } from "../../errors.ts";
import {
  type Chart,
  SHEET_COLUMNS_MAX,
  SHEET_ROWS_MAX,
  type TableSheet,
  type Workbook,
} from "../../workbook.ts";

/** @throws AppError DEGENERATE_INPUT naming what is wrong and what would be right; PAYLOAD_TOO_LARGE for too many rows */
export function checkWorkbook({ sheets, createdMs }: Workbook): void {
  if (sheets.length === 0) throw refuse("a workbook needs at least one sheet", {});
  if (!Number.isFinite(createdMs)) throw refuse("createdMs must be an instant", { createdMs });
  unique(
    sheets.map(({ name }) => name),
    "sheet name",
  );
  const tables = sheets.filter((sheet) => sheet.kind === "table");
  unique(
    tables.flatMap(({ table }) => table ?? []),
    "table name",
  );
  for (const sheet of sheets) {
    checkSheetName(sheet.name);
    if (sheet.kind === "table") checkTable(sheet);
    else {
      for (const block of sheet.blocks) if (block.kind === "chart") checkChart(block.chart, tables);
    }
  }
}

/** Excel's rules for the name on a tab. */
export function checkSheetName(name: string): void {
  if (name.length < 1 || name.length > 31) {
    throw refuse(`a sheet name must have 1 to 31 characters, "${name}" has ${name.length}`, {
      name,
    });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a tab cannot show them
  if (/[[\]:*?/\\\u0000-\u001f\ud800-\udfff\ufffe\uffff]/.test(name) || /^'|'$/.test(name)) {
    throw refuse(
      `a sheet name must not contain [ ] : * ? / \\ or controls, nor begin or end with ', was "${name}"`,
      { name },
    );
  }
  if (name.toLowerCase() === "history") {
    throw refuse(`Excel keeps the sheet name "History" for itself`, { name });
  }
}

function checkTable({ name, table, columns, rowCount }: TableSheet): void {
  if (columns.length < 1 || columns.length > SHEET_COLUMNS_MAX) {
    throw refuse(`sheet "${name}" must have 1 to ${SHEET_COLUMNS_MAX} columns`, {
      columns: columns.length,
    });
  }
  if (!Number.isInteger(rowCount) || rowCount < 0) {
    throw refuse(`rowCount of sheet "${name}" must be an integer >= 0, was "${rowCount}"`, {});
  }
  if (rowCount > SHEET_ROWS_MAX - 1) {
    throw new AppError(
      "PAYLOAD_TOO_LARGE",
      `sheet "${name}" holds at most ${SHEET_ROWS_MAX - 1} rows, ${rowCount} were asked for; export a shorter range`,
      { sheet: name, rows: rowCount, limit: SHEET_ROWS_MAX - 1 },
    );
  }
  unique(
    columns.map(({ header }) => header),
    `header of sheet "${name}"`,
  );
  for (const { header } of columns) {
    // Table parts and header cells must agree to the letter; plain text keeps them so.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    if (!/^[^\u0000-\u001f\u007f\ud800-\udfff\ufffe\uffff]{1,255}$/.test(header)) {
      throw refuse(`a header must be 1 to 255 plain characters, was "${header}"`, { sheet: name });
    }
  }
  if (table !== undefined) checkTableName(table);
}

function checkTableName(table: string): void {
  const looksLikeCell = /^([a-z]{1,3}\d+|r\d*c\d*|[rc])$/i;
  if (!/^[A-Za-z_][A-Za-z0-9_.]{0,254}$/.test(table) || looksLikeCell.test(table)) {
    throw refuse(
      `a table name must be letters, digits, _ or . and not look like a cell, was "${table}"`,
      { table },
    );
  }
}

function checkChart(chart: Chart, tables: readonly TableSheet[]): void {
  const source = tables.find(({ name }) => name === chart.sheet);
  if (source === undefined) {
    throw refuse(`chart "${chart.title}" names sheet "${chart.sheet}", which is no table sheet`, {
      tables: tables.map(({ name }) => name),
    });
  }
  if (chart.lines.length === 0) throw refuse(`chart "${chart.title}" needs a line`, {});
  const series = [...chart.lines, ...(chart.area === undefined ? [] : [chart.area])];
  for (const header of [chart.dates, ...series.map(({ column }) => column)]) {
    if (!source.columns.some((column) => column.header === header)) {
      throw refuse(`chart "${chart.title}" names column "${header}", which is not in its sheet`, {
        columns: source.columns.map((column) => column.header),
      });
    }
  }
}

/** Excel compares names without regard to case. */
function unique(names: readonly string[], what: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    const key = name.toLowerCase();
    if (seen.has(key))
      throw refuse(`each ${what} must occur once, "${name}" occurs twice`, { name });
    seen.add(key);
  }
}

const refuse = (message: string, details: Readonly<Record<string, unknown>>) =>
  new AppError("DEGENERATE_INPUT", message, details);
