import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalOf, lotsOf, sizeOf, ticksOf } from "../../lib/orders/decimal.ts";
import { table } from "../table.ts";

const TICKS = table(`
  price             tick       ticks  back
  "101.25"          "0.01"     10125  "101.25"
  "101"             "0.01"     10100  "101.00"
  "101.2500"        "0.01"     10125  "101.25"
  "0.3"             "0.1"          3  "0.3"
  "0.05"            "0.05"         1  "0.05"
  "4512.75"         "0.25"     18051  "4512.75"
  "120"             "5"           24  "120"
  "0.00000001"      "0.00000001"   1  "0.00000001"
  "007.50"          "0.5"         15  "7.5"
`).map((row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, cell]) => [name, String(cell).replaceAll('"', "")]),
  ),
) as { price: string; tick: string; ticks: string; back: string }[];

it.each(TICKS)("$price at a tick of $tick is $ticks ticks", ({ price, tick, ticks, back }) => {
  const instrument = { tickSize: tick };
  expect(ticksOf(price, instrument)).toBe(Number(ticks));
  expect(decimalOf(Number(ticks), instrument)).toBe(back);
});

it("makes one level of 0.3 and 0.1 + 0.2", () => {
  const instrument = { tickSize: "0.1" };
  expect(ticksOf("0.1", instrument) + ticksOf("0.2", instrument)).toBe(ticksOf("0.3", instrument));
});

describe("text and back", () => {
  const steps = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const step = fc
    .record({ digits: fc.integer({ min: 1, max: 9999 }), places: fc.integer({ min: 0, max: 12 }) })
    .map(({ digits, places }) => {
      const text = String(digits).padStart(places + 1, "0");
      return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
    });

  it("are the same number of ticks and lots, up to the largest", () => {
    fc.assert(
      fc.property(steps, step, (count, size) => {
        expect(ticksOf(decimalOf(count, { tickSize: size }), { tickSize: size })).toBe(count);
        expect(lotsOf(sizeOf(count, { lotSize: size }), { lotSize: size })).toBe(count);
      }),
    );
  });

  it("grow together", () => {
    const pairs = fc.tuple(
      fc.integer({ min: 1, max: 2 ** 40 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
    );
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [first, second] = [a, b].map((ticks) =>
          Number(decimalOf(ticks, { tickSize: "0.01" })),
        );
        expect(Math.sign(first! - second!)).toBe(Math.sign(a - b));
      }),
    );
  });

  it("keep the sign of a difference, and 0", () => {
    expect(decimalOf(-5, { tickSize: "0.01" })).toBe("-0.05");
    expect(decimalOf(0, { tickSize: "0.01" })).toBe("0.00");
    expect(decimalOf(-3, { tickSize: "2" })).toBe("-6");
  });
});

describe("refusals say what would be right", () => {
  it.each([
    ["101.255", "0.01", '"101.25" or "101.26" is one'],
    ["0.004", "0.01", 'the smallest is "0.01"'],
    ["25", "20", '"20" or "40" is one'],
    ["101.3", "0.25", '"101.25" or "101.5" is one'],
    ["-1", "0.01", "without sign or exponent"],
    ["+1", "0.01", "without sign or exponent"],
    ["1e3", "0.01", "without sign or exponent"],
    ["", "0.01", "plain decimal"],
    [" 1", "0.01", "plain decimal"],
    ["1.", "0.01", "plain decimal"],
    [".5", "0.01", "plain decimal"],
    ["1,5", "0.01", "plain decimal"],
    ["NaN", "0.01", "plain decimal"],
    ["Infinity", "0.01", "plain decimal"],
    ["٣", "1", "plain decimal"],
    ["1".repeat(41), "1", "plain decimal"],
    ["0", "0.01", "above 0"],
    ["0.00", "0.01", "above 0"],
    ["9007199254740992", "1", "at most 9007199254740991"],
    ["90071992547409.92", "0.01", "at most 9007199254740991"],
    ["5", "0", 'tickSize must be above 0, was "0"'],
    ["5", "-1", "tickSize must be a plain decimal"],
  ])("price %j at a tick of %s: %s", (price, tickSize, right) => {
    const call = () => ticksOf(price, { tickSize });
    expect(call).toThrow(right);
    expect(call).toThrow(expect.objectContaining({ code: "DEGENERATE_INPUT" }));
  });

  it("for lots, ticks that are no whole number, and what is no text at all", () => {
    expect(() => lotsOf("0.5", { lotSize: "1" })).toThrow('size must be a multiple of lotSize "1"');
    expect(() => decimalOf(0.5, { tickSize: "1" })).toThrow("ticks must be a whole number");
    expect(() => sizeOf(Number.NaN, { lotSize: "1" })).toThrow("lots must be a whole number");
    expect(() => ticksOf(5 as unknown as string, { tickSize: "1" })).toThrow("plain decimal");
  });
});
