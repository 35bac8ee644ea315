// The end of a day: which books are told, and that they are told once for all that they hold.
import { describe, expect, it } from "vitest";
import { endDay } from "../../../lib/jobs/orders/end-day.ts";
import { decodeCommand, encodeCommand, type LogCommand } from "../../../lib/orders/command.ts";
import { Desk } from "../../../lib/orders/desk.ts";
import type { NewOrder } from "../../../lib/orders/order.ts";

const UNITS = { tickSize: "0.01", lotSize: "1" };

function deskOf(orders: readonly (readonly [symbol: string, order: NewOrder])[]): Desk {
  const desk = new Desk();
  let seq = 0;
  for (const [symbol, order] of orders) {
    const request = String(++seq);
    const owner = { symbol, request, owner: null, units: UNITS, account: "main" };
    const bytes = encodeCommand({ kind: "new", ...owner, order });
    desk.take({ seq: request, key: symbol, bytes, arrivalMs: 1_000 * seq });
  }
  return desk;
}

const limit = (id: string, timeInForce: NewOrder["timeInForce"], more: Partial<NewOrder> = {}) =>
  ({
    id,
    side: "buy",
    type: "limit",
    priceTicks: 100,
    sizeLots: 10,
    timeInForce,
    ...more,
  }) as const;
const stop = (id: string, timeInForce: NewOrder["timeInForce"]): NewOrder => ({
  ...{ id, side: "buy", type: "stop", stopTicks: 200, sizeLots: 10, timeInForce },
});

function world(...desks: readonly Desk[]) {
  const told: [log: string, key: string, command: LogCommand][] = [];
  let ids = 0;
  return {
    told,
    desks: async () => desks.map((desk, at) => ({ shard: String(at), desk })),
    newId: () => `request-${++ids}`,
    eventLog: {
      append: async (log: string, records: readonly { key: string; bytes: Uint8Array }[]) => {
        for (const { key, bytes } of records)
          told.push([log, key, decodeCommand(bytes) as LogCommand]);
      },
    },
  };
}

describe("the end of a day", () => {
  it("is told to each book that holds an order of the day, resting or waiting, once", async () => {
    const one = deskOf([
      ["MSFT", limit("a", "DAY")],
      ["MSFT", limit("b", "DAY")],
      ["AAPL", stop("c", "DAY")],
      ["IBM", limit("d", "GTC")],
      ["IBM", stop("e", "GTC")],
    ]);
    const other = deskOf([["GOOG", limit("f", "DAY")]]);
    const on = world(one, other);
    expect(await endDay(on)).toEqual(["AAPL", "GOOG", "MSFT"]);
    expect(on.told).toEqual(
      ["AAPL", "GOOG", "MSFT"].map((symbol, at) => [
        "orders",
        symbol,
        { kind: "end_day", symbol, request: `request-${at + 1}` },
      ]),
    );
  });

  it("is told to nobody for orders of the day that are closed", async () => {
    const on = world(
      deskOf([
        ["AAPL", limit("a", "DAY")],
        ["AAPL", limit("b", "IOC", { side: "sell" })],
      ]),
    );
    expect(await endDay(on)).toEqual([]);
    expect(on.told).toEqual([]);
  });

  it("fails as the log does, so that the schedule's alarm sees it", async () => {
    const on = world(deskOf([["AAPL", limit("a", "DAY")]]));
    const append = async () => Promise.reject(new Error("away"));
    await expect(endDay({ ...on, eventLog: { append } })).rejects.toThrow("away");
  });
});
