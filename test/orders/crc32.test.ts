// The check value of every CRC catalogue, and zlib's own implementation.
import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { crc32 } from "../../lib/orders/crc32.ts";

it("has the published check value", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
  expect(crc32("")).toBe(0);
});

it("agrees with zlib", () => {
  const ascii = fc.string({ unit: "binary-ascii" });
  fc.assert(fc.property(ascii, (text) => crc32(text) === zlibCrc32(text)));
});
