import { describe, expect, it } from "vitest";
import { csvAnswer } from "../../../lib/sources/vendor/csv-answer.ts";

const ASKED = { vendor: "stub", operation: "GET /table" };

describe("a table that was answered", () => {
  it("gives the columns asked for, wherever they stand", () => {
    const text = 'b,a,c\r\n1,"x, y",2\r\n\r\n3, z ,4';
    expect(csvAnswer(text, ["a", "b"], ASKED)).toEqual([
      ["x, y", "1"],
      ["z", "3"],
    ]);
  });

  it.each([
    ["", "expected a table with a, was"],
    ["b\n1\n", 'expected a table with a, was "b 1 "'],
    ["a,b\n1\n", "row 1: 1 fields where the header has 2"],
    ['a,b\n"1,2\n', "quote"],
  ])("is refused as %j", (text, words) => {
    expect(() => csvAnswer(text, ["a"], ASKED)).toThrow(
      expect.objectContaining({ code: "VENDOR_ANSWER", message: expect.stringContaining(words) }),
    );
  });
});
