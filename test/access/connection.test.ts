import { describe, expect, it } from "vitest";
import {
  CONNECTION_LIFE_MS,
  type Connection,
  connectionOf,
  connectionText,
} from "../../lib/access/connection.ts";

const connection: Connection = {
  id: "L0SM9cOFvHcCIhw=",
  keyId: "abcdefgh",
  scopes: ["read"],
  connectedMs: 1_704_067_200_000,
};

describe("a stored connection", () => {
  it("holds whose it is and since when, and is read back as it was", () => {
    const text = connectionText(connection);
    expect(JSON.parse(text)).toEqual({
      key_id: "abcdefgh",
      scopes: ["read"],
      connected_at: "2024-01-01T00:00:00.000Z",
    });
    expect(connectionOf(connection.id, text)).toEqual(connection);
    const nobodys = { ...connection, keyId: null };
    expect(connectionOf(connection.id, connectionText(nobodys))).toEqual(nobodys);
  });

  it("lives as long as the gateway lets one live", () => {
    expect(CONNECTION_LIFE_MS).toBe(7_200_000);
  });

  it.each([
    "x",
    "null",
    "{}",
    '{"key_id":null,"scopes":["read"]}',
    '{"key_id":null,"scopes":["read"],"connected_at":"today"}',
    '{"key_id":1,"scopes":["read"],"connected_at":"2024-01-01T00:00:00.000Z"}',
    '{"key_id":null,"scopes":null,"connected_at":"2024-01-01T00:00:00.000Z"}',
  ])("is not read from %s", (text) => {
    expect(connectionOf("a", text)).toBeUndefined();
  });
});
