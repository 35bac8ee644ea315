import fc from "fast-check";
import { expect, it } from "vitest";
import { recent } from "../../lib/edge/recent.ts";

it("forgets the text that was used longest ago", () => {
  const known = recent<number>({ textsMax: 3, lettersMax: 9 });
  for (const [value, text] of [..."abc"].entries()) known.set(text, value);
  for (const text of ["a", "a", "b"]) known.get(text);
  known.set("d", 3);
  expect([..."abcd"].map((text) => known.get(text))).toEqual([0, 1, undefined, 3]);
});

it("keeps the last value of a text, once", () => {
  const known = recent<string>({ textsMax: 2, lettersMax: 9 });
  for (const value of ["one", "two"]) known.set("a", value);
  expect([known.get("a"), known.size()]).toEqual(["two", 1]);
});

it("keeps no text that is longer than it may be", () => {
  const known = recent<number>({ textsMax: 9, lettersMax: 3 });
  known.set("abc", 1);
  known.set("abcd", 2);
  expect([known.get("abc"), known.get("abcd"), known.size()]).toEqual([1, undefined, 1]);
});

it("holds what a plain list of the latest holds, whatever is asked of it", () => {
  const step = fc.tuple(fc.constantFrom("get", "set"), fc.constantFrom(..."abcdef"));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const known = recent<string>({ textsMax: 3, lettersMax: 1 });
      let latest: string[] = [];
      for (const [act, text] of steps) {
        if (act === "get") expect(known.get(text)).toBe(latest.includes(text) ? text : undefined);
        else known.set(text, text);
        if (act === "set" || latest.includes(text))
          latest = [...latest.filter((other) => other !== text), text].slice(-3);
      }
      expect(known.size()).toBe(latest.length);
    }),
  );
});
