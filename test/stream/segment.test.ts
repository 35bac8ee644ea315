import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../lib/errors.ts";
import { ByteReader, ByteWriter } from "../../lib/stream/columnar/bytes.ts";
import { readDoubles, writeDoubles } from "../../lib/stream/columnar/doubles.ts";
import { decodeSegment, encodeSegment } from "../../lib/stream/segment.ts";
import { anyDouble, anySegment } from "./segments.ts";

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return "no error";
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
};

function written(values: readonly number[]): Readonly<{ bytes: Uint8Array; back: number[] }> {
  const writer = new ByteWriter();
  writeDoubles(writer, Float64Array.from(values));
  const column = new Float64Array(values.length);
  const reader = new ByteReader(writer.written);
  readDoubles(reader, column);
  expect(reader.left).toBe(0);
  return { bytes: writer.written, back: [...column] };
}

describe("a column of doubles", () => {
  it("comes back as it was, to the bit", () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { maxLength: 300 }), (values) => {
        expect(written(values).back).toEqual(values);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["prices in cents", (row: number) => (10_000 + (row % 7)) / 100, 1.1],
    ["times a second apart", (row: number) => 1_700_000_000_000 + 1000 * row, 2.2],
    ["prices of which a few are no decimals", (row: number) => (row % 50 ? 101.25 : Math.PI), 1.5],
    ["numbers that are no decimals", (row: number) => Math.sqrt(row + 2), 8.1],
  ])("takes of %s few bytes", (_, value, most) => {
    const values = Array.from({ length: 1000 }, (_, row) => value(row));
    const { bytes, back } = written(values);
    expect(back).toEqual(values);
    expect(bytes.length / values.length).toBeLessThan(most);
  });

  it("keeps 0.1 + 0.2 apart from 0.3, and -0 from 0", () => {
    const values = [0.1 + 0.2, 0.3, -0, 0, 1e21, 2 ** 53];
    const { back } = written([...values, ...new Array<number>(100).fill(1)]);
    back.slice(0, values.length).forEach((value, at) => {
      expect(Object.is(value, values[at]), String(values[at])).toBe(true);
    });
  });
});

describe("a segment", () => {
  it("comes back as it was, to the bit", () => {
    fc.assert(
      fc.property(anySegment, (segment) => {
        // toEqual tells 0 from -0 and takes NaN for NaN.
        expect(decodeSegment(encodeSegment(segment))).toEqual(segment);
      }),
      { numRuns: 300 },
    );
  });

  it("is the same bytes for the same content, at any place of a buffer", () => {
    fc.assert(
      fc.property(anySegment, fc.nat({ max: 9 }), (segment, place) => {
        const bytes = encodeSegment(segment);
        const moved = new Uint8Array(bytes.length + 10);
        moved.set(bytes, place);
        const again = decodeSegment(moved.subarray(place, place + bytes.length));
        expect(Buffer.from(encodeSegment(again)).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("is refused when a bit of it has changed", () => {
    fc.assert(
      fc.property(anySegment, fc.nat(), fc.nat({ max: 7 }), (segment, place, bit) => {
        const bytes = Uint8Array.from(encodeSegment(segment));
        const at = place % bytes.length;
        bytes[at]! ^= 1 << bit;
        expect(codeOf(() => decodeSegment(bytes))).toBe("BAD_FILE");
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when it was cut short, or has something behind it", () => {
    fc.assert(
      fc.property(anySegment, fc.nat(), (segment, place) => {
        const bytes = encodeSegment(segment);
        expect(codeOf(() => decodeSegment(bytes.subarray(0, place % bytes.length)))).toBe(
          "BAD_FILE",
        );
        expect(codeOf(() => decodeSegment(Uint8Array.of(...bytes, 0)))).toBe("BAD_FILE");
      }),
      { numRuns: 100 },
    );
  });

  it("of a version to come is refused as what it is", () => {
    const [segment] = fc.sample(anySegment, 1);
    const bytes = Uint8Array.from(encodeSegment(segment!));
    bytes[4] = 2;
    expect(() => decodeSegment(bytes)).toThrow('"EQSG" must be of version 1, was 2');
  });
});
