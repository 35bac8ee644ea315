/**
 * Excel workbooks (.xlsx) written as a stream, in memory that does not grow with the rows.
 *
 * Who does what: exceljs writes the package's skeleton (styles, theme, properties, tables, views, print set-up,
 * form sheets); the long sheet bodies, the native charts and the zip archive are ours, because exceljs's streaming
 * writer knows neither tables nor charts and its in-memory one needs some 12 kB a row.
 * Strings are only ever text cells; a value that is no primitive is refused, so no formula or link can get in.
 */

import type { Cell, Chart, TableSheet, Workbook } from "../workbook.ts";
import { rowWriter } from "./excel/cells.ts";
import { chartPart, drawingPart } from "./excel/chart.ts";
import { checkWorkbook } from "./excel/check.ts";
import { type Opened, sheetPart, skeleton, wireCharts } from "./excel/skeleton.ts";
import { type ZipPart, zip } from "./excel/zip.ts";

export type {
  Cell,
  Chart,
  Column,
  Format,
  FormBlock,
  FormRow,
  FormSheet,
  Series,
  TableSheet,
  Workbook,
} from "../workbook.ts";

export const XLSX_CONTENT_TYPE =
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Level 2 packs 9 % better than 1 at the same speed and 6 % worse than 6, which takes over twice as long. */
const DEFLATE_LEVEL = 2;
/** Rows are handed to the deflater in pieces of about this many characters. */
const CHUNK_CHARACTERS = 65_536;

/**
 * The workbook's bytes. The same spec gives the same bytes. Rows are read once, sheet after sheet, as the bytes
 * are taken; stopping early closes the row iterator.
 *
 * @throws AppError DEGENERATE_INPUT (at once) for names, headers or charts Excel would not accept, (on the way) for
 * cells that are no finite number, text or boolean; PAYLOAD_TOO_LARGE above 1,048,575 rows a sheet or 4 GiB
 */
export function workbook(spec: Workbook): AsyncGenerator<Uint8Array> {
  checkWorkbook(spec);
  return zip(parts(spec), { modifiedMs: spec.createdMs, level: DEFLATE_LEVEL });
}

async function* parts(spec: Workbook): AsyncGenerator<ZipPart> {
  const built = await skeleton(spec);
  const charts = wireCharts(built);
  const drawings = [...built.placed.values()].filter(({ length }) => length > 0);
  for (const [name, body] of built.parts) yield { name, body };

  const values = charted(charts.map(({ chart }) => chart));
  for (const [index, opened] of built.opened) {
    const sheet = spec.sheets[index] as TableSheet;
    yield {
      name: sheetPart(index),
      body: sheetBody(sheet, opened, values.get(sheet.name) ?? new Map()),
    };
  }
  // Charts come last: they cache the values that the sheets have just shown.
  for (const [index, placed] of drawings.entries()) {
    yield { name: `xl/drawings/drawing${index + 1}.xml`, body: Buffer.from(drawingPart(placed)) };
  }
  for (const [index, { chart }] of charts.entries()) {
    const sheet = spec.sheets.find(({ name }) => name === chart.sheet) as TableSheet;
    yield {
      name: `xl/charts/chart${index + 1}.xml`,
      body: Buffer.from(chartPart(chart, sheet, values.get(sheet.name)!)),
    };
  }
}

type Kept = Map<string, (number | undefined)[]>;

/** By sheet, an empty list for each column some chart draws. */
function charted(charts: readonly Chart[]): Map<string, Kept> {
  const values = new Map<string, Kept>();
  for (const { sheet, dates, lines, area } of charts) {
    const columns = values.get(sheet) ?? new Map();
    values.set(sheet, columns);
    for (const { column } of [{ column: dates }, ...lines, ...(area === undefined ? [] : [area])]) {
      columns.set(column, []);
    }
  }
  return values;
}

/** A table sheet's part: head, rows as they come, tail. */
async function* sheetBody(
  sheet: TableSheet,
  { head, tail, styles }: Opened,
  kept: Kept,
): AsyncGenerator<Uint8Array> {
  const lists = sheet.columns.map(({ header }) => kept.get(header));
  const write = rowWriter(
    sheet.name,
    styles,
    kept.size === 0 ? undefined : (column, value) => lists[column]?.push(value),
  );
  let text = head;
  let rows = 0;
  const add = (row: readonly Cell[]): boolean => {
    rows++;
    if (rows > sheet.rowCount) throw wrongCount(sheet, "more");
    text += write(row, rows + 1);
    return text.length >= CHUNK_CHARACTERS;
  };
  const taken = (): Uint8Array => {
    const chunk = Buffer.from(text);
    text = "";
    return chunk;
  };
  // Two loops: awaiting every row of a plain array would cost more than writing it.
  if (Symbol.iterator in sheet.rows) {
    for (const row of sheet.rows) if (add(row)) yield taken();
  } else {
    for await (const row of sheet.rows) if (add(row)) yield taken();
  }
  if (rows < sheet.rowCount) throw wrongCount(sheet, `only ${rows}`);
  text += tail;
  yield taken();
}

const wrongCount = ({ name, rowCount }: TableSheet, came: string) =>
  new Error(`sheet "${name}" was announced with ${rowCount} rows, but ${came} came`);
