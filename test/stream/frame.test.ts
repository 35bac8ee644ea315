import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, FRAME_ROWS_MAX, type Frame } from "../../lib/stream/frame.ts";
import { beginnings, damaged, frames, moved } from "./frames.ts";

/** Two ticks of AAPL and MSFT with ids and flags. */
const FRAME: Frame = {
  producer: "simulate/0",
  epochMs: 1_700_000_000_000,
  number: 7,
  sentMs: 1_700_000_000_500,
  clockMs: 1_700_000_000_400,
  isLive: true,
  symbols: ["AAPL", "MSFT"],
  rows: 2,
  columns: {
    symbol: Int32Array.of(0, 1),
    timeMs: Float64Array.of(1_700_000_000_100, 1_700_000_000_200.5),
    price: Float64Array.of(189.5, 370.25),
    size: Float64Array.of(100, 0.5),
    id: Float64Array.of(1, -1),
    flags: Uint8Array.of(0, 1),
  },
};

const withHead = (bytes: Uint8Array, change: (head: DataView) => void): Uint8Array => {
  const copy = new Uint8Array(bytes);
  change(new DataView(copy.buffer));
  return copy;
};

describe("a packed frame", () => {
  it("is read as it was written, wherever its bytes lie", () => {
    fc.assert(
      fc.property(frames, fc.nat(17), (frame, offset) => {
        expect(decodeFrame(moved(encodeFrame(frame), offset))).toEqual(frame);
      }),
      { numRuns: 300 },
    );
  });

  it("gives columns that are views of its bytes where those lie on eight, and copies elsewhere", () => {
    const bytes = encodeFrame(FRAME);
    for (const offset of [0, 3, 8]) {
      const lying = moved(bytes, offset);
      const { columns } = decodeFrame(lying) as Frame;
      expect(columns.price.buffer === lying.buffer).toBe(offset % 8 === 0);
    }
  });

  it("takes no more rows than it says from longer columns", () => {
    const { columns } = decodeFrame(encodeFrame({ ...FRAME, rows: 1 })) as Frame;
    expect(columns.price).toEqual(Float64Array.of(189.5));
    expect(columns.flags).toEqual(Uint8Array.of(0));
  });

  it("is refused when it is written with a name that has a line feed, or with too many rows", () => {
    for (const wrong of [
      { ...FRAME, producer: "a\nb" },
      { ...FRAME, symbols: ["AAPL", "\n"] },
      { ...FRAME, rows: FRAME_ROWS_MAX + 1 },
    ]) {
      expect(() => encodeFrame(wrong)).toThrow(
        expect.objectContaining({ code: "DEGENERATE_INPUT" }),
      );
    }
  });
});

describe("bytes that are no whole frame", () => {
  const bytes = encodeFrame(FRAME);

  it("are truncated wherever they were cut", () => {
    expect(new Set(beginnings(bytes).slice(0, 4).map(decodeFrame))).toEqual(
      new Set(["not_a_frame"]),
    );
    expect(new Set(beginnings(bytes).slice(4).map(decodeFrame))).toEqual(new Set(["truncated"]));
  });

  it("never throw with one byte damaged, and never show what lies beside them", () => {
    for (const copy of damaged(bytes)) {
      const frame = decodeFrame(moved(copy, 8));
      if (typeof frame === "string") continue;
      const { columns, symbols, rows } = frame;
      for (const column of Object.values(columns)) {
        expect(column).toHaveLength(rows);
        expect(column.byteOffset + column.byteLength).toBeLessThanOrEqual(8 + copy.length);
      }
      expect(symbols).toHaveLength(2);
    }
  });

  it("never throw whatever follows the first four", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const frame = decodeFrame(Uint8Array.of(0x45, 0x51, 0x46, 0x31, ...noise));
        expect(["truncated", "damaged"]).toContain(frame);
      }),
      { numRuns: 300 },
    );
  });

  it("are refused before anything is made of counts that are too large", () => {
    for (const rows of [FRAME_ROWS_MAX + 1, 2 ** 31, 2 ** 32 - 1]) {
      expect(decodeFrame(withHead(bytes, (head) => head.setUint32(8, rows, true)))).toBe("damaged");
    }
    const rows = (head: DataView) => head.setUint32(8, FRAME_ROWS_MAX, true);
    expect(decodeFrame(withHead(bytes, rows))).toBe("truncated");
    for (const [at, fault] of [
      [12, "damaged"],
      [16, "truncated"],
    ] as const) {
      const most = withHead(bytes, (head) => head.setUint32(at, 2 ** 32 - 1, true));
      expect(decodeFrame(most)).toBe(fault);
    }
  });

  it("are damaged with a number, a time or a flag that cannot be, or with bytes too many", () => {
    for (const [at, value] of [
      [24, Number.NaN],
      [32, 0],
      [32, 1.5],
      [32, Number.NaN],
      [40, Infinity],
      [48, -Infinity],
    ] as const) {
      const wrong = withHead(bytes, (head) => head.setFloat64(at, value, true));
      expect(decodeFrame(wrong), `${value} at ${at}`).toBe("damaged");
    }
    expect(decodeFrame(withHead(bytes, (head) => head.setUint32(4, 8, true)))).toBe("damaged");
    expect(decodeFrame(Uint8Array.of(...bytes, 0))).toBe("damaged");
  });
});
