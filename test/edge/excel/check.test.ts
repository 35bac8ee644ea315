import { describe, expect, it } from "vitest";
import { type Chart, type TableSheet, workbook } from "../../../lib/edge/excel.ts";
import { oneColumn, sample } from "./sample.ts";

const base = oneColumn([]);
const sheet = base.sheets[0] as TableSheet;
const withSheet = (change: Partial<TableSheet>) => ({ ...base, sheets: [{ ...sheet, ...change }] });
const text = (header: string) => ({ header, format: "text" as const });

const chart: Chart = {
  title: "C",
  sheet: "Performance",
  dates: "Date",
  lines: [{ column: "Level", format: "integer" }],
  axisTitle: "Level",
};
const withChart = (change: Partial<Chart>) => ({
  ...base,
  sheets: [
    sample().sheets[1]!,
    {
      kind: "form" as const,
      name: "F",
      title: "F",
      blocks: [{ kind: "chart" as const, chart: { ...chart, ...change } }],
    },
  ],
});

describe("checkWorkbook", () => {
  it.each([
    ["no sheet", { ...base, sheets: [] }],
    ["no instant", { ...base, createdMs: Number.NaN }],
    ["a name of 32 characters", withSheet({ name: "x".repeat(32) })],
    ["an empty name", withSheet({ name: "" })],
    ["a slash in a name", withSheet({ name: "a/b" })],
    ["an outer apostrophe", withSheet({ name: "'a" })],
    ["the name History", withSheet({ name: "history" })],
    ["one name twice", { ...base, sheets: [sheet, { ...sheet, name: "STRINGS" }] }],
    ["a table named like a cell", withSheet({ table: "AB12" })],
    ["a table name with a space", withSheet({ table: "My table" })],
    ["no column", withSheet({ columns: [] })],
    ["one header twice", withSheet({ columns: [text("A"), text("a")] })],
    ["an empty header", withSheet({ columns: [text("")] })],
    ["a header of two lines", withSheet({ columns: [text("a\nb")] })],
    ["half a row", withSheet({ rowCount: 0.5 })],
    ["a chart of no sheet", withChart({ sheet: "Absent" })],
    ["a chart of no column", withChart({ area: { column: "Absent", format: "percent" } })],
    ["a chart without a line", withChart({ lines: [] })],
  ])("refuses %s before the first byte", (_, spec) => {
    expect(() => workbook(spec)).toThrow(expect.objectContaining({ code: "DEGENERATE_INPUT" }));
  });

  it("refuses more rows than a sheet has", () => {
    expect(() => workbook(withSheet({ rowCount: 1_048_576 }))).toThrow(
      expect.objectContaining({ code: "PAYLOAD_TOO_LARGE" }),
    );
  });

  it("accepts the sample", () => {
    expect(() => workbook(sample())).not.toThrow();
  });
});
