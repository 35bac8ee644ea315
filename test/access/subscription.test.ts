import { describe, expect, it } from "vitest";
import { CONNECTION_LIFE_MS } from "../../lib/access/connection.ts";
import { isOver, subscriptionOf, subscriptionText } from "../../lib/access/subscription.ts";

const one = {
  id: "a=",
  keyId: "abcdefgh",
  connectedMs: Date.parse("2025-01-02T14:30:00Z"),
  topics: ["bars A", "trades A"],
};

describe("a stored subscription", () => {
  it("is read back as it was, by whomever it is", () => {
    expect(subscriptionOf("a=", subscriptionText(one))).toEqual(one);
    const nobody = { ...one, keyId: null, topics: [] };
    expect(subscriptionOf("a=", subscriptionText(nobody))).toEqual(nobody);
  });

  it("is none unless it is whole", () => {
    const stored = JSON.parse(subscriptionText(one));
    const damaged = [
      { ...stored, key_id: "x" },
      { ...stored, key_id: undefined },
      { ...stored, connected_at: "yesterday" },
      { ...stored, topics: "bars A" },
      { ...stored, topics: ["bars A", 1] },
    ];
    for (const text of ["", "null", ...damaged.map((value) => JSON.stringify(value))])
      expect(subscriptionOf("a=", text), text).toBeUndefined();
  });

  it("is over with the connection, two hours after that was opened", () => {
    expect(isOver(one, one.connectedMs + CONNECTION_LIFE_MS - 1)).toBe(false);
    expect(isOver(one, one.connectedMs + CONNECTION_LIFE_MS)).toBe(true);
  });
});
