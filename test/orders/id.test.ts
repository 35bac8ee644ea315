import { describe, expect, it } from "vitest";
import { ID_BYTES, keyedOrderId, orderId, symbolOfOrder } from "../../lib/orders/id.ts";

describe("the id of an order", () => {
  it("carries its symbol", () => {
    for (const symbol of ["AAPL", "BRK.B", "BTC-USD", "A"]) {
      const id = orderId(symbol, new Uint8Array(ID_BYTES).fill(0xa5));
      expect(id).toBe(`${symbol}_uws2ljnfuws2ljnfuws2ljnfuw`);
      expect(symbolOfOrder(id)).toBe(symbol);
    }
  });

  it("has 130 bits of the chance it is given", () => {
    const ids = Array.from({ length: 130 }, (_, bit) => {
      const chance = new Uint8Array(ID_BYTES);
      chance[bit >> 3] = 128 >> (bit & 7);
      return orderId("A", chance);
    });
    expect(new Set(ids).size).toBe(130);
  });

  it("is the same for the same owner, symbol and key alone", () => {
    const id = keyedOrderId("A", "eq_a", "k");
    expect(keyedOrderId("A", "eq_a", "k")).toBe(id);
    const others = [
      keyedOrderId("A", "eq_b", "k"),
      keyedOrderId("A", null, "k"),
      keyedOrderId("A", "eq_a", "l"),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });

  it.each([
    "",
    "AAPL",
    "AAPL_",
    "_uws2lnnfuws2lnnfuws2lnnfuw",
    "a b_uws2lnnfuws2lnnfuws2lnnfuw",
    "A_UPPER",
    "../x_uws2lnnfuws2lnnfuws2lnnfuw",
  ])("%j is none", (text) => expect(symbolOfOrder(text)).toBeUndefined());
});
