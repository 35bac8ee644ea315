// The hand-written reader and writer against protobufjs, which reads the schema of the tree.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import type { Frame } from "../../lib/stream/frame.ts";
import { decodeTickFrame, encodeTickFrame } from "../../lib/stream/protobuf.ts";
import { beginnings, damaged, frames, moved } from "./frames.ts";

const { root } = protobuf.parse(readFileSync("proto/ticks.proto", "utf8"));
const TickFrame = root.lookupType("equipoise.ticks.v1.TickFrame");

/** What protobufjs reads, as plain numbers and lists. */
const peerReads = (bytes: Uint8Array) =>
  TickFrame.toObject(TickFrame.decode(bytes), { longs: Number, defaults: true }) as Record<
    string,
    unknown
  >;

const peerWrites = (message: Record<string, unknown>): Uint8Array =>
  new Uint8Array(TickFrame.encode(TickFrame.fromObject(message)).finish());

/** Ids that are none are -1 on the wire. */
const idsOf = (ids: Float64Array) =>
  ids.map((id) => (Number.isSafeInteger(id) && id >= 0 ? id : -1));

/** A frame as it comes back: an empty column is no column, an index below 0 is -1. */
function carried({ columns: { symbol, id, flags, ...columns }, ...frame }: Frame): Frame {
  const [ids, bits] = [id && frame.rows > 0 && idsOf(id), frame.rows > 0 && flags];
  const rest = { ...(ids && { id: ids }), ...(bits && { flags: bits }) };
  return {
    ...frame,
    columns: { ...columns, symbol: symbol.map((at) => Math.max(at, -1)), ...rest },
  };
}

const messageOf = ({ columns, ...frame }: Frame) => ({
  producer: frame.producer,
  epochMs: frame.epochMs,
  number: frame.number,
  sentMs: frame.sentMs,
  ...(frame.clockMs !== null && { clockMs: frame.clockMs }),
  live: frame.isLive,
  symbols: frame.symbols,
  timeMs: [...columns.timeMs],
  price: [...columns.price],
  size: [...columns.size],
  symbol: Array.from(columns.symbol, (index) => index >>> 0),
  ...(columns.id && { id: [...idsOf(columns.id)] }),
  ...(columns.flags && { flags: [...columns.flags] }),
});

const TICK = { symbol: "AAPL", timeMs: 1_700_000_000_100, price: 189.5, size: 100 };
const COLUMNS = {
  producer: "simulate/0",
  epochMs: 1_700_000_000_000,
  number: 7,
  sentMs: 1_700_000_000_500,
  clockMs: 1_700_000_000_400,
  live: true,
  symbols: ["AAPL", "MSFT"],
  timeMs: [1_700_000_000_100, 1_700_000_000_200.5],
  price: [189.5, 370.25],
  size: [100, 0.5],
  symbol: [0, 300],
  id: [1, -1],
  flags: [0, 1],
};

/** A field by hand. */
const field = (number: number, wire: number, ...content: number[]) => [
  number * 8 + wire,
  ...content,
];
const double = (value: number) => [...new Uint8Array(Float64Array.of(value).buffer)];

describe("a frame as Protocol Buffers", () => {
  it("is read as it was written, wherever its bytes lie", () => {
    fc.assert(
      fc.property(frames, fc.nat(9), (frame, offset) => {
        expect(decodeTickFrame(moved(encodeTickFrame(frame), offset))).toEqual(carried(frame));
      }),
      { numRuns: 300 },
    );
  });

  it("is read by protobufjs as it was written here", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const { id = [], flags = [], ...message } = messageOf(frame);
        const read = peerReads(encodeTickFrame(frame));
        expect(read).toEqual({ ticks: [], ...message, id, flags });
      }),
      { numRuns: 200 },
    );
  });

  it("is read here as protobufjs wrote it", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeTickFrame(peerWrites(messageOf(frame)))).toEqual(carried(frame));
      }),
      { numRuns: 200 },
    );
  });

  it("begins with the producer, which no other form of a record begins with", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(encodeTickFrame(frame)[0]).toBe(0x0a);
      }),
      { numRuns: 20 },
    );
  });

  it("has ticks written one by one behind those of its columns", () => {
    const ticks = [
      { ...TICK, id: 5 },
      { symbol: "TSLA", timeMs: 3, price: 4, size: 5, irregular: true },
      { symbol: "MSFT", id: 9, cancel: true },
      { symbol: "TSLA", price: 4, size: 6, id: 7, correct: true },
    ];
    const frame = decodeTickFrame(peerWrites({ ...COLUMNS, ticks })) as Frame;
    expect(frame.symbols).toEqual(["AAPL", "MSFT", "TSLA"]);
    expect(frame.rows).toBe(6);
    expect(frame.columns).toEqual({
      symbol: Int32Array.of(0, 300, 0, 2, 1, 2),
      timeMs: Float64Array.of(...COLUMNS.timeMs, TICK.timeMs, 3, 0, 0),
      price: Float64Array.of(...COLUMNS.price, 189.5, 4, 0, 4),
      size: Float64Array.of(...COLUMNS.size, 100, 5, 0, 6),
      id: Float64Array.of(1, -1, 5, -1, 9, 7),
      flags: Uint8Array.of(0, 1, 0, 1, 2, 4),
    });
  });

  it("needs no producer, and is not numbered without", () => {
    const frame = decodeTickFrame(peerWrites({ number: 3, ticks: [TICK] }));
    expect(frame).toMatchObject({ producer: "", number: 0, symbols: ["AAPL"], rows: 1 });
    expect(frame).toMatchObject({ columns: { id: Float64Array.of(-1), flags: Uint8Array.of(0) } });
  });
});

describe("fields", () => {
  it("may come in any order, unknown ones among them, columns in pieces and unpacked", () => {
    const bytes = Uint8Array.of(
      ...field(13, 2, 1, 0),
      ...field(10, 1, ...double(100)),
      ...field(15, 0, 0x96, 1),
      ...field(11, 2, 1, 0),
      ...field(8, 1, ...double(1)),
      ...field(15, 5, 1, 2, 3, 4),
      ...field(8, 2, 8, ...double(2)),
      ...field(9, 2, 16, ...double(10), ...double(11)),
      ...field(15, 2, 3, 1, 2, 3),
      ...field(11, 0, 1),
      ...field(10, 1, ...double(200)),
      ...field(7, 2, 1, 65),
      ...field(13, 0, 1),
      ...field(7, 2, 1, 66),
      ...field(15, 1, ...double(9)),
    );
    expect(decodeTickFrame(bytes)).toMatchObject({
      symbols: ["A", "B"],
      rows: 2,
      columns: {
        symbol: Int32Array.of(0, 1),
        timeMs: Float64Array.of(1, 2),
        price: Float64Array.of(10, 11),
        size: Float64Array.of(100, 200),
        flags: Uint8Array.of(0, 1),
      },
    });
  });

  it("of another kind than the schema's are skipped like unknown ones", () => {
    const bytes = Uint8Array.of(...field(1, 0, 5), ...field(4, 2, 1, 0), ...field(9, 0, 1));
    expect(decodeTickFrame(bytes)).toBe("not_a_frame");
    const tick = Uint8Array.of(...bytes, ...field(14, 2, 0));
    expect(decodeTickFrame(tick)).toMatchObject({ producer: "", sentMs: 0, rows: 1 });
  });

  it("hold ids up to 2^53 - 1, and none for what is larger or below 0", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const list = { timeMs: [1, 1, 1], price: [1, 1, 1], size: [1, 1, 1], symbol: [0, 0, 0] };
    const frame = decodeTickFrame(peerWrites({ ...list, id: [most, -1, -most] })) as Frame;
    expect(frame.columns.id).toEqual(Float64Array.of(most, -1, -1));
    const large = [...new Uint8Array(9).fill(0xfe), 1];
    const one = [8, 9, 10].flatMap((column) => field(column, 1, ...double(1)));
    const bytes = Uint8Array.of(...one, ...field(11, 0, 0), ...field(12, 2, 10, ...large));
    expect((decodeTickFrame(bytes) as Frame).columns.id).toEqual(Float64Array.of(-1));
  });
});

describe("bytes that are no whole message", () => {
  const bytes = peerWrites({ ...COLUMNS, ticks: [{ ...TICK, id: 5, irregular: true }] });

  it("never throw wherever they were cut, and never give a column that is longer than the others", () => {
    for (const part of beginnings(bytes)) demandFrameOrFault(part);
    expect(decodeTickFrame(bytes.subarray(0, bytes.length - 1))).toBe("truncated");
  });

  it("never throw with one byte damaged", () => {
    for (const copy of damaged(bytes)) demandFrameOrFault(copy);
  });

  it("never throw whatever they are, alone or after a head", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (noise, isAfterHead) => {
        demandFrameOrFault(isAfterHead ? Uint8Array.of(...bytes.subarray(0, 60), ...noise) : noise);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["a length beyond the end", [...field(8, 2, 0xff, 0xff, 0xff, 0xff, 0x0f)], "truncated"],
    ["a length of 2^63", [...field(7, 2), ...new Array(9).fill(0x80), 1], "truncated"],
    ["a varint without end", [...field(3, 0), ...new Array(10).fill(0xff)], "damaged"],
    ["field 0", [0, 1], "damaged"],
    ["a group", field(15, 3), "damaged"],
    ["half a double in a column", field(8, 2, 4, 1, 2, 3, 4), "damaged"],
    ["a price without its time", field(9, 1, ...double(1)), "damaged"],
    ["flags for no row", field(13, 2, 1, 1), "damaged"],
    ["a time that is none", field(4, 1, ...double(Number.NaN)), "damaged"],
    ["a producer without a number", field(1, 2, 1, 65), "damaged"],
    ["a varint that leaves its column", [...field(11, 2, 1, 0x80), 1], "damaged"],
    ["a tick that leaves its message", field(14, 2, 2, 10, 9), "truncated"],
  ] as const)("are refused for %s", (_, wrong, fault) => {
    expect(decodeTickFrame(Uint8Array.from(wrong as readonly number[]))).toBe(fault);
  });
});

function demandFrameOrFault(bytes: Uint8Array): void {
  const frame = decodeTickFrame(moved(bytes, 5));
  if (typeof frame === "string") expect(["not_a_frame", "truncated", "damaged"]).toContain(frame);
  else for (const column of Object.values(frame.columns)) expect(column).toHaveLength(frame.rows);
}
