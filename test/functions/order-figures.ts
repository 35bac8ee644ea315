/** Moves every figure of the order books: orders through their function, and a run that folds what is closed. */
import type { Context } from "aws-lambda";
import { expect } from "vitest";
import { encodeCommand } from "../../lib/orders/command.ts";
import type { NewOrder } from "../../lib/orders/order.ts";
import { kinesisEvent } from "../edge/stream-events.ts";

const SHARD = "shardId-000000000007";
const SYMBOL = "FIGURES";

const order = (id: string, side: NewOrder["side"], sizeLots: number): NewOrder => ({
  ...{ id: `${SYMBOL}_${id.repeat(26)}`, side, type: "limit", timeInForce: "GTC" },
  ...{ priceTicks: 10_000, sizeLots },
});

/** The second takes the first and rests with the remainder, so that the book leans to its bid. */
const ORDERS = [order("a", "sell", 10), order("b", "buy", 30)];

export async function moveOrderFigures(): Promise<void> {
  const { handler } = await import("../../functions/orders/match.ts");
  const records = ORDERS.map((one, at) => ({
    seq: String(at + 1),
    bytes: encodeCommand({
      ...{ kind: "new", symbol: SYMBOL, request: String(at), owner: null, account: "main" },
      units: { tickSize: "0.01", lotSize: "1" },
      order: one,
    }),
    arrivalMs: Date.now() - 50,
  }));
  const event = kinesisEvent(records, "orders", SHARD);
  expect(await handler(event)).toEqual({ batchItemFailures: [] });
  const compact = await import("../../functions/orders/compact.ts");
  const folded = await compact.handler({ id: "figures" }, { awsRequestId: "figures" } as Context);
  expect(folded).toMatchObject({ orders: 1, executions: 1 });
}
