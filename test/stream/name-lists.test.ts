import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame } from "../../lib/stream/frame.ts";
import { NameLists } from "../../lib/stream/name-lists.ts";
import { decodeTickFrame, encodeTickFrame } from "../../lib/stream/protobuf.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes).split(",");

describe("a list of names", () => {
  it("is the same array when the same bytes come again, and another for others", () => {
    const lists = new NameLists();
    const first = lists.list(bytesOf("A,B"), read);
    expect(first).toEqual(["A", "B"]);
    expect(lists.list(bytesOf("A,C"), read)).toEqual(["A", "C"]);
    expect(lists.list(bytesOf("A,B,C"), read)).toEqual(["A", "B", "C"]);
    expect(lists.list(bytesOf("A,B"), read)).toBe(first);
  });

  it("is read anew when the bytes it was read from were changed since", () => {
    const lists = new NameLists();
    const bytes = bytesOf("A,B");
    lists.list(bytes, read);
    bytes.set(bytesOf("X"));
    expect(lists.list(bytes, read)).toEqual(["X", "B"]);
    expect(lists.list(bytesOf("A,B"), read)).toEqual(["A", "B"]);
  });

  it("is forgotten after many others, the one used last not", () => {
    const lists = new NameLists();
    const [old, used] = ["old", "used"].map((name) => lists.list(bytesOf(name), read));
    for (let n = 0; n < 100; n++) {
      lists.list(bytesOf(`n${n}`), read);
      expect(lists.list(bytesOf("used"), read)).toBe(used);
    }
    expect(lists.list(bytesOf("old"), read)).not.toBe(old);
  });

  it("is found at the beginning of longer bytes, the longest of several", () => {
    const lists = new NameLists();
    for (const text of ["A", "A,B", "A,B,C", "B"]) lists.keep(bytesOf(text), [text]);
    const found = (text: string, from = 0) => lists.startingAt(bytesOf(text), from)?.names;
    expect(found("A,B;rest")).toEqual(["A,B"]);
    expect(found("xxA,B,C", 2)).toEqual(["A,B,C"]);
    expect(found("A")).toEqual(["A"]);
    expect(found("C")).toBeUndefined();
  });
});

describe("frames with lists that begin alike", () => {
  const frame = (symbols: string[]): Frame => {
    const columns = {
      symbol: Int32Array.of(0),
      timeMs: Float64Array.of(1),
      price: Float64Array.of(2),
      size: Float64Array.of(3),
    };
    const head = { producer: "a/0", epochMs: 1, number: 1, sentMs: 2, clockMs: null };
    return { ...head, isLive: false, symbols, rows: 1, columns };
  };

  it.each([
    ["packed", (list: string[]) => decodeFrame(encodeFrame(frame(list)))],
    ["Protobuf", (list: string[]) => decodeTickFrame(encodeTickFrame(frame(list)))],
  ])("have each its own: %s", (_, carried) => {
    const all = [["A"], ["A", "B"], [], ["A", "BB"], ["AB"], ["A", "B", "ÄÖ", "C"], [""]];
    for (const list of [...all, ...all.toReversed()]) {
      expect((carried(list) as Frame).symbols).toEqual(list);
    }
    const [once, again] = [carried(["A", "B"]), carried(["A", "B"])] as [Frame, Frame];
    expect(again.symbols).toBe(once.symbols);
  });
});
