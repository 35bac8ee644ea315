import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decoded } from "../../lib/stream/decoded.ts";
import { encodeFrame, type Frame } from "../../lib/stream/frame.ts";
import { encodeTickFrame } from "../../lib/stream/protobuf.ts";
import { frameOf } from "../../lib/stream/record-frame.ts";
import { SYMBOL_PATTERN } from "../../lib/stream/symbols.ts";
import { beginnings, damaged, frames, moved } from "./frames.ts";

const FRAME: Frame = {
  producer: "simulate/0",
  epochMs: 1,
  number: 7,
  sentMs: 2,
  clockMs: null,
  isLive: true,
  symbols: ["AAPL", "bad name", "MSFT"],
  rows: 5,
  columns: {
    symbol: Int32Array.of(2, 1, 0, 3, -1),
    timeMs: Float64Array.of(1, 2, 3, 4, 5),
    price: Float64Array.of(10, 20, 30, 40, 50),
    size: Float64Array.of(1, 2, 3, 4, 5),
    id: Float64Array.of(1, 2, 3, 4, 5),
    flags: Uint8Array.of(0, 1, 2, 3, 4),
  },
};
/** What the windows may be offered of it. */
const KEPT = {
  rows: 2,
  columns: {
    symbol: Int32Array.of(2, 0),
    timeMs: Float64Array.of(1, 3),
    price: Float64Array.of(10, 30),
    size: Float64Array.of(1, 3),
    id: Float64Array.of(1, 3),
    flags: Uint8Array.of(0, 2),
  },
};
const GOOD = { ...FRAME, symbols: ["AAPL", "MSFT"], rows: 1 };
const goodBytes = () =>
  encodeFrame({ ...GOOD, columns: { ...FRAME.columns, symbol: Int32Array.of(1) } });

const text = (record: string) => frameOf({ bytes: new TextEncoder().encode(record) });

describe("a record", () => {
  it.each([
    ["packed", encodeFrame],
    ["Protocol Buffers", encodeTickFrame],
  ])("that is %s gives its frame, and only rows with a symbol it names", (_, encode) => {
    const decoded = frameOf({ bytes: encode(FRAME) });
    expect(decoded).toMatchObject({
      ...KEPT,
      frame: { producer: "simulate/0", epochMs: 1, number: 7, sentMs: 2, isLive: true },
      symbols: FRAME.symbols,
      refused: [
        { row: 1, reason: "unknown_symbol", detail: expect.stringContaining('was "bad name"') },
        { row: 3, reason: "unknown_symbol", detail: "symbol must be an index below 3, was 3" },
        { row: 4, reason: "unknown_symbol", detail: "symbol must be an index below 3, was -1" },
      ],
    });
  });

  it("whose symbols are all known is not copied", () => {
    const bytes = goodBytes();
    const decoded = frameOf({ bytes });
    if ("fault" in decoded) throw new Error(decoded.detail);
    expect(decoded.columns.price.buffer).toBe(bytes.buffer);
    expect(decoded.refused).toEqual([]);
  });

  it("of JSON has no producer", () => {
    const decoded = text('[{"symbol":"A","price":1,"size":2,"time":3},{}]');
    expect(decoded).toMatchObject({ frame: null, symbols: ["A"], rows: 1 });
    expect(decoded).toMatchObject({ refused: [{ row: 1, reason: "unknown_symbol" }] });
    expect(text("{")).toEqual({ fault: "not_json", detail: expect.any(String) });
  });

  it("of Protocol Buffers without a producer has no frame", () => {
    // { ticks: [{ symbol: "A" }] }
    const decoded = frameOf({ bytes: Uint8Array.of(0x72, 3, 0x0a, 1, 0x41) });
    expect(decoded).toMatchObject({ frame: null, symbols: ["A"], rows: 1 });
  });

  it("with a producer that cannot be a name is refused", () => {
    for (const producer of ["a b", "ü", "x".repeat(65), "\u0000"]) {
      expect(frameOf({ bytes: encodeFrame({ ...GOOD, producer }) })).toMatchObject({
        fault: "producer",
        detail: expect.stringContaining(JSON.stringify(producer).slice(1, 60)),
      });
    }
  });

  it("that is nothing of them is refused with its reason", () => {
    const none = new Uint8Array(0);
    expect(frameOf({ bytes: none })).toEqual({
      fault: "not_a_frame",
      detail: "the record is empty",
    });
    expect(text("Error: no such thing")).toMatchObject({ fault: "not_a_frame" });
    expect(text("plain words")).toMatchObject({ fault: "not_a_frame" });
    expect(frameOf({ bytes: goodBytes().subarray(0, 90) })).toMatchObject({ fault: "truncated" });
  });

  it("never throws, and gives rows of known symbols alone", () => {
    fc.assert(
      fc.property(frames, fc.boolean(), fc.nat(9), (frame, isPacked, offset) => {
        const bytes = isPacked ? encodeFrame(frame) : encodeTickFrame(frame);
        const records = [bytes, ...beginnings(bytes), ...damaged(bytes)];
        for (const record of records) demandKnown(frameOf({ bytes: moved(record, offset) }));
      }),
      { numRuns: 20 },
    );
  });
});

function demandKnown(decoded: Decoded): void {
  if ("fault" in decoded) return;
  const { symbols, rows, columns, refused } = decoded;
  for (const column of Object.values(columns)) expect(column).toHaveLength(rows);
  const unknown = Array.from(columns.symbol).filter(
    (at) => !SYMBOL_PATTERN.test(symbols[at] ?? ""),
  );
  expect(unknown).toEqual([]);
  expect(refused.every(({ reason }) => reason === "unknown_symbol")).toBe(true);
}
