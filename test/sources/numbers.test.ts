import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BAD_NUMBER, dayOf, parseDay, parseNumber } from "../../lib/sources/numbers.ts";
import { isIsoDay } from "../../lib/time.ts";

const parse = (text: string) => {
  const bytes = Buffer.from(`,${text},9`);
  return parseNumber(bytes, 1, bytes.length - 2);
};

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${maxLength}}$`));

describe("parseNumber", () => {
  it("has the bits of Number() for every decimal", () => {
    const decimal = fc
      .tuple(
        fc.constantFrom("", "-", "+"),
        digits(25),
        fc.constantFrom("", "."),
        digits(25),
        fc.constantFrom("", "e5", "E-7", "e+12", "e-30", "e300"),
      )
      .filter(([, whole, , rest]) => whole + rest !== "")
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(decimal, (text) => {
        const wanted = Number(text);
        expect(parse(text)).toBe(Number.isFinite(wanted) ? wanted : BAD_NUMBER);
      }),
      { numRuns: 20_000 },
    );
  });

  it("reads every double back from its shortest text", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parse(Object.is(value, -0) ? "-0" : String(value))).toBe(value);
      }),
      { numRuns: 20_000 },
    );
  });

  it("reads prices and caps of up to fifteen digits exactly", () => {
    for (const text of [
      "0.1",
      "227.87",
      "9007199254740993",
      "123456789012.345",
      "0000000000000000001.5",
      "0.0000000000000000000012",
      "0.00000000000000000000000123",
    ]) {
      expect(parse(text), text).toBe(Number(text));
    }
  });

  it("tells absent from wrong", () => {
    for (const blank of ["", " ", "\t "]) expect(parse(blank)).toBeNaN();
    for (const wrong of [
      "NA",
      "nan",
      "Infinity",
      "1e999",
      "0x10",
      "1_000",
      "1 000",
      "$5",
      "5%",
      ".",
      "-",
      "e5",
      "1.2.3",
      "--1",
      "1e",
      "٣",
    ]) {
      expect(parse(wrong), wrong).toBe(BAD_NUMBER);
    }
    expect(parse(" 12.5\t")).toBe(12.5);
  });
});

describe("parseDay", () => {
  it("accepts the days of the calendar and nothing else", () => {
    const part = (max: number) =>
      fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, "0"));
    const day = fc.tuple(fc.integer({ min: 1, max: 9999 }), part(13), part(32));
    fc.assert(
      fc.property(day, ([year, month, date]) => {
        const text = `${String(year).padStart(4, "0")}-${month}-${date}`;
        expect(dayOf(text), text).toBe(isIsoDay(text) ? Number(text.replaceAll("-", "")) : 0);
      }),
      { numRuns: 5_000 },
    );
    for (const wrong of [
      "",
      "2021-1-1",
      "20210101",
      "2021/01/01",
      "2021-01-01T00:00",
      "abcd-ef-gh",
    ]) {
      expect(parseDay(Buffer.from(wrong), 0, wrong.length), wrong).toBe(0);
    }
    expect(dayOf("2024-02-29")).toBe(20240229);
    expect(dayOf("2100-02-29")).toBe(0);
  });
});
