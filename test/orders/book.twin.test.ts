/** The book beside a naive one that looks for whoever is next in one list of all orders. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { Book } from "../../lib/orders/book.ts";
import { commands } from "./commands.ts";
import { NaiveBook } from "./naive-book.ts";

const waiting = (book: Book) =>
  book.pendingStops().map((id) => ({ id, stopTicks: book.order(id)?.stopTicks }));

const bySeed = (property: (seed: number, reachTicks: number) => void, numRuns: number) =>
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 2, max: 25 }), property),
    { numRuns },
  );

it("answers every command as the naive book does, and stands as it does", () => {
  bySeed((seed, reachTicks) => {
    const [book, naive] = [new Book(), new NaiveBook()];
    for (const command of commands({ seed, count: 300, reachTicks })) {
      expect(book.apply(command), JSON.stringify(command)).toEqual(naive.apply(command));
      expect(book.queues()).toEqual(naive.queues());
      expect(waiting(book)).toEqual(naive.stops());
    }
    for (const side of ["buy", "sell"] as const) {
      expect(book.levels(side)).toEqual(naive.levels(side));
    }
    expect(book.lastTicks).toBe(naive.lastTicks);
  }, 60);
});

it("stays with the naive book over a long stream", () => {
  const [book, naive] = [new Book(), new NaiveBook()];
  const stream = commands({ seed: 20_261_122, count: 6_000 });
  const kinds = new Set<string>();
  for (const command of stream) {
    const result = book.apply(command);
    expect(result).toEqual(naive.apply(command));
    for (const { type } of [result, ...result.events]) kinds.add(type);
    if ("status" in result) kinds.add(result.status);
    if ("reason" in result) kinds.add(result.reason);
  }
  expect(book.queues()).toEqual(naive.queues());
  expect([...kinds].sort(), "the stream meets every rule").toEqual(
    [
      ...["amended", "cancelled", "cancelled_self_trade", "day_ended", "duplicate_id"],
      ...["fill_or_kill_not_fillable", "filled", "open", "partially_filled_cancelled"],
      ...["partially_filled_open", "partially_filled_self_trade", "pending_stop", "placed"],
      ...["post_only_would_cross", "rejected", "self_trade_prevented", "stop_placed"],
      ...["stop_triggered", "trade", "unknown_id"],
    ].sort(),
  );
});
