import { describe, expect, it } from "vitest";
import { columnName, rowWriter, serialOf } from "../../../lib/edge/excel/cells.ts";

describe("columnName", () => {
  it.each([
    [0, "A"],
    [25, "Z"],
    [26, "AA"],
    [701, "ZZ"],
    [702, "AAA"],
    [16_383, "XFD"],
  ])("names column %i %s", (index, name) => {
    expect(columnName(index)).toBe(name);
  });
});

describe("serialOf", () => {
  // ECMA-376 part 1, 18.17.4.1 gives 1900-03-01 = 61; Excel itself shows 2008-01-01 as 39448.
  it.each([
    ["1900-03-01", "date", 61],
    [20080101, "date", 39_448],
    ["2008-01-01", "date", 39_448],
    ["9999-12-31", "date", 2_958_465],
    ["2008-01-01T12:00:00Z", "datetime", 39_448.5],
    [Date.UTC(2008, 0, 1, 6), "datetime", 39_448.25],
    ["1900-02-28", "date", undefined],
    ["2023-02-29", "date", undefined],
    ["soon", "date", undefined],
    ["soon", "datetime", undefined],
    [Number.NaN, "datetime", undefined],
  ] as const)("turns %s as %s into %s", (value, format, serial) => {
    expect(serialOf(value, format)).toBe(serial);
  });
});

describe("rowWriter", () => {
  const style = { style: 1, quotedStyle: 2 };

  it("writes each kind of cell and leaves empty ones out", () => {
    const write = rowWriter("S", [
      { format: "text", ...style },
      { format: "date", ...style },
      { format: "boolean", ...style },
      { format: "integer", ...style },
      { format: "integer", ...style },
    ]);
    expect(write(["a<b", "2008-01-01", false, 7, null], 2)).toBe(
      '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is></c>' +
        '<c r="B2" s="1"><v>39448</v></c><c r="C2" s="1" t="b"><v>0</v></c><c r="D2" s="1"><v>7</v></c></row>',
    );
  });

  it("keeps a day Excel has no number for as text", () => {
    const write = rowWriter("S", [{ format: "date", ...style }]);
    expect(write(["1850-01-01"], 2)).toContain("<t>1850-01-01</t>");
  });

  it("tells what was stored, cell by cell", () => {
    const seen: unknown[] = [];
    const styles = [
      { format: "date", ...style },
      { format: "integer", ...style },
    ] as const;
    rowWriter("S", styles, (column, value) => seen.push([column, value]))([20080101, null], 2);
    expect(seen).toEqual([
      [0, 39_448],
      [1, undefined],
    ]);
  });
});
