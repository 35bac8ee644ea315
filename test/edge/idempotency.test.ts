import { expect, it } from "vitest";
import { idempotencyKey } from "../../lib/edge/idempotency.ts";

it("is the text of the header, or none", () => {
  expect(idempotencyKey({ "idempotency-key": "a b/7 ~" })).toBe("a b/7 ~");
  expect(idempotencyKey({ "idempotency-key": "x".repeat(128) })).toHaveLength(128);
  expect(idempotencyKey({})).toBeUndefined();
  expect(idempotencyKey(undefined)).toBeUndefined();
});

it.each(["", "x".repeat(129), "a\nb", "\u007f", "é"])("cannot be %j", (key) => {
  expect(() => idempotencyKey({ "idempotency-key": key })).toThrow(
    `Idempotency-Key: must be 1 to 128 printable characters of ASCII, was ${key.length}`,
  );
});
