import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CELL_CHARACTERS_MAX, cellText, textElement } from "../../../lib/edge/excel/text.ts";
import { workbook } from "../../../lib/edge/excel.ts";
import { packageFaults, partsOf, textOfCell } from "./package.ts";
import { bytesOf, oneColumn } from "./sample.ts";

describe("cellText", () => {
  it.each([
    ["plain text", "plain text"],
    ["a\tb\nc", "a\tb\nc"],
    ["\u0001", "_x0001_"],
    ["a\r\nb", "a_x000D_\nb"],
    ["\u007f\ufffe\uffff", "_x007F__xFFFE__xFFFF_"],
    ["_x0041_", "_x005F_x0041_"],
    ["_x41_", "_x41_"],
    ["lone \ud800 half", "lone \ufffd half"],
    ["whole \u{1f600}", "whole \u{1f600}"],
  ])("stores %j as %j", (text, stored) => {
    expect(cellText(text)).toBe(stored);
  });

  it("cuts at 32,767 characters without halving one", () => {
    expect(cellText("x".repeat(40_000))).toHaveLength(CELL_CHARACTERS_MAX);
    const smiles = `${"x".repeat(CELL_CHARACTERS_MAX - 1)}\u{1f600}`;
    expect(cellText(smiles)).toBe("x".repeat(CELL_CHARACTERS_MAX - 1));
  });
});

describe("textElement", () => {
  it("keeps outer spaces", () => {
    expect(textElement(" a")).toBe('<t xml:space="preserve"> a</t>');
  });

  it("gives any string back, as far as a cell can hold it", async () => {
    const strings = fc.array(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.string({
          unit: fc.constantFrom(
            "_",
            "x",
            "0",
            "4",
            "1",
            "&",
            "<",
            ">",
            '"',
            "\u0000",
            "\r",
            "\ud800",
            "=",
            " ",
          ),
        }),
      ),
      { minLength: 40, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(strings, async (texts) => {
        const parts = partsOf(await bytesOf(workbook(oneColumn(texts))));
        expect(packageFaults(parts)).toEqual([]);
        const cells = [
          ...parts.get("xl/worksheets/sheet1.xml")!.matchAll(/<is><t[^>]*>([^<]*)<\/t><\/is>/g),
        ];
        expect(cells.map((m) => textOfCell(m[1]!))).toEqual(texts.map((t) => t.toWellFormed()));
      }),
      { numRuns: 30 },
    );
  });
});
