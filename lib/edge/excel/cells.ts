/** Rows as worksheet XML: one string a row, numbers as numbers, days as Excel's serial days, strings as text. */
import { AppError } from "../../errors.ts";
import { epochDay, isIsoDay } from "../../time.ts";
import type { Cell, Format } from "../../workbook.ts";
import { needsQuotePrefix, textElement } from "./text.ts";

/** Excel's number formats. Locale-neutral: separators and the dollar sign are shown as the reader's Excel does. */
export const NUMBER_FORMAT: Readonly<Record<Format, string>> = {
  text: "@",
  date: "yyyy-mm-dd",
  datetime: "yyyy-mm-dd hh:mm:ss",
  percent: "0.00%",
  decimal2: "#,##0.00",
  decimal4: "0.0000",
  integer: "#,##0",
  usd: '"$"#,##0;-"$"#,##0',
  // Excel shows TRUE whatever the format; others would show 1.
  boolean: '"TRUE";"TRUE";"FALSE"',
};

/** Serial of 1970-01-01, counting from 1899-12-30 (Excel's 1900 with its 29 February that never was). */
const EPOCH_SERIAL = 25_569;
/** 1900-03-01: below it Excel's serials are off by one. */
const FIRST_TRUE_SERIAL = 61;
/** 9999-12-31. */
const LAST_SERIAL = 2_958_465;
const MS_PER_DAY = 86_400_000;

/** "A" for 0, "Z" for 25, "AA" for 26. */
export function columnName(index: number): string {
  let name = "";
  for (let left = index + 1; left > 0; left = Math.floor((left - 1) / 26)) {
    name = String.fromCharCode(65 + ((left - 1) % 26)) + name;
  }
  return name;
}

/** A sheet's name as references spell it. */
export const quotedSheet = (name: string): string => `'${name.replaceAll("'", "''")}'`;

/** A day or an instant as Excel's serial number; undefined when the value is none Excel can hold, and is then text. */
export function serialOf(value: string | number, format: "date" | "datetime"): number | undefined {
  const serial =
    format === "date"
      ? typeof value === "string"
        ? isIsoDay(value)
          ? Date.parse(value) / MS_PER_DAY + EPOCH_SERIAL
          : Number.NaN
        : epochDay(value) + EPOCH_SERIAL
      : (typeof value === "string" ? Date.parse(value) : value) / MS_PER_DAY + EPOCH_SERIAL;
  return serial >= FIRST_TRUE_SERIAL && serial < LAST_SERIAL + 1 ? serial : undefined;
}

/** How one column's cells are written: its name, format and the style ids of the skeleton. */
export type CellStyle = Readonly<{
  format: Format;
  /** Style id of the column. */
  style: number;
  /** Style id of its text cells that a spreadsheet would take for a formula if typed. */
  quotedStyle: number;
}>;

/**
 * A function that turns rows into XML. `seen` is told the number stored in each cell (undefined for none), which
 * is what charts keep as their cached values.
 *
 * @throws AppError DEGENERATE_INPUT for a number that is not finite or a value that is no primitive: an object
 * could carry a formula or a link
 */
export function rowWriter(
  sheet: string,
  styles: readonly CellStyle[],
  seen?: (column: number, value: number | undefined) => void,
): (row: readonly Cell[], rowNumber: number) => string {
  const columns = styles.map(({ format, style, quotedStyle }, index) => {
    const day = format === "date" || format === "datetime" ? memo(format) : undefined;
    return { name: columnName(index), style, quotedStyle, day };
  });

  return (row, rowNumber) => {
    if (row.length !== columns.length) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `row ${rowNumber} of sheet "${sheet}" must have ${columns.length} cells, had ${row.length}`,
        { sheet, row: rowNumber },
      );
    }
    let out = `<row r="${rowNumber}">`;
    for (let i = 0; i < columns.length; i++) {
      const value = row[i];
      if (value === null || value === undefined) {
        seen?.(i, undefined);
        continue;
      }
      const { name, style, quotedStyle, day } = columns[i]!;
      const stored =
        day !== undefined && typeof value !== "boolean" ? (day(value) ?? String(value)) : value;
      seen?.(i, typeof stored === "number" ? stored : undefined);
      const head = `<c r="${name}${rowNumber}" s="`;
      if (typeof stored === "number" && Number.isFinite(stored)) {
        out += `${head}${style}"><v>${stored}</v></c>`;
      } else if (typeof stored === "string") {
        const id = needsQuotePrefix(stored) ? quotedStyle : style;
        out += `${head}${id}" t="inlineStr"><is>${textElement(stored)}</is></c>`;
      } else if (typeof stored === "boolean") {
        out += `${head}${style}" t="b"><v>${stored ? 1 : 0}</v></c>`;
      } else {
        throw new AppError(
          "DEGENERATE_INPUT",
          `cell ${name}${rowNumber} of sheet "${sheet}" must be text, a finite number, a boolean or empty, was ${typeof stored} "${String(stored)}"`,
          { sheet, cell: `${name}${rowNumber}` },
        );
      }
    }
    return `${out}</row>`;
  };
}

/** Remembers the last day converted: long sheets repeat it from row to row. */
function memo(format: "date" | "datetime") {
  let last: string | number | undefined;
  let serial: number | undefined;
  return (value: string | number): number | undefined => {
    if (value !== last) {
      last = value;
      serial = serialOf(value, format);
    }
    return serial;
  };
}
