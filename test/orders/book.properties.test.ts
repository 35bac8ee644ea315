/** What holds of every book after every command, whatever the commands. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Book } from "../../lib/orders/book.ts";
import type { BookEvent, Command, NewOrder, Result, Trade } from "../../lib/orders/order.ts";
import { stateHash } from "../../lib/orders/snapshot.ts";
import { commands } from "./commands.ts";

const streams = fc
  .record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    count: fc.integer({ min: 1, max: 250 }),
    reachTicks: fc.integer({ min: 2, max: 25 }),
  })
  .map((mix) => ({ ...mix, toString: () => JSON.stringify(mix) }));

const always = (check: (mix: Parameters<typeof commands>[0]) => void, numRuns = 60) =>
  fc.assert(fc.property(streams, check), { numRuns });

const tradesOf = (events: readonly BookEvent[]) =>
  events.filter((event): event is Trade => event.type === "trade");

it("is never crossed, and every level is the sum of its orders", () => {
  always((mix) => {
    const book = new Book();
    for (const command of commands(mix)) {
      book.apply(command);
      const [bid = -Infinity, offer = Infinity] = [book.bestBidTicks, book.bestOfferTicks];
      expect(bid).toBeLessThan(offer);
    }
    for (const side of ["buy", "sell"] as const) {
      for (const level of book.levels(side)) {
        const queue = book
          .queues()
          .filter((at) => at.side === side && at.priceTicks === level.priceTicks);
        const sum = (name: "displayedLots" | "remainingLots") =>
          queue.reduce((all, entry) => all + entry[name], 0);
        expect(level).toEqual({
          priceTicks: level.priceTicks,
          displayedLots: sum("displayedLots"),
          totalLots: sum("remainingLots"),
          orders: queue.length,
        });
        expect(level.displayedLots).toBeGreaterThan(0);
      }
    }
    expect(book.queues()).toHaveLength(book.openOrders);
    expect(book.pendingStops()).toHaveLength(book.waitingStops);
  });
});

/** Lots of each order by where they went. What was asked for is open, filled, cancelled or prevented. */
class Ledger {
  readonly #asked = new Map<string, number>();
  readonly #gone = new Map<string, number>();

  take(command: Command, result: Result, before: number): void {
    for (const event of result.events) this.#takeEvent(event);
    if (result.type === "rejected") return;
    if (result.type === "cancelled") this.#go(result.id, result.remainingLots);
    if (result.type === "placed") {
      const { order } = command as Command & { order: NewOrder };
      add(this.#asked, result.id, order.sizeLots);
      this.#end(result.id, result.status, result.remainingLots);
    }
    if (result.type === "amended") {
      const { sizeLots = before } = command as Command & { sizeLots?: number };
      add(this.#asked, result.id, sizeLots - before);
      this.#end(result.id, result.status, result.remainingLots);
    }
  }

  demandBalance(book: Book): void {
    for (const [id, asked] of this.#asked) {
      const open = book.order(id)?.remainingLots ?? 0;
      expect(open + (this.#gone.get(id) ?? 0), id).toBe(asked);
    }
  }

  #takeEvent(event: BookEvent): void {
    if (event.type === "trade") {
      this.#go(event.makerId, event.sizeLots);
      this.#go(event.takerId, event.sizeLots);
    }
    if (event.type === "self_trade_prevented") {
      this.#go(event.makerId, event.makerLots);
      // What a cancelled taker loses is told again as what it has left.
      if (event.prevention === "decrement_and_cancel") this.#go(event.takerId, event.takerLots);
    }
    if (event.type === "cancelled") this.#go(event.id, event.remainingLots);
    if (event.type === "stop_placed") this.#end(event.id, event.status, event.remainingLots);
  }

  #end(id: string, status: string, left: number): void {
    if (/^(rejected|cancelled|partially_filled_(cancelled|self))/.test(status)) this.#go(id, left);
  }

  #go(id: string, lots: number): void {
    add(this.#gone, id, lots);
  }
}

const add = (sums: Map<string, number>, id: string, lots: number) =>
  sums.set(id, (sums.get(id) ?? 0) + lots);

it("loses and makes no lot: filled, open, cancelled and prevented are what was asked for", () => {
  always((mix) => {
    const [book, ledger] = [new Book(), new Ledger()];
    for (const command of commands(mix)) {
      const before = "id" in command ? (book.order(command.id)?.remainingLots ?? 0) : 0;
      ledger.take(command, book.apply(command), before);
    }
    ledger.demandBalance(book);
  });
});

it("trades within both limits, numbers without a gap, and never within an account that avoids it", () => {
  always((mix) => {
    const book = new Book();
    const orders = new Map<string, NewOrder & { limit?: number | undefined }>();
    let number = 0;
    for (const command of commands(mix)) {
      const result = book.apply(command);
      if (result.type === "placed" && command.command === "new") {
        orders.set(result.id, { ...command.order, limit: command.order.priceTicks });
      }
      if (result.type === "amended" && command.command === "amend") {
        const order = orders.get(result.id)!;
        orders.set(result.id, { ...order, limit: command.priceTicks ?? order.limit });
      }
      for (const trade of tradesOf(result.events)) {
        const [maker, taker] = [orders.get(trade.makerId)!, orders.get(trade.takerId)!];
        const sign = taker.side === "buy" ? 1 : -1;
        expect(trade.trade).toBe(++number);
        expect(trade.priceTicks).toBe(maker.limit);
        expect(sign * trade.priceTicks).toBeLessThanOrEqual(
          sign * (taker.limit ?? sign * Infinity),
        );
        const avoids = (taker.selfTradePrevention ?? "none") !== "none";
        if (avoids && taker.account !== undefined) expect(maker.account).not.toBe(taker.account);
      }
    }
    expect(book.trades).toBe(number);
  });
});

it("trades with whoever stood first at the best price", () => {
  always((mix) => {
    const book = new Book();
    for (const command of commands(mix)) {
      const before = book.queues();
      const result = book.apply(command);
      const [first] = result.events;
      if (first?.type !== "trade") continue;
      const amended = command.command === "amend" ? command.id : undefined;
      const queue = before.filter(({ side, id }) => side !== first.aggressor && id !== amended);
      expect(first.makerId).toBe(queue[0]?.id);
    }
  });
});

it("comes to the same results and the same state from the same journal", () => {
  always((mix) => {
    const journal = commands(mix);
    const [one, again] = [new Book(), new Book()];
    const results = journal.map((command) => one.apply(command));
    const text = JSON.parse(JSON.stringify(journal)) as Command[];
    expect(text.map((command) => again.apply(command))).toEqual(results);
    expect(stateHash(again)).toBe(stateHash(one));
  });
});

it("is as it was after a refusal, but for its sequence", () => {
  always((mix) => {
    const book = new Book();
    for (const command of commands(mix)) {
      const { sequence, ...before } = book.state;
      const { type } = book.apply(command);
      if (type !== "rejected") continue;
      expect(book.state).toEqual({ ...before, sequence: sequence + 1 });
    }
  });
});

it("keeps nothing of orders that are gone", () => {
  const book = new Book();
  for (const command of commands({ seed: 5, count: 2_000 })) book.apply(command);
  for (const id of [...book.queues().map((at) => at.id), ...book.pendingStops()]) {
    book.apply({ command: "cancel", id });
  }
  const { resting, stops } = book.state;
  expect([resting, stops, book.openOrders, book.waitingStops]).toEqual([[], [], 0, 0]);
  expect([book.levels("buy"), book.levels("sell")]).toEqual([[], []]);
  // The whole number range is free again.
  const order = {
    id: "all",
    side: "buy",
    type: "limit",
    timeInForce: "GTC",
    priceTicks: 1,
  } as const;
  const sizeLots = Number.MAX_SAFE_INTEGER;
  expect(book.apply({ command: "new", order: { ...order, sizeLots } })).toMatchObject({
    status: "open",
  });
});
