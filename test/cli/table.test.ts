import { describe, expect, it } from "vitest";
import { count, facts, fixed, percent, table } from "../../cli/table.ts";

describe("figures", () => {
  it("stand with thousands apart and fixed digits", () => {
    expect([0, 999, 1000, 1234567].map(count)).toEqual(["0", "999", "1,000", "1,234,567"]);
    expect([fixed(1234.5678, 2), fixed(-1234567.5, 0), fixed(0.123456, 4), fixed(null, 2)]).toEqual(
      ["1,234.57", "-1,234,568", "0.1235", "-"],
    );
    expect([percent(0.0123), percent(-0.5), percent(undefined)]).toEqual([
      "1.23 %",
      "-50.00 %",
      "-",
    ]);
  });
});

describe("tables", () => {
  it("are as wide as their widest cell, with numbers at the right", () => {
    const columns = [
      { title: "name", of: (row: [string, number]) => row[0] },
      { title: "n", align: "right" as const, of: (row: [string, number]) => count(row[1]) },
    ];
    expect(
      table(columns, [
        ["a", 1],
        ["longer", 1000],
      ]),
    ).toBe("name        n\na           1\nlonger  1,000");
    expect(
      facts([
        ["a", "1"],
        ["long", "2"],
      ]),
    ).toBe("a     1\nlong  2");
  });
});
