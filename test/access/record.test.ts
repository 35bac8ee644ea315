import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, keyOf } from "../../lib/access/key.ts";
import { USUAL } from "../../lib/access/limit.ts";
import {
  isKeyOf,
  type KeyRecord,
  keyObject,
  recordOf,
  recordText,
  standing,
} from "../../lib/access/record.ts";

const { id, text: key } = keyOf(Buffer.alloc(5, 7), Buffer.alloc(20, 9));
const record: KeyRecord = {
  id,
  name: "an analyst",
  scopes: ["read", "build"],
  createdMs: 1_704_067_200_000,
  expiresMs: null,
  revokedMs: null,
  hash: hashOf(key),
  limit: USUAL,
};
const stored = (change: Record<string, unknown> = {}) =>
  JSON.stringify({ ...JSON.parse(recordText(record)), ...change });

describe("the stored record", () => {
  it("is JSON with everything of a key but the key", () => {
    expect(JSON.parse(recordText(record))).toEqual({
      id,
      name: "an analyst",
      scopes: ["read", "build"],
      created_at: "2024-01-01T00:00:00.000Z",
      expires_at: null,
      revoked_at: null,
      hash: hashOf(key),
      rate_per_second: 20,
      burst: 40,
      quota_per_day: 100_000,
    });
    expect(recordText(record)).not.toContain(key.split("_")[2]);
    expect(keyObject(id)).toBe(`access/keys/${id}.json`);
  });

  it("is read back as it was", () => {
    const ms = fc.option(fc.integer({ min: 0, max: 4e12 }));
    fc.assert(
      fc.property(fc.string(), ms, ms, (name, expiresMs, revokedMs) => {
        const one = { ...record, name, expiresMs, revokedMs };
        expect(recordOf(id, recordText(one))).toEqual(one);
      }),
    );
  });

  it.each([
    ["the id of another key", { id: "bbbbbbbb" }],
    ["no hash", { hash: undefined }],
    ["a hash that is cut off", { hash: "abcd" }],
    ["a scope nobody knows", { scopes: ["read", "root"] }],
    ["scopes as a text", { scopes: "read" }],
    ["no word on revocation", { revoked_at: undefined }],
    ["an expiry that is no instant", { expires_at: "soon" }],
    ["a rate of zero", { rate_per_second: 0 }],
    ["a quota that is a text", { quota_per_day: "1" }],
    ["a burst beyond an hour of its rate", { rate_per_second: 0.01, burst: 500 }],
  ])("with %s is no record at all", (_, change) => {
    expect(recordOf(id, stored())).toEqual(record);
    expect(recordOf(id, stored(change))).toBeUndefined();
  });

  it("of any bytes is a whole record or none", () => {
    for (const text of ["", "null", "[]", "{", "{}", '"x"'])
      expect(recordOf(id, text)).toBeUndefined();
    fc.assert(fc.property(fc.json(), (text) => void expect(recordOf(id, text)).toBeUndefined()));
  });
});

describe("the standing of a key", () => {
  it("ends at its expiry to the millisecond, and at once when it is revoked", () => {
    const expiring = { ...record, expiresMs: 1000 };
    expect([999, 1000, 1001].map((now) => standing(expiring, now))).toEqual([
      "valid",
      "expired",
      "expired",
    ]);
    expect(standing(record, 4e12)).toBe("valid");
    expect(standing({ ...expiring, revokedMs: 500 }, 2000)).toBe("revoked");
    // Clocks differ: a revocation of the future holds now.
    expect(standing({ ...record, revokedMs: 500 }, 400)).toBe("revoked");
  });
});

describe("a presented key", () => {
  it("opens its own record and no other", () => {
    const other = keyOf(Buffer.alloc(5, 7), Buffer.alloc(20, 8)).text;
    expect(isKeyOf(key, record)).toBe(true);
    expect(isKeyOf(other, record)).toBe(false);
    expect(isKeyOf(key, undefined)).toBe(false);
    expect(isKeyOf("", { ...record, hash: hashOf("") })).toBe(true);
  });
});
