/** Scenarios as an order tape, worked out by hand. Each line is a command, an arrow, and what the book answers. */
import { describe, expect, it } from "vitest";
import { Book } from "../../lib/orders/book.ts";
import type { NewOrder } from "../../lib/orders/order.ts";
import { script } from "./script.ts";

const sell = (order: Partial<NewOrder>) =>
  ({
    id: "a",
    side: "sell",
    type: "limit",
    timeInForce: "GTC",
    priceTicks: 100,
    sizeLots: 5,
    ...order,
  }) as NewOrder;

describe("matching", () => {
  it("fills the oldest order of the best price first, at the maker's price", () => {
    script(`
      sell a 10@101        -> open
      sell b  5@100        -> open
      sell c  5@100        -> open
      book                 -> | 10@100 10@101
      buy  d 12@101        -> b 5@100, c 5@100, a 2@101, filled
      buy  e  9@101 FOK    -> fill_or_kill_not_fillable 9
      book                 -> | 8@101
      buy  f 10@102 IOC    -> a 8@101, partially_filled_cancelled 2
      book                 -> |
    `);
  });

  it("shows an iceberg slice by slice, each behind the others of its price", () => {
    script(`
      sell i 9@100 show 3  -> open
      sell a 2@100         -> open
      book                 -> | 5@100
      buy  t 4@100         -> i 3@100, a 1@100, filled
      buy  u 4@100         -> a 1@100, i 3@100, filled
      book                 -> | 3@100
      buy  v 3@100 FOK     -> i 3@100, filled
    `);
  });

  it("keeps a place for less, and only for less", () => {
    script(`
      buy   a 5@99         -> open
      buy   b 5@99         -> open
      amend a 3            -> amended kept
      sell  t 4@99         -> a 3@99, b 1@99, filled
      buy   c 5@99         -> open
      amend b 9            -> amended lost
      sell  u 6@99         -> c 5@99, b 1@99, filled
      sell  d 4@101        -> open
      amend b 8@101        -> d 4@101, partially_filled_open lost 4
      book                 -> 4@101 |
    `);
  });
});

describe("stops", () => {
  it("wait until the order that triggers them has taken its place", () => {
    script(`
      sell a 1@100         -> open
      sell b 5@103         -> open
      buy  s 2 stop 100    -> pending_stop
      buy  t 3@100         -> a 1@100, s!, b 2@103, s filled, partially_filled_open 2
      book                 -> 2@100 | 3@103
    `);
  });

  it("follow trades one way only when they trail", () => {
    script(`
      buy  z 9@90          -> open
      sell s 4 trail 3     -> pending_stop
      stop s               -> none
      sell a 1@100         -> open
      buy  t 1@100         -> a 1@100, filled
      stop s               -> 97
      sell b 1@104         -> open
      buy  u 1@104         -> b 1@104, filled
      stop s               -> 101
      buy  c 1@102         -> open
      sell v 1@102         -> c 1@102, filled
      stop s               -> 101
      buy  d 1@101         -> open
      sell w 1@101         -> d 1@101, s!, z 4@90, s filled, filled
      book                 -> 5@90 |
    `);
  });

  it("of a buy trail from above, from the last trade before they came", () => {
    script(`
      sell a 1@100         -> open
      buy  t 1@100         -> a 1@100, filled
      buy  s 2 trail 5     -> pending_stop
      stop s               -> 105
      buy  b 1@96          -> open
      sell u 1@96          -> b 1@96, filled
      stop s               -> 101
      sell c 1@100         -> open
      sell d 3@101         -> open
      buy  v 2@101         -> c 1@100, d 1@101, s!, d 2@101, s filled, filled
    `);
  });

  it("that must fill at once or not at all are refused when they cannot", () => {
    script(`
      sell a 1@100         -> open
      buy  s 2 stop 100 FOK -> pending_stop
      buy  t 1@100         -> a 1@100, s!, s rejected, filled
      cancel s             -> unknown_id
    `);
  });
});

describe("the end of a day", () => {
  it("cancels its orders and stops, oldest first, and nothing else", () => {
    script(`
      sell a 3@101 DAY     -> open
      sell b 3@101         -> open
      buy  s 2 stop 110 DAY -> pending_stop
      buy  c 2@99 DAY      -> open
      sell d 4@102 DAY     -> open
      amend a 4            -> amended lost
      end_day              -> s cancelled 2, c cancelled 2, d cancelled 4, a cancelled 4
      book                 -> | 3@101
      end_day              -> nothing
    `);
  });
});

describe("what is wrong in itself", () => {
  it.each<[string, Partial<NewOrder>]>([
    ["bad_size", { sizeLots: 0 }],
    ["bad_size", { sizeLots: 1.5 }],
    ["bad_size", { sizeLots: Number.NaN }],
    ["bad_size", { sizeLots: Infinity }],
    ["bad_size", { sizeLots: 2 ** 53 }],
    ["bad_size", { sizeLots: "5" as unknown as number }],
    ["bad_price", { priceTicks: -1 }],
    ["bad_price", { priceTicks: Number.NaN }],
    ["bad_price", { type: "market" }],
    ["bad_stop", { type: "stop" }],
    ["bad_stop", { stopTicks: 4 }],
    ["bad_trail", { type: "trailing_stop" }],
    ["bad_trail", { trailTicks: 4 }],
    ["bad_display", { displayLots: 6 }],
    ["bad_display", { displayLots: 0.5 }],
    ["bad_display", { sizeLots: 1001, displayLots: 1 }],
    ["bad_post_only", { postOnly: true, timeInForce: "FOK" }],
    ["bad_post_only", { postOnly: 1 as unknown as boolean }],
    ["bad_id", { id: "" }],
    ["bad_account", { account: "" }],
    ["bad_side", { side: "hold" as "buy" }],
    ["bad_type", { type: "__proto__" as "limit" }],
    ["bad_time_in_force", { timeInForce: "GTD" as "GTC" }],
    ["bad_self_trade_prevention", { selfTradePrevention: "all" as "none" }],
  ])("is refused as %s: %o", (reason, order) => {
    const book = new Book();
    expect(book.apply({ command: "new", order: sell(order) })).toMatchObject({ reason });
    expect([book.openOrders, book.waitingStops, book.sequence]).toEqual([0, 0, 1]);
  });

  it("is refused whatever it is", () => {
    const book = new Book();
    for (const strange of [null, undefined, {}, { command: "buy" }, { command: "new" }, 7]) {
      expect(book.apply(strange as never)).toEqual({
        type: "rejected",
        reason: "bad_command",
        events: [],
      });
    }
  });

  it("is an amendment to no number of lots", () => {
    const book = new Book();
    book.apply({ command: "new", order: sell({}) });
    for (const sizeLots of [0, -1, 0.5, Number.NaN]) {
      const result = book.apply({ command: "amend", id: "a", sizeLots });
      expect(result).toMatchObject({ type: "rejected", reason: "bad_size" });
    }
    expect(book.levels("sell")).toEqual([
      { priceTicks: 100, displayedLots: 5, totalLots: 5, orders: 1 },
    ]);
  });

  it("is an iceberg that is made too large for its slices", () => {
    const book = new Book();
    book.apply({ command: "new", order: sell({ displayLots: 1 }) });
    const amended = (sizeLots: number) => book.apply({ command: "amend", id: "a", sizeLots });
    expect(amended(1001)).toMatchObject({ type: "rejected", reason: "bad_display" });
    expect(amended(1000)).toMatchObject({ status: "amended", remainingLots: 1000 });
  });

  it("is a size that would make all open lots no exact number", () => {
    const book = new Book();
    const most = Number.MAX_SAFE_INTEGER;
    book.apply({ command: "new", order: sell({ sizeLots: most - 5 }) });
    const second = (sizeLots: number) =>
      book.apply({ command: "new", order: sell({ id: "b", sizeLots }) });
    expect(second(6)).toMatchObject({ type: "rejected", reason: "size_overflow" });
    expect(second(5)).toMatchObject({ status: "open" });
    expect(book.levels("sell")[0]?.totalLots).toBe(most);
    const amended = (sizeLots: number) =>
      book.apply({ command: "amend", id: "b", sizeLots, priceTicks: 101 });
    expect(amended(6)).toMatchObject({ type: "rejected", reason: "size_overflow" });
    expect(amended(5)).toMatchObject({ status: "amended", priority: "lost" });
  });
});
