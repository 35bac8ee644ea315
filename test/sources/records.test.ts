import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecordScanner } from "../../lib/sources/records.ts";

type Found = { line: number; texts: string[] };

/** The records of a text that arrives in chunks of these sizes. */
function scan(text: string, chunkBytes = [Number.POSITIVE_INFINITY]): Found[] {
  const found: Found[] = [];
  const scanner = new RecordScanner("a.csv");
  const bytes = Buffer.from(text);
  const visit = (record: { line: number; texts: () => string[] }) => {
    found.push({ line: record.line, texts: record.texts() });
  };
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = Math.max(1, chunkBytes[turn % chunkBytes.length]!);
    // A copy, so that a scanner that kept a reference to the chunk would be found out.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    scanner.push(chunk, visit);
    at += size;
  }
  scanner.end(visit);
  return found;
}

const texts = (text: string, chunkBytes?: number[]) => scan(text, chunkBytes).map((r) => r.texts);

describe("RecordScanner", () => {
  it("reads quotes, commas and line ends inside fields", () => {
    expect(texts('a,"b, c","say ""no""","two\nlines",\r\n"",x\n')).toEqual([
      ["a", "b, c", 'say "no"', "two\nlines", ""],
      ["", "x"],
    ]);
  });

  it("takes a byte-order mark off, skips blank lines and needs no last line end", () => {
    expect(texts("\uFEFFa,b\n\n  \r\n1,2")).toEqual([
      ["a", "b"],
      ["1", "2"],
    ]);
    expect(texts("a")).toEqual([["a"]]);
    expect(texts("")).toEqual([]);
    expect(texts("\uFEFF")).toEqual([]);
  });

  it("counts physical lines", () => {
    expect(scan('a,b\n"1\n2\n3",x\n\ny,z\n').map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  it("keeps a field with text behind its closing quote as it stands", () => {
    expect(texts('"a"b,c\n"d"\n')).toEqual([['"a"b', "c"], ["d"]]);
  });

  it("finds the same records however the bytes are cut", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "é", ",", '"', "\n", "\r", " ", "1") });
    const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1 });
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        (table, cuts, lineEnd, isMarked) => {
          const lines = table.map((row) => row.map(quote).join(",") + lineEnd).join("");
          expect(texts((isMarked ? "\uFEFF" : "") + lines, cuts)).toEqual(table);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("refuses a quote that never closes instead of swallowing the file", () => {
    expect(() => scan('a,b\nc,"d\ne,f\n')).toThrow(
      /ends inside a quoted field that begins on line 2/,
    );
    expect(() => scan(`a\n"${"x".repeat(3_000_000)}`, [100_000])).toThrow(/more than 1 MB.*line 2/);
    expect(() => scan(`${",".repeat(300)}\n`)).toThrow(/more than 256 fields on line 1/);
  });
});
