import { expect, it } from "vitest";
import { isScope, permits, SCOPES, UNCOUNTED } from "../../lib/access/scope.ts";

it("grants exactly what is listed: no scope contains another", () => {
  for (const granted of SCOPES)
    for (const needed of SCOPES) expect(permits([granted], needed)).toBe(granted === needed);
  expect(SCOPES.map((needed) => permits(SCOPES, needed))).toEqual([true, true, true, true]);
  expect(SCOPES.map((needed) => permits([], needed))).toEqual([false, false, false, false]);
});

it("lets reading and repairing go on while requests cannot be counted, and nothing else", () => {
  expect(UNCOUNTED).toEqual({
    public: "open",
    read: "open",
    build: "closed",
    trade: "closed",
    admin: "open",
  });
});

it("knows its four names and no member of Object.prototype", () => {
  for (const scope of SCOPES) expect(isScope(scope)).toBe(true);
  for (const text of ["", "READ", "public", "*", "toString", "__proto__"])
    expect(isScope(text), text).toBe(false);
});
