import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../lib/errors.ts";
import { Book } from "../../lib/orders/book.ts";
import type { Command } from "../../lib/orders/order.ts";
import { checksum, restored, snapshot, stateHash } from "../../lib/orders/snapshot.ts";
import { commands } from "./commands.ts";
import { script } from "./script.ts";

const applied = (book: Book, list: readonly Command[]) =>
  list.map((command) => book.apply(command));
const copied = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Icebergs half shown, stops, trailing stops and all that a snapshot has to keep. */
const example = () =>
  script(`
    sell i 9@105 show 4   -> open
    sell x 3@105          -> open
    buy  b 5@99           -> open
    buy  c 2@99 DAY       -> open
    buy  t 2@105          -> i 2@105, filled
    sell s 3 stop 98      -> pending_stop
    sell u 4 trail 6      -> pending_stop
    buy  v 1 trail 2      -> pending_stop
  `);

it("keeps places, hidden lots, stops, the last trade and all numbers", () => {
  expect(copied(snapshot(example()))).toMatchObject({
    format: 1,
    sequence: 8,
    trades: 1,
    lastTicks: 105,
    resting: [
      { id: "b", side: "buy", priceTicks: 99, remainingLots: 5 },
      { id: "c", timeInForce: "DAY" },
      { id: "i", remainingLots: 7, displayedLots: 2, displayLots: 4 },
      { id: "x", remainingLots: 3, displayedLots: 3 },
    ],
    stops: [
      { id: "s", stopTicks: 98, displayedLots: 0 },
      { id: "u", stopTicks: 99, trailTicks: 6, anchorTicks: 105 },
      { id: "v", stopTicks: 107, trailTicks: 2, anchorTicks: 105 },
    ],
  });
});

it("and the commands after it come to the same book as all commands", () => {
  const mixes = fc.record({
    seed: fc.integer({ min: 0, max: 2 ** 31 }),
    count: fc.integer({ min: 1, max: 250 }),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    reachTicks: fc.integer({ min: 2, max: 25 }),
  });
  fc.assert(
    fc.property(mixes, ({ at, ...mix }) => {
      const journal = commands(mix);
      const cut = Math.floor(at * journal.length);
      const whole = new Book();
      applied(whole, journal.slice(0, cut));
      const part = restored(copied(snapshot(whole)));
      expect(stateHash(part)).toBe(stateHash(whole));
      expect(applied(part, journal.slice(cut))).toEqual(applied(whole, journal.slice(cut)));
      expect(snapshot(part)).toEqual(snapshot(whole));
      expect(stateHash(part)).toBe(stateHash(whole));
      expect([part.openOrders, part.waitingStops]).toEqual([whole.openOrders, whole.waitingStops]);
    }),
    { numRuns: 150 },
  );
});

it("keeps the age of orders beside their places", () => {
  const book = script(`
    buy  a 1@97 DAY      -> open
    buy  b 1@99 DAY      -> open
    sell c 1@103 DAY     -> open
    buy  d 1@98 DAY      -> open
  `);
  const ended = restored(copied(snapshot(book))).apply({ command: "end_day" });
  expect(ended.events.map((event) => "id" in event && event.id)).toEqual(["a", "b", "c", "d"]);
});

it("keeps what each trailing stop has followed, the ones further behind moved first", () => {
  const book = script(`
    sell a 1@105         -> open
    buy  t 1@105         -> a 1@105, filled
    sell s 1 trail 20    -> pending_stop
    sell b 1@100         -> open
    buy  u 1@100         -> b 1@100, filled
    sell v 1 trail 20    -> pending_stop
    sell c 1@95          -> open
    buy  w 1@95          -> c 1@95, filled
    sell x 1 trail 20    -> pending_stop
    sell d 1@98          -> open
  `);
  const again = restored(copied(snapshot(book)));
  const order = { id: "y", side: "buy", type: "market", timeInForce: "IOC", sizeLots: 1 } as const;
  again.apply({ command: "new", order });
  expect(["s", "v", "x"].map((id) => again.order(id)?.stopTicks)).toEqual([85, 80, 78]);
});

it("of an empty book is one too", () => {
  const book = restored(copied(snapshot(new Book())));
  expect(book.lastTicks).toBeUndefined();
  expect(stateHash(book)).toBe(stateHash(new Book()));
});

it("has sha256 of its text as its hash", () => {
  const book = example();
  const text = JSON.stringify(snapshot(book));
  expect(stateHash(book)).toBe(createHash("sha256").update(text).digest("hex"));
  book.apply({ command: "cancel", id: "x" });
  expect(stateHash(book)).not.toBe(createHash("sha256").update(text).digest("hex"));
});

describe("what is no snapshot", () => {
  type Loose = Record<string, unknown> & {
    resting: Record<string, unknown>[];
    stops: Record<string, unknown>[];
  };
  it.each<[string, string, (good: Loose) => unknown]>([
    ["not_an_object", "text", () => "{}"],
    ["not_an_object", "nothing", () => null],
    ["unknown_format", "without format", ({ format: _, ...rest }) => rest],
    ["unknown_format", "of a later format", (good) => ({ ...good, format: 2 })],
    ["bad_count", "a sequence below 0", (good) => ({ ...good, sequence: -1 })],
    ["bad_count", "half a trade", (good) => ({ ...good, trades: 0.5 })],
    ["bad_last_price", "trades without a price", (good) => ({ ...good, lastTicks: null })],
    ["bad_last_price", "a price without trades", (good) => ({ ...good, trades: 0 })],
    ["bad_order", "orders that are no list", (good) => ({ ...good, stops: {} })],
    [
      "bad_order",
      "an order of 0 lots",
      ({ resting, ...good }) => changed(resting, "remainingLots", 0, good),
    ],
    [
      "bad_order",
      "one that shows too much",
      ({ resting, ...good }) => changed(resting, "displayedLots", 6, good),
    ],
    [
      "bad_order",
      "one that cannot rest",
      ({ resting, ...good }) => changed(resting, "timeInForce", "IOC", good),
    ],
    [
      "bad_order",
      "one from the future",
      ({ resting, ...good }) => changed(resting, "entered", 1e9, good),
    ],
    ["bad_order", "a limit among the stops", (good) => ({ ...good, stops: good.resting })],
    ["bad_order", "a stop that should have triggered", (good) => ({ ...good, lastTicks: 98 })],
    [
      "duplicate_order",
      "an order twice",
      (good) => ({ ...good, resting: [good.resting[0], ...good.resting] }),
    ],
    [
      "out_of_order",
      "offers before bids",
      (good) => ({ ...good, resting: good.resting.toReversed() }),
    ],
    [
      "out_of_order",
      "younger stops first",
      (good) => ({ ...good, stops: good.stops.toReversed() }),
    ],
    [
      "crossed",
      "a bid at the offer",
      ({ resting, ...good }) => changed(resting, "priceTicks", 105, good),
    ],
    [
      "size_overflow",
      "too much in all",
      ({ resting, ...good }) =>
        changed(
          changed(resting, "remainingLots", Number.MAX_SAFE_INTEGER, good).resting,
          "displayedLots",
          Number.MAX_SAFE_INTEGER,
          good,
        ),
    ],
  ])("is refused as %s: %s", (reason, _, made) => {
    const strange = made(copied(snapshot(example())) as unknown as Loose);
    const refusal = (() => {
      try {
        return restored(strange);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: "BAD_FILE", details: { reason } });
  });
});

/** With another value of one member in the best bid. */
const changed = (
  [best, ...others]: Record<string, unknown>[],
  name: string,
  value: unknown,
  good: Record<string, unknown>,
) => ({ ...good, resting: [{ ...best, [name]: value }, ...others] });

describe("a checksum", () => {
  it("is the CRC-32 of the best levels as they are shown", () => {
    const book = example();
    expect(checksum(book)).toBe(crc32("99:7:105:5"));
    book.apply({ command: "amend", id: "c", priceTicks: 97 });
    expect(checksum(book)).toBe(crc32("99:5:105:5:97:2"));
    expect(checksum(book, 1)).toBe(crc32("99:5:105:5"));
    expect(checksum(new Book())).toBe(0);
  });
});
