import type { Cell, Workbook } from "../../../lib/edge/excel.ts";

/** All the bytes of a stream. */
export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** A workbook of one table sheet with one text column. */
export const oneColumn = (rows: readonly Cell[]): Workbook => ({
  title: "Strings",
  creator: "Equipoise",
  createdMs: 0,
  sheets: [
    {
      kind: "table",
      name: "Strings",
      columns: [{ header: "Text", format: "text" }],
      rows: rows.map((cell) => [cell]),
      rowCount: rows.length,
    },
  ],
});

/** One of everything a workbook can hold. A function, because rows may be read only once. */
export const sample = (): Workbook => ({
  title: "Equal-weighted index",
  subject: "A small workbook",
  creator: "Equipoise",
  createdMs: Date.UTC(2024, 5, 30, 16, 20, 0),
  sheets: [
    {
      kind: "form",
      name: "Summary",
      title: "Top 3, equal weight",
      subtitle: "2024-06-26 to 2024-06-28",
      blocks: [
        {
          kind: "chart",
          rows: 18,
          chart: {
            title: "Level & drawdown",
            sheet: "Performance",
            dates: "Date",
            lines: [{ column: "Level", format: "integer" }],
            area: { column: "Drawdown", format: "percent" },
            axisTitle: "Level",
          },
        },
        {
          kind: "rows",
          heading: "Figures",
          rows: [
            { label: "First day", value: "2024-06-26", format: "date", note: "Of the range." },
            { label: "Total return", value: -0.0123, format: "percent", note: "A fraction." },
            { label: "Sharpe ratio", value: null, format: "decimal4", note: "Not defined." },
            { label: "Index", value: "=top3" },
          ],
        },
      ],
    },
    {
      kind: "table",
      name: "Performance",
      table: "Performance",
      title: "Daily performance",
      columns: [
        { header: "Date", format: "date" },
        { header: "Level", format: "decimal2" },
        { header: "Drawdown", format: "percent" },
      ],
      rows: [
        ["2024-06-26", 1000, 0],
        [20240627, 1012.5, 0],
        ["2024-06-28", 987.7, -0.0244938271604938],
      ],
      rowCount: 3,
    },
    {
      kind: "table",
      name: "It's <all> & more",
      table: "Everything",
      columns: [
        { header: "Text", format: "text", width: 30 },
        { header: "Cap (USD)", format: "usd" },
        { header: "Count", format: "integer" },
        { header: "Ratio", format: "decimal4" },
        { header: "At", format: "datetime" },
        { header: "Stale", format: "boolean" },
      ],
      rows: (async function* () {
        yield ["AT&T <Inc>", 3.1e12, -1200, 0.12345, Date.UTC(2024, 5, 28, 20, 0, 1), true];
        yield ["=1+1", null, 0, 1e-7, "2024-06-28T16:00:00-04:00", false];
        yield [null, -5.5, undefined, 1e21, "not known", null];
      })(),
      rowCount: 3,
    },
    {
      kind: "table",
      name: "Nothing",
      table: "Nothing",
      columns: [
        { header: "Date", format: "date" },
        { header: "Entered", format: "text" },
      ],
      rows: [],
      rowCount: 0,
    },
    {
      kind: "form",
      name: "About",
      title: "About",
      blocks: [{ kind: "text", heading: "Method", paragraphs: ["Chosen at the close.", "@home"] }],
    },
  ],
});
