/**
 * Ids of orders. An id carries its symbol, "AAPL_k3v9...", so that whoever changes an order knows which book is meant, and so
 * which shard of the log, without looking it up.
 */
import { createHash } from "node:crypto";
import { base32 } from "../text.ts";
import { SYMBOL_PATTERN } from "./symbol.ts";

/** 130 bits. */
const LETTERS = 26;

/** Bytes of chance that {@link orderId} needs at least. */
export const ID_BYTES = 17;

export const orderId = (symbol: string, chance: Uint8Array): string =>
  `${symbol}_${base32(chance).slice(0, LETTERS)}`;

/** The same for the same owner and key, so that an order that is sent twice is one order. */
export const keyedOrderId = (symbol: string, owner: string | null, key: string): string =>
  orderId(
    symbol,
    createHash("sha256")
      .update(JSON.stringify([owner, key]))
      .digest(),
  );

/** @returns `undefined` for what no order can be called */
export function symbolOfOrder(id: string): string | undefined {
  const at = id.lastIndexOf("_");
  const symbol = id.slice(0, Math.max(0, at));
  return SYMBOL_PATTERN.test(symbol) && /^[a-z2-7]{26}$/.test(id.slice(at + 1))
    ? symbol
    : undefined;
}
