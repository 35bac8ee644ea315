import { expect, it } from "vitest";
import { lru } from "../../lib/edge/memory.ts";

/** Ten bytes: a key of one character and a value of four. */
const fill = (memory: ReturnType<typeof lru>, keys: string) => {
  for (const key of keys) memory.set(key, "four");
};

it("drops what was used longest ago when the bytes are spent", () => {
  const memory = lru({ maxBytes: 40 });
  fill(memory, "abcd");
  memory.get("a");
  fill(memory, "e");
  expect([..."abcde"].filter((key) => memory.get(key) !== undefined).join("")).toBe("acde");
  expect(memory.bytes()).toBe(40);
});

it("counts a replaced value once", () => {
  const memory = lru({ maxBytes: 40 });
  fill(memory, "aaaaaaab");
  expect(memory.bytes()).toBe(20);
});

it("keeps no value that would empty the rest", () => {
  const memory = lru({ maxBytes: 40 });
  fill(memory, "ab");
  memory.set("c", "more than a quarter");
  expect([memory.get("a"), memory.get("b"), memory.get("c")]).toEqual(["four", "four", undefined]);
});
