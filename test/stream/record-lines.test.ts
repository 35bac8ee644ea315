// Lines of a log, gathered into records: as few as can be, none lost, and each key's in order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LINES_BYTES_MAX,
  LINES_MAX,
  type Line,
  type Lined,
  linedRecords,
  recordLines,
} from "../../lib/stream/record-lines.ts";

const numbered = (key: string, count: number, letters = 1): Line[] =>
  Array.from({ length: count }, (_, n) => ({ key, text: String(n).padEnd(letters, ".") }));

/** Of each key all lines, in the order of its records. */
const readOf = (records: readonly Lined[]) => {
  const all: Record<string, (string | undefined)[]> = {};
  for (const { key, bytes } of records) all[key] = [...(all[key] ?? []), ...recordLines(bytes)];
  return all;
};
const wantedOf = (lines: readonly Line[]) => {
  const all: Record<string, string[]> = {};
  for (const { key, text } of lines) all[key] = [...(all[key] ?? []), text];
  return all;
};
const countsOf = (records: readonly Lined[]) =>
  records.map(({ bytes }) => recordLines(bytes).length);

describe("lines of one key", () => {
  it("are one record, and a single one is the record", () => {
    expect(linedRecords(numbered("A", LINES_MAX))).toHaveLength(1);
    const [record] = linedRecords([{ key: "A", text: '{"a":1}' }]);
    expect(new TextDecoder().decode(record!.bytes)).toBe('{"a":1}');
    expect(linedRecords([])).toEqual([]);
  });

  it("are no more in a record than the bound, and go on in order in the next", () => {
    const lines = numbered("A", 2 * LINES_MAX + 1);
    const records = linedRecords(lines);
    expect(countsOf(records)).toEqual([LINES_MAX, LINES_MAX, 1]);
    expect(readOf(records)).toEqual(wantedOf(lines));
  });

  it("are no more bytes in a record than the bound, counted as UTF-8", () => {
    // Three bytes each, so that a count of letters would put three times as much into a record.
    const lines = numbered("A", 90).map(({ key, text }) => ({
      key,
      text: `${text}${"€".repeat(3_000)}`,
    }));
    const records = linedRecords(lines);
    expect(countsOf(records)).toEqual([22, 22, 22, 22, 2]);
    for (const { bytes } of records) expect(bytes.length).toBeLessThanOrEqual(LINES_BYTES_MAX);
    expect(readOf(records)).toEqual(wantedOf(lines));
  });

  it("fill a record to the last byte, line ends included", () => {
    const half = LINES_BYTES_MAX / 2 - 1;
    expect(countsOf(linedRecords(numbered("A", 2, half)))).toEqual([2]);
    expect(countsOf(linedRecords(numbered("A", 2, half + 1)))).toEqual([1, 1]);
  });

  it("stand alone where one is larger than the bound", () => {
    const large = { key: "A", text: "x".repeat(LINES_BYTES_MAX + 1) };
    const lines = [...numbered("A", 2), large, ...numbered("A", 2)];
    const records = linedRecords(lines);
    expect(countsOf(records)).toEqual([2, 1, 2]);
    expect(readOf(records)).toEqual(wantedOf(lines));
  });
});

describe("lines of many keys", () => {
  it("are a record each, however they alternate", () => {
    const keys = ["AAPL", "BRK.B", "ÅÄÖ"];
    const lines = Array.from({ length: 900 }, (_, n) => ({ key: keys[n % 3]!, text: `${n}` }));
    const records = linedRecords(lines);
    expect(records.map(({ key }) => key)).toEqual(keys);
    expect(readOf(records)).toEqual(wantedOf(lines));
  });

  it("come back in order, whatever they hold", () => {
    const value = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
    const line = fc
      .record({ key: fc.constantFrom("A", "B", "C"), value, times: fc.constantFrom(1, 1, 20_000) })
      .map(({ key, value, times }) => ({ key, text: JSON.stringify(value.repeat(times)) }));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const records = linedRecords(lines);
        expect(readOf(records)).toEqual(wantedOf(lines));
        for (const { bytes } of records) {
          const isBounded = bytes.length <= LINES_BYTES_MAX;
          expect(isBounded || recordLines(bytes).length === 1).toBe(true);
        }
        expectFew(records);
      }),
      { numRuns: 200 },
    );
  });
});

/** No record of a key could have taken the first line of the next one. */
function expectFew(records: readonly Lined[]) {
  for (const of of Map.groupBy(records, ({ key }) => key).values()) {
    for (const [at, { bytes }] of of.slice(0, -1).entries()) {
      const [next] = recordLines(of[at + 1]!.bytes);
      const together = bytes.length + 1 + Buffer.byteLength(next!) + 1;
      expect(together).toBeGreaterThan(LINES_BYTES_MAX);
    }
  }
}

describe("the lines of a record", () => {
  const bytesOf = (...parts: (string | number)[]) =>
    Buffer.concat(
      parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.of(part))),
    );

  it("need no end after the last, and may have one", () => {
    expect(recordLines(bytesOf("a\nb"))).toEqual(["a", "b"]);
    expect(recordLines(bytesOf("a\nb\n"))).toEqual(["a", "b"]);
    expect(recordLines(bytesOf("a\n\nb\n\n"))).toEqual(["a", "", "b", ""]);
  });

  it("are one, of no letters, where there is nothing", () => {
    expect(recordLines(bytesOf())).toEqual([""]);
    expect(recordLines(bytesOf("\n"))).toEqual([""]);
  });

  it("are unknown where they are no UTF-8, and only there", () => {
    // A letter that is cut off must not take the line end after it.
    expect(recordLines(bytesOf("a\n", 0xe2, 0x82, "\nb\n", 0xff, "\n€"))).toEqual([
      ...["a", undefined, "b", undefined, "€"],
    ]);
  });
});
