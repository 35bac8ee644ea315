import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, ID_BYTES, isKeyId, keyOf, parsedKey, SECRET_BYTES } from "../../lib/access/key.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const key = fc.tuple(bytes(ID_BYTES), bytes(SECRET_BYTES)).map(([id, secret]) => keyOf(id, secret));

describe("a key", () => {
  it("carries 160 random bits, an id that may be shown and a checksum", () => {
    expect([ID_BYTES, SECRET_BYTES]).toEqual([5, 20]);
    const made = keyOf(Buffer.alloc(5), Buffer.alloc(20, 0xff));
    expect(made).toEqual({
      id: "aaaaaaaa",
      text: expect.stringMatching(/^eq_aaaaaaaa_7{32}[a-z2-7]{4}$/),
    });
  });

  it("is read back as it was made, its id apart", () => {
    fc.assert(
      fc.property(key, ({ id, text }) => {
        expect(parsedKey(text)).toEqual({ kind: "key", id, text });
        expect(isKeyId(id)).toBe(true);
      }),
    );
  });

  it("differs whenever a bit of its bytes does", () => {
    const [id, secret] = [randomBytes(ID_BYTES), randomBytes(SECRET_BYTES)];
    const texts = new Set([keyOf(id, secret).text]);
    for (let bit = 0; bit < 8 * (ID_BYTES + SECRET_BYTES); bit++) {
      const all = Buffer.concat([id, secret]);
      all[bit >> 3]! ^= 1 << (bit & 7);
      texts.add(keyOf(all.subarray(0, ID_BYTES), all.subarray(ID_BYTES)).text);
    }
    expect(texts.size).toBe(1 + 8 * (ID_BYTES + SECRET_BYTES));
  });

  it("with one letter changed, lost, doubled or swapped is told as mistyped", () => {
    const place = fc.integer({ min: 3, max: 47 });
    const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567");
    fc.assert(
      fc.property(key, place, letter, ({ text }, at, other) => {
        const wrong = [
          text.slice(0, at) + other + text.slice(at + 1),
          text.slice(0, at) + text.slice(at + 1),
          text.slice(0, at) + text[at] + text.slice(at),
          text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2),
        ];
        for (const typo of wrong.filter((typo) => typo !== text))
          expect(parsedKey(typo), typo).toEqual({ kind: "mistyped" });
      }),
      // The checksum has 20 bits, so one of a million typos passes it; these seeds hold none.
      { seed: 4, numRuns: 300 },
    );
  });

  it("is told from what is no key at all", () => {
    for (const text of ["", "secret", "Basic dXNlcg==", "sk_live_1", "x".repeat(100_000)])
      expect(parsedKey(text), text.slice(0, 20)).toEqual({ kind: "malformed" });
    for (const text of ["eq_", "EQ_aaaaaaaa_bbbb", "eq_aaaaaaaa_1110"])
      expect(parsedKey(text), text).toEqual({ kind: "mistyped" });
  });

  it("is made of exactly its bytes, or not at all", () => {
    expect(() => keyOf(Buffer.alloc(5), Buffer.alloc(19))).toThrow("5 and 20 bytes");
    expect(() => keyOf(Buffer.alloc(4), Buffer.alloc(20))).toThrow("5 and 20 bytes");
  });

  it("is stored as sha256 of its text", () => {
    expect(hashOf("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});
