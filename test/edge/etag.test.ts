import fc from "fast-check";
import { expect, it } from "vitest";
import { canonical, digest, etag, matches, settled } from "../../lib/edge/etag.ts";

it("takes the order of members for nothing and the order of entries for something", () => {
  expect(canonical({ b: [1, 2], a: { d: undefined, c: null } })).toBe('{"a":{"c":null},"b":[1,2]}');
  expect(digest([1, 2])).not.toBe(digest([2, 1]));
});

it("is JSON of the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("says the same of a settled value as of any, alone and within others", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const [text, copy] = [canonical(value), settled(structuredClone(value))];
      expect(canonical(copy)).toBe(text);
      expect(digest("a", [copy])).toBe(digest("a", [value]));
    }),
  );
});

it("settles a value to its depth", () => {
  const value = settled({ list: [{ a: 1 }], b: null });
  expect(() => value.list.push({ a: 2 })).toThrow(TypeError);
  expect(() => Object.assign(value.list[0]!, { a: 2 })).toThrow(TypeError);
  expect(() => Object.assign(value, { b: 1 })).toThrow(TypeError);
});

it("parts values that only their borders part", () => {
  expect(digest("a", "bc")).not.toBe(digest("ab", "c"));
});

it("compares weakly and takes lists", () => {
  const tag = etag("0".repeat(64));
  expect(tag).toBe(`W/"${"0".repeat(32)}"`);
  expect(matches(tag, tag)).toBe(true);
  expect(matches(`"x" , ${tag.slice(2)}`, tag)).toBe(true);
  expect(matches('"x"', tag)).toBe(false);
  expect(matches("*", tag)).toBe(false);
  expect(matches(undefined, tag)).toBe(false);
});
