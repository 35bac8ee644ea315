/** Frames of ticks for tests: any that can be written, and damage to their bytes. */
import fc from "fast-check";
import type { Frame } from "../../lib/stream/frame.ts";

const awkward = fc.constantFrom(
  Number.NaN,
  0,
  -0,
  -1,
  1e308,
  -1e308,
  Infinity,
  2 ** 53,
  0.1,
  5e-324,
);
const number = fc.oneof(fc.double(), awkward);
const instant = fc.double({ min: -8e15, max: 8e15, noNaN: true });
const id = fc.oneof(fc.nat(), fc.constantFrom(-1, 0, Number.MAX_SAFE_INTEGER, Number.NaN));
const name = fc.string({ maxLength: 20, unit: "grapheme" }).filter((text) => !text.includes("\n"));

const row = fc.record({
  symbol: fc.oneof(fc.nat(5), fc.integer()),
  timeMs: fc.oneof(instant, number),
  price: number,
  size: number,
  id,
  flags: fc.nat(7),
});

/** Any frame, also one of values that the windows will refuse. */
export const frames: fc.Arbitrary<Frame> = fc
  .record({
    producer: fc.oneof(
      fc.constant("simulate/0"),
      name.filter((text) => text !== ""),
    ),
    epochMs: instant,
    number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    sentMs: instant,
    clockMs: fc.option(instant),
    isLive: fc.boolean(),
    symbols: fc.array(fc.oneof(fc.constantFrom("AAPL", "BRK.B", "X"), name), { maxLength: 6 }),
    ticks: fc.array(row, { maxLength: 12 }),
    hasIds: fc.boolean(),
    hasFlags: fc.boolean(),
  })
  .map(({ ticks, hasIds, hasFlags, ...head }) => ({
    ...head,
    rows: ticks.length,
    columns: {
      symbol: Int32Array.from(ticks, (tick) => tick.symbol),
      timeMs: Float64Array.from(ticks, (tick) => tick.timeMs),
      price: Float64Array.from(ticks, (tick) => tick.price),
      size: Float64Array.from(ticks, (tick) => tick.size),
      ...(hasIds && { id: Float64Array.from(ticks, (tick) => tick.id) }),
      ...(hasFlags && { flags: Uint8Array.from(ticks, (tick) => tick.flags) }),
    },
  }));

/** The same bytes that begin at `offset` of a longer buffer, as records do that were cut out of an answer. */
export function moved(bytes: Uint8Array, offset: number): Uint8Array {
  const buffer = new Uint8Array(bytes.length + offset + 16).fill(0xff);
  buffer.set(bytes, offset);
  return buffer.subarray(offset, offset + bytes.length);
}

/** Every beginning of the bytes, themselves not included. */
export const beginnings = (bytes: Uint8Array): Uint8Array[] =>
  Array.from(bytes.keys(), (length) => bytes.slice(0, length));

/** Every copy in which one byte is another: each byte turned over, and one of its bits. */
export const damaged = (bytes: Uint8Array): Uint8Array[] =>
  Array.from(bytes.keys()).flatMap((at) =>
    [0xff, 1 << (at % 8)].map((bits) => {
      const copy = new Uint8Array(bytes);
      copy[at] = copy[at]! ^ bits;
      return copy;
    }),
  );
