import { expect, it } from "vitest";
import { chartPart } from "../../../lib/edge/excel/chart.ts";
import { type Chart, type TableSheet, workbook } from "../../../lib/edge/excel.ts";
import { packageFaults, partsOf } from "./package.ts";
import { bytesOf, sample } from "./sample.ts";

const chart: Chart = {
  title: "Two lines",
  sheet: "It's",
  dates: "Date",
  lines: [
    { column: "Index", format: "decimal2" },
    { column: "Benchmark", format: "decimal2" },
  ],
  axisTitle: "Level",
};
const sheet: TableSheet = {
  kind: "table",
  name: "It's",
  columns: ["Date", "Index", "Benchmark"].map((header) => ({ header, format: "decimal2" })),
  rows: [],
  rowCount: 2,
};

it("names the sheet's columns, quoted as references need it", () => {
  const ranges = [...chartPart(chart, sheet, new Map()).matchAll(/<c:f>([^<]*)</g)].map(
    (m) => m[1],
  );
  expect(ranges).toEqual([
    "'It''s'!$B$1",
    "'It''s'!$A$2:$A$3",
    "'It''s'!$B$2:$B$3",
    "'It''s'!$C$1",
    "'It''s'!$A$2:$A$3",
    "'It''s'!$C$2:$C$3",
  ]);
});

it("caches the values shown and leaves gaps for empty cells", () => {
  const part = chartPart(chart, sheet, new Map([["Index", [undefined, 7]]]));
  expect(part).toContain('<c:ptCount val="2"/><c:pt idx="1"><c:v>7</c:v></c:pt></c:numCache>');
});

it("has a second axis only where there is an area", () => {
  expect(chartPart(chart, sheet, new Map())).not.toContain("areaChart");
  const part = chartPart(
    { ...chart, area: { column: "Index", format: "percent" } },
    sheet,
    new Map(),
  );
  expect(part.match(/<c:valAx>/g)).toHaveLength(2);
});

it("stands over an empty table without values", async () => {
  const spec = sample();
  const empty = spec.sheets.map((s) => (s.kind === "table" ? { ...s, rows: [], rowCount: 0 } : s));
  const parts = partsOf(await bytesOf(workbook({ ...spec, sheets: empty })));
  expect(packageFaults(parts)).toEqual([]);
  expect(parts.get("xl/charts/chart1.xml")).toContain("'Performance'!$B$2:$B$2");
});

it("numbers the charts of several sheets through the package", async () => {
  const spec = sample();
  const first = spec.sheets[0]!;
  const two = [...spec.sheets, { ...first, name: "Again" }];
  const parts = partsOf(await bytesOf(workbook({ ...spec, sheets: two })));
  expect(packageFaults(parts)).toEqual([]);
  expect(parts.get("xl/drawings/_rels/drawing2.xml.rels")).toContain("../charts/chart2.xml");
});
