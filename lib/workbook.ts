/** What a workbook is made of. No sheet knows what its figures mean; the caller brings names, formats and rows. */

/**
 * How a column is shown. The value's own type decides what is stored: a string is always a text cell, whatever
 * its first character; a number a number; null or undefined an empty cell.
 * - date: a day as YYYYMMDD (20241231) or "2024-12-31", stored as a real Excel date
 * - datetime: an instant in epoch ms or as RFC 3339 text, stored in UTC
 * - percent: a fraction (0.0123 shows as 1.23%)
 * - usd: whole dollars; prices with cents are decimal2
 */
export type Format =
  | "text"
  | "date"
  | "datetime"
  | "percent"
  | "decimal2"
  | "decimal4"
  | "integer"
  | "usd"
  | "boolean";

export type Cell = string | number | boolean | null | undefined;

export type Column = Readonly<{
  header: string;
  format: Format;
  /** In characters of the body font; by default wide enough for the header and the format. */
  width?: number;
}>;

/** A sheet of rows below one header row, which may be too many for memory: they are written as they come. */
export type TableSheet = Readonly<{
  kind: "table";
  name: string;
  /** Name of the Excel table over header and rows; without it the sheet only has an automatic filter. */
  table?: string;
  /** Printed at the top of each page. */
  title?: string;
  columns: readonly Column[];
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>;
  /** Exactly as many as `rows` yields: the ranges that name them are written first. */
  rowCount: number;
}>;

export type FormRow = Readonly<{
  label: string;
  value: Cell;
  /** Default: text. */
  format?: Format;
  /** The definition or source of the value, in small print beside it. */
  note?: string;
}>;

export type FormBlock = Readonly<
  | { kind: "rows"; heading?: string; rows: readonly FormRow[] }
  | { kind: "text"; heading?: string; paragraphs: readonly string[] }
  | { kind: "chart"; chart: Chart /** Height in rows of 20 pixels; default 22. */; rows?: number }
>;

/** A sheet to be read from top to bottom: blocks one below the other, as wide as a page. */
export type FormSheet = Readonly<{
  kind: "form";
  name: string;
  title: string;
  subtitle?: string;
  blocks: readonly FormBlock[];
}>;

export type Series = Readonly<{
  /** Header of a column of the chart's sheet; also the name in the legend. */
  column: string;
  format: Format;
}>;

/** Lines over time on the left axis and, if wanted, an area of values <= 0 along the bottom on the right axis. */
export type Chart = Readonly<{
  title: string;
  /** Name of the table sheet that holds the figures. */
  sheet: string;
  /** Header of its date column. */
  dates: string;
  lines: readonly Series[];
  area?: Series;
  /** Title of the left axis. */
  axisTitle: string;
  /** Title of the right axis. */
  areaAxisTitle?: string;
}>;

export type Workbook = Readonly<{
  title: string;
  subject?: string;
  creator: string;
  /** Stands in the document properties and as the date of every part: the same input gives the same bytes. */
  createdMs: number;
  sheets: readonly (TableSheet | FormSheet)[];
}>;

/** The most rows a worksheet can have, its header included. */
export const SHEET_ROWS_MAX = 1_048_576;
export const SHEET_COLUMNS_MAX = 16_384;
