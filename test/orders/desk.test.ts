// Orders as their owners see them: what a desk makes of the records of its shard.
import { describe, expect, it } from "vitest";
import type { LogCommand } from "../../lib/orders/command.ts";
import { Desk, KEPT_MS } from "../../lib/orders/desk.ts";
import { deskHash, exportDesk, restoreDesk } from "../../lib/orders/desk-state.ts";
import type { NewOrder } from "../../lib/orders/order.ts";
import { averagePriceTicks, isClosed, type OrderRecord } from "../../lib/orders/record.ts";
import { BEGIN_MS, recordOf, straight, tape, UNITS } from "../jobs/orders/stage.ts";

/** A desk that is told commands one by one, a second apart. */
class Script {
  readonly desk = new Desk();
  #at = 0;

  tell(command: Record<string, unknown>, arrivalMs = BEGIN_MS + this.#at * 1000) {
    const whole = { symbol: "AAA", request: `r${this.#at + 1}`, owner: "eq_one", ...command };
    return this.desk.take(recordOf(whole as LogCommand, ++this.#at, arrivalMs));
  }

  order(order: Partial<NewOrder> & { id: string }, more: Record<string, unknown> = {}) {
    const limit = { side: "buy", type: "limit", timeInForce: "GTC", priceTicks: 100, sizeLots: 10 };
    const command = { kind: "new", units: UNITS, account: "main", order: { ...limit, ...order } };
    return this.tell({ ...command, ...more });
  }

  of(id: string): OrderRecord {
    return this.desk.ledger.order(id)!;
  }
}

const said = (script: Script, id: string) => {
  const { status, reason, filledLots, leavesLots, preventedLots } = script.of(id);
  return { status, reason, filledLots, leavesLots, preventedLots };
};

const gone = { leavesLots: 0, preventedLots: 0 };

describe("an order at its desk", () => {
  it("rests, fills in parts at the makers' prices and ends filled", () => {
    const script = new Script();
    script.order({ id: "s1", side: "sell", priceTicks: 99, sizeLots: 4 }, { owner: "eq_two" });
    script.order({ id: "b" });
    expect(said(script, "b")).toEqual({
      ...{ status: "partially_filled", reason: null, filledLots: 4, leavesLots: 6 },
      preventedLots: 0,
    });
    script.order({ id: "s2", side: "sell", sizeLots: 6 }, { owner: "eq_two" });
    expect(said(script, "b")).toEqual({ status: "filled", reason: null, filledLots: 10, ...gone });
    expect(
      script
        .of("b")
        .fills.map(({ priceTicks, sizeLots, liquidity }) => [priceTicks, sizeLots, liquidity]),
    ).toEqual([
      [99, 4, "taker"],
      [100, 6, "maker"],
    ]);
    expect(averagePriceTicks(script.of("b"))).toBeCloseTo(99.6, 12);
    expect(
      script.desk.ledger
        .executions()
        .map(({ trade, makerOwner, takerOwner }) => [trade, makerOwner, takerOwner]),
    ).toEqual([
      [1, "eq_two", "eq_one"],
      [2, "eq_one", "eq_two"],
    ]);
  });

  it("ends cancelled when its owner asks, and nobody else", () => {
    const script = new Script();
    script.order({ id: "a" });
    expect(script.tell({ kind: "cancel", id: "a", owner: "eq_two" })).toMatchObject({
      outcome: "refused",
    });
    expect(script.of("a"), "and no trace of the stranger").toMatchObject({
      status: "open",
      refusal: null,
    });
    script.tell({ kind: "cancel", id: "a" });
    expect(said(script, "a")).toEqual({
      status: "cancelled",
      reason: "requested",
      filledLots: 0,
      ...gone,
    });
    expect(script.tell({ kind: "cancel", id: "a" }), "once").toMatchObject({
      outcome: "refused",
      closed: [],
    });
  });

  it.each([
    [
      "a market order without a counterpart",
      { type: "market", timeInForce: "IOC", priceTicks: undefined },
      "cancelled",
      "unfilled",
    ],
    [
      "a fill-or-kill order that cannot be filled",
      { timeInForce: "FOK" },
      "rejected",
      "fill_or_kill_not_fillable",
    ],
    ["a price that is no whole tick", { priceTicks: 0.5 }, "rejected", "bad_price"],
  ] as const)("%s ends %s", (_, order, status, reason) => {
    const script = new Script();
    script.order({ id: "a", ...order } as never);
    expect(said(script, "a")).toEqual({ status, reason, filledLots: 0, ...gone });
  });

  it("is rejected where ticks or lots are not those of its book", () => {
    const script = new Script();
    script.order({ id: "a" });
    script.order({ id: "b" }, { units: { tickSize: "0.05", lotSize: "1" } });
    expect(said(script, "b")).toMatchObject({ status: "rejected", reason: "other_units" });
  });

  it("that comes twice is one order, closed or not", () => {
    const script = new Script();
    script.order({ id: "a" });
    expect(script.order({ id: "a", sizeLots: 99 })).toMatchObject({ outcome: "repeated" });
    script.tell({ kind: "cancel", id: "a" });
    expect(script.order({ id: "a" })).toMatchObject({ outcome: "repeated" });
    expect(script.of("a").status).toBe("cancelled");
  });

  it("waits as a stop, and is open or filled once it is triggered", () => {
    const script = new Script();
    script.order({ id: "s", side: "sell", priceTicks: 101, sizeLots: 5 }, { owner: "eq_two" });
    script.order({ id: "far", side: "sell", priceTicks: 103, sizeLots: 5 }, { owner: "eq_two" });
    script.order({
      id: "stop",
      type: "stop",
      stopTicks: 101,
      sizeLots: 2,
      priceTicks: undefined,
    } as never);
    expect(script.of("stop")).toMatchObject({ status: "pending_stop", stopTicks: 101 });
    script.order({ id: "b", priceTicks: 101, sizeLots: 5 });
    expect(said(script, "stop")).toEqual({
      status: "filled",
      reason: null,
      filledLots: 2,
      ...gone,
    });
    expect(script.of("stop").fills[0]?.priceTicks).toBe(103);
  });

  it("expires with its day", () => {
    const script = new Script();
    script.order({ id: "day", timeInForce: "DAY" });
    script.order({ id: "stays", priceTicks: 99 });
    expect(script.tell({ kind: "end_day" })).toMatchObject({ outcome: "day_ended" });
    expect(said(script, "day")).toEqual({
      status: "expired",
      reason: "day_over",
      filledLots: 0,
      ...gone,
    });
    expect(script.of("stays").status).toBe("open");
  });

  it("does not trade with its own account where that is to be prevented, but with its name elsewhere", () => {
    const script = new Script();
    const oldest = { selfTradePrevention: "cancel_oldest" } as const;
    script.order({ id: "mine", side: "sell", sizeLots: 3 });
    script.order({ id: "theirs", side: "sell", sizeLots: 3 }, { owner: "eq_two" });
    script.order({ id: "b", sizeLots: 4, ...oldest });
    expect(said(script, "mine")).toEqual({
      ...{ status: "cancelled", reason: "self_trade_prevention", filledLots: 0, leavesLots: 0 },
      preventedLots: 3,
    });
    expect(script.of("theirs").status, "the account of another owner is another one").toBe(
      "filled",
    );
  });
});

describe("an amendment", () => {
  it("names the whole size, and what was filled counts", () => {
    const script = new Script();
    script.order({ id: "a" });
    script.order({ id: "s", side: "sell", sizeLots: 4 }, { owner: "eq_two" });
    script.tell({ kind: "amend", id: "a", sizeLots: 6 });
    expect(script.of("a")).toMatchObject({
      filledLots: 4,
      leavesLots: 2,
      status: "partially_filled",
    });
    expect(script.of("a").order.sizeLots).toBe(6);
    script.tell({ kind: "amend", id: "a", sizeLots: 4 });
    expect(script.of("a").refusal).toMatchObject({ reason: "size_filled", request: "r4" });
    expect(script.of("a").leavesLots).toBe(2);
  });

  it("moves the price, and may trade there", () => {
    const script = new Script();
    script.order({ id: "s", side: "sell", priceTicks: 102, sizeLots: 10 }, { owner: "eq_two" });
    script.order({ id: "a" });
    script.tell({ kind: "amend", id: "a", priceTicks: 102, sizeLots: 12 });
    expect(said(script, "a")).toMatchObject({
      status: "partially_filled",
      filledLots: 10,
      leavesLots: 2,
    });
    expect(script.of("a").order).toMatchObject({ priceTicks: 102, sizeLots: 12 });
  });

  it("that comes twice counts once", () => {
    const script = new Script();
    script.order({ id: "a" });
    const amend = { kind: "amend", id: "a", sizeLots: 8, request: "same" };
    script.tell(amend);
    script.order({ id: "s", side: "sell", sizeLots: 3 }, { owner: "eq_two" });
    script.tell({ kind: "amend", id: "a", sizeLots: 20 });
    expect(script.tell(amend)).toMatchObject({ outcome: "repeated" });
    expect(script.of("a").order.sizeLots).toBe(20);
  });

  it("of an order nobody knows is refused", () => {
    expect(new Script().tell({ kind: "amend", id: "a", sizeLots: 1 })).toMatchObject({
      outcome: "refused",
    });
  });
});

describe("a desk", () => {
  it("forgets what was closed a day and an hour ago, and never what is open", () => {
    const script = new Script();
    script.order({ id: "open" });
    script.order({ id: "gone", timeInForce: "FOK" });
    script.order({ id: "s", side: "sell", sizeLots: 1 }, { owner: "eq_two" });
    const laterMs = BEGIN_MS + 1000 + KEPT_MS;
    script.tell({ kind: "end_day" }, laterMs);
    expect(script.desk.ledger.order("gone"), "to the very instant").toBeDefined();
    script.tell({ kind: "end_day" }, laterMs + 600_000);
    expect(script.desk.ledger.order("gone")).toBeUndefined();
    expect(script.desk.ledger.order("open")).toBeDefined();
    expect(script.desk.ledger.executions()).toEqual([]);
  });

  it("takes what is no command as that, and goes on behind it", () => {
    const desk = new Desk();
    const bytes = Buffer.from("[]");
    expect(desk.take({ seq: "5", key: "AAA", arrivalMs: 1, bytes })).toEqual({
      seq: "5",
      fault: "the record is not a JSON object",
    });
    expect(desk.lastSeq).toBe("5");
  });

  it.each([1, 2, 3, 4])("agrees with its books, order by order, seed %i", (seed) => {
    const desk = straight(tape(seed, 1500));
    const all = [...desk.ledger.orders()];
    expect(new Set(all.map(({ status }) => status)).size, "every status").toBe(7);
    for (const record of all) {
      const { order, status, filledLots, leavesLots, preventedLots, fills } = record;
      const inBook = desk.books.get(record.symbol)!.book.order(order.id);
      expect(isClosed(record), order.id).toBe(inBook === undefined);
      expect(leavesLots).toBe(inBook?.remainingLots ?? 0);
      expect(fills.reduce((sum, { sizeLots }) => sum + sizeLots, 0)).toBe(filledLots);
      const rest = order.sizeLots - filledLots - preventedLots - leavesLots;
      if (status === "filled" || !isClosed(record)) expect(rest, `${order.id} ${status}`).toBe(0);
      else expect(rest).toBeGreaterThanOrEqual(0);
    }
    const traded = desk.ledger.executions().reduce((sum, { sizeLots }) => sum + sizeLots, 0);
    const filled = all.reduce((sum, { filledLots }) => sum + filledLots, 0);
    expect(filled, "each trade fills two orders").toBe(2 * traded);
  });

  it.each([1, 2, 3])("is the same from any state and the records after it, seed %i", (seed) => {
    const records = tape(seed, 600, 400_000);
    const whole = new Desk();
    const hashes = records.map((record) => {
      whole.take(record);
      return deskHash(whole);
    });
    for (const at of [0, 100, 333, 599]) {
      const desk = restoreDesk(exportDesk(straight(records.slice(0, at))));
      for (const record of records.slice(at)) desk.take(record);
      expect(deskHash(desk), `from record ${at}`).toBe(hashes.at(-1));
    }
  });

  it("cannot be made from bytes that are none", () => {
    for (const text of ["", "{}", '{"format":2}'])
      expect(() => restoreDesk(Buffer.from(text))).toThrow(/state of a desk cannot be read/);
  });
});
