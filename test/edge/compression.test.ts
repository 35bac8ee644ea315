import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { acceptedEncoding, encoded } from "../../lib/edge/compression.ts";
import { reply } from "../../lib/edge/reply.ts";

const large = reply(200, JSON.stringify({ text: "x".repeat(5000) }));

it.each([
  [undefined, undefined],
  ["gzip, deflate", "gzip"],
  ["gzip, deflate, BR", "br"],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["br;q=0.000", undefined],
  ["identity", undefined],
])("reads %s as %s", (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});

it("packs without loss", () => {
  const bytes = (answer: { body: string }) => Buffer.from(answer.body, "base64");
  expect(brotliDecompressSync(bytes(encoded(large, "br"))).toString()).toBe(large.body);
  expect(gunzipSync(bytes(encoded(large, "gzip"))).toString()).toBe(large.body);
});

it("leaves small, packed and binary bodies alone", () => {
  const picture = reply(200, "x".repeat(5000), { "content-type": "image/png" });
  const packed = encoded(large, "br");
  expect(encoded(reply(200, { a: 1 }), "br").headers).not.toHaveProperty("content-encoding");
  expect(encoded(picture, "br")).toBe(picture);
  expect(encoded(packed, "gzip")).toBe(packed);
});

it("tells caches that the answer depends on the client even when it is sent plain", () => {
  expect(encoded(large, undefined)).toMatchObject({
    body: large.body,
    headers: { vary: "accept-encoding" },
  });
});
