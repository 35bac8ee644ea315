import { describe, expect, it } from "vitest";
import { type Caller, callerOf, callerText, NOBODY } from "../../lib/access/caller.ts";
import { USUAL } from "../../lib/access/limit.ts";
import { SCOPES } from "../../lib/access/scope.ts";

const caller: Caller = { keyId: "abcdefgh", scopes: ["read", "trade"], limit: USUAL };

describe("a caller", () => {
  it("is stored in snake_case and read back as it was", () => {
    expect(JSON.parse(callerText(caller))).toEqual({
      key_id: "abcdefgh",
      scopes: ["read", "trade"],
      limit: { rate_per_second: 20, burst: 40, quota_per_day: 100_000 },
    });
    expect(callerOf(callerText(caller))).toEqual(caller);
  });

  it("may be nobody, who may do everything and is not counted", () => {
    expect(NOBODY).toEqual({ keyId: null, scopes: SCOPES, limit: null });
    expect(callerOf(callerText(NOBODY))).toEqual(NOBODY);
  });

  const spoiled = (change: object) =>
    JSON.stringify({ ...JSON.parse(callerText(caller)), ...change });
  it.each([
    ["text", "letmein"],
    ["null", "null"],
    ["a list", "[]"],
    ["no key", spoiled({ key_id: undefined })],
    ["a key of another form", spoiled({ key_id: "../../x" })],
    ["a scope nobody knows", spoiled({ scopes: ["read", "root"] })],
    ["scopes as text", spoiled({ scopes: "read" })],
    ["no limit", spoiled({ limit: undefined })],
    ["half a limit", spoiled({ limit: { rate_per_second: 20 } })],
    ["a limit as a number", spoiled({ limit: 5 })],
  ])("is not read from what is not whole (%s)", (_, text) => {
    expect(callerOf(text)).toBeUndefined();
  });
});
