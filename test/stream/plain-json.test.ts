// What is read from bytes as they stand is what JSON.parse reads; decodeJsonTicks goes by that for texts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UtcReader } from "../../lib/stream/instant.ts";
import { decodeJsonTicks } from "../../lib/stream/json-ticks.ts";
import { addPlainJson } from "../../lib/stream/plain-json.ts";
import { TickBuilder } from "../../lib/stream/tick-builder.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const isPlain = (text: string) => addPlainJson(bytesOf(text), new TickBuilder(1));

const TICK = '{"symbol":"AAPL","price":189.5,"size":100,"time":1700000000100}';

/** Values as text: those of the plain form, and others. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(JSON.stringify),
  fc.integer({ min: -1000, max: 1_000_000 }).map(String),
  fc.tuple(fc.nat(99_999), fc.nat(99_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom("0", "-0", "0.0", "00", "01", "1.", ".5", "-", "1e5", "1E-2", "+1", "1.2.3"),
  fc.constantFrom("9007199254740991", "9007199254740993", "123456789012345", "0.1234567890123456"),
);
const instant = fc
  .date({ min: new Date("0050-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());
const time = fc.oneof(
  number,
  fc.oneof(instant, fc.string()).map((text) => JSON.stringify(text)),
  fc
    .tuple(instant, fc.constantFrom("Z", ".5Z", ".000001Z", ".1234567891Z", "+01:00", "", ".Z"))
    .map(([text, end]) => `"${text.slice(0, 19)}${end}"`),
  fc.constantFrom('"2024-02-29T23:59:59Z"', '"2023-02-29T00:00:00Z"', '"2024-01-02T24:00:00Z"'),
);
const symbol = fc.oneof(
  fc.constantFrom('"A"', '"BRK.B"', '"EURUSD=X"', '"ABCDEFGHIJKLMNOPQRST"', '"0-^=/."'),
  fc.constantFrom('"ABCDEFGHIJKLMNOPQRSTU"', '"a"', '""', '".A"', '"A\\u0041"', '"Ä"', "7", '"A'),
);
const word = fc.constantFrom("true", "false", "null", "tru", '"true"');
const space = fc.constantFrom("", "", "", " ", "\n", "\t ");
const member = fc.oneof(
  fc.tuple(fc.constantFrom("symbol"), symbol),
  fc.tuple(fc.constantFrom("price", "size", "id", "x"), number),
  fc.tuple(fc.constantFrom("time"), time),
  fc.tuple(fc.constantFrom("irregular", "cancel", "correct", "irregula", "__proto__"), word),
);
const WHOLE = [
  ["symbol", '"A"'],
  ["price", "1.5"],
  ["size", "2"],
  ["time", "3"],
] as const;
const tick = fc
  .tuple(fc.boolean(), fc.array(member, { maxLength: 5 }), fc.array(space, { maxLength: 30 }))
  .map(([isWhole, members, spaces]) => {
    let at = 0;
    const gap = () => spaces[at++] ?? "";
    const all = isWhole ? [...WHOLE, ...members] : members;
    const parts = all.map(([name, value]) => `${gap()}"${name}"${gap()}:${gap()}${value}${gap()}`);
    return `{${parts.join(",")}}${gap()}`;
  });
const record = fc.oneof(
  tick,
  fc.array(tick, { maxLength: 4 }).map((ticks) => `[${ticks.join(",")}]`),
  tick.map((text) => `${text}x`),
  tick.map((text) => `[${text},]`),
);

describe("plain JSON", () => {
  it("is read as JSON.parse reads it, and what is not plain is left to that", () => {
    fc.assert(
      fc.property(record, (text) => {
        const byBytes = decodeJsonTicks(bytesOf(text));
        expect(byBytes).toEqual(decodeJsonTicks(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("is what is usually written, with its names in any order", () => {
    for (const text of [
      TICK,
      `[${TICK},${TICK}]`,
      TICK.replaceAll(":", ": ").replaceAll(",", ", "),
      '{"time":"2024-02-29T14:30:00.123456Z","id":7,"price":1,"irregular":true,"size":0,"symbol":"A"}',
    ]) {
      expect(isPlain(text), text).toBe(true);
    }
  });

  it("is nothing that has to be looked at more closely", () => {
    for (const text of [
      TICK.replace("AAPL", "aapl"),
      TICK.replace("189.5", "1.895e2"),
      TICK.replace("189.5", "189.500000000000001"),
      TICK.replace("}", ',"x":1}'),
      TICK.replace("}", ',"id":7,"cancel":true}'),
      TICK.replace("}", ',"id":-7}'),
      TICK.slice(0, -1),
      `${TICK} x`,
      "{}",
      "[]",
      "",
    ]) {
      expect(isPlain(text), text).toBe(false);
    }
  });

  it("never throws, however the bytes end", () => {
    const bytes = bytesOf(`[${TICK},{"time":"2024-02-29T14:30:00.5Z","symbol":"A"}]`);
    for (let length = 0; length < bytes.length; length++) {
      expect(addPlainJson(bytes.subarray(0, length), new TickBuilder(1))).toBe(false);
    }
  });
});

describe("an instant of the plain form", () => {
  it("is none in a day that does not exist, and the next is one again", () => {
    const utc = new UtcReader();
    const ms = (text: string) => utc.ms(bytesOf(text), 0, text.length);
    expect(ms("2024-01-31T00:00:00Z")).toBe(Date.UTC(2024, 0, 31));
    for (const day of ["2024-01-32", "2024-00-10", "2024-13-01", "2023-02-29", "2024-01-00"]) {
      expect(ms(`${day}T00:00:00Z`), day).toBeNaN();
    }
    expect(ms("2024-02-29T00:00:01.5Z")).toBe(Date.UTC(2024, 1, 29) + 1500);
  });
});
