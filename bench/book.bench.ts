/**
 * A limit order book over a stream as an exchange sees it: half of it new orders, most of them limits near the touch, and
 * the rest cancels of orders that nobody has cancelled yet, of which some come too late. Commands of both sides stand ready before anything is timed;
 * every sample begins with an empty book, and every result is made as its caller would get it.
 *
 * Beside ours stands nodejs-order-book. The stream holds what both do by the same rules: limits (GTC, IOC, FOK), market
 * orders and cancels. Ours answers the kinds it lacks or does otherwise (icebergs, trailing stops, amendments that keep
 * their place, self-trade prevention by decrement) in the stream of all kinds.
 *
 * 300,000 operations in n ms are 300 / n million operations per second.
 */
import { type LimitOrderOptions, OrderBook, Side } from "nodejs-order-book";
import { Book } from "../lib/orders/book.ts";
import type { Command, NewOrder } from "../lib/orders/order.ts";
import { restored, snapshot, stateHash } from "../lib/orders/snapshot.ts";
import { demandSame, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { uniform } from "./uniform.ts";

export async function run({ small }: Options): Promise<Figure[]> {
  const count = small ? 4_000 : 300_000;
  const shared = stream(count, false);
  const all = stream(count, true);
  const calls = shared.map(callOf);
  const checked = demandAgreement(shared, calls);
  const full = filled(all);
  const text = JSON.stringify(snapshot(full));
  demandSame("hashes", stateHash(restored(JSON.parse(text))), stateHash(full));
  const samples = await interleaved(
    {
      ours: () => filled(shared),
      peer: () => filledPeer(calls),
      all: () => filled(all),
      restored: () => restored(JSON.parse(text)),
    },
    small ? { rounds: 2, warmups: 0 } : { rounds: 7, warmups: 1 },
  );
  const what = `order book, ${count.toLocaleString("en-US")} operations`;
  return [
    {
      name: `${what}: ours`,
      unit: "ms",
      samples: samples.ours,
      checked,
      // A million operations a second.
      ...(!small && { target: { atMost: count / 1000 } }),
    },
    { name: `${what}: nodejs-order-book`, unit: "ms", samples: samples.peer },
    {
      name: `${what}: nodejs-order-book / ours`,
      unit: "x",
      samples: ratios(samples.peer, samples.ours),
    },
    {
      name: `${what} of all kinds: ours`,
      unit: "ms",
      samples: samples.all,
      checked: "snapshot and restored book have the same hash",
      ...(!small && { target: { atMost: count / 1000 } }),
    },
    {
      name: `order book, ${full.openOrders + full.waitingStops} orders from a snapshot's text`,
      unit: "ms",
      samples: samples.restored,
    },
  ];
}

function filled(commands: readonly Command[]): Book {
  const book = new Book();
  for (const command of commands) book.apply(command);
  return book;
}

type Call = (book: OrderBook) => unknown;

function filledPeer(calls: readonly Call[]): OrderBook {
  const book = new OrderBook();
  for (const call of calls) call(book);
  return book;
}

/** The same command for nodejs-order-book. */
function callOf(command: Command): Call {
  if (command.command === "cancel") return (book) => book.cancel(command.id);
  if (command.command !== "new") throw new Error(`${command.command} is not in the stream`);
  const { id, side: way, sizeLots: size, priceTicks: price, timeInForce } = command.order;
  const side = way === "buy" ? Side.BUY : Side.SELL;
  if (price === undefined) return (book) => book.market({ side, size });
  const time = String(timeInForce) as NonNullable<LimitOrderOptions["timeInForce"]>;
  return (book) => book.limit({ id, side, size, price, timeInForce: time });
}

/** @returns what was compared. @throws Error when levels or the last price differ */
function demandAgreement(commands: readonly Command[], calls: readonly Call[]): string {
  const ours = filled(commands);
  const peer = filledPeer(calls);
  const rows = (side: "buy" | "sell") =>
    ours.levels(side).map(({ priceTicks, totalLots }) => [priceTicks, totalLots]);
  const [asks, bids] = peer.depth();
  const bestFirst = (levels: readonly (readonly number[])[], sign: number) =>
    levels.toSorted((a, b) => sign * (a[0]! - b[0]!));
  demandSame("bids", rows("buy"), bestFirst(bids, -1));
  demandSame("offers", rows("sell"), bestFirst(asks, 1));
  demandSame("last prices", ours.lastTicks, peer.marketPrice);
  const levels = bids.length + asks.length;
  return `${levels} levels and the last of ${ours.trades.toLocaleString("en-US")} trades equal`;
}

/** Orders around a price that wanders; the same every time. */
function stream(count: number, ofAllKinds: boolean): Command[] {
  const draw = uniform(ofAllKinds ? 77 : 7);
  const accounts = ["A", "B", "C", "D", "E", "F", "G", "H"];
  let [newest, middle] = [0, 100_000];
  /** Most orders lie within some ticks of the middle, a few far away. */
  const away = () => Math.floor(-12 * Math.log(1 - draw())) - 1;
  /** Orders nobody has cancelled yet; some of them are filled by now. */
  const held: string[] = [];
  const known = () => held[Math.floor(draw() * held.length)] ?? "o1";
  /** The same, for the last time. */
  const given = () => {
    const at = Math.floor(draw() * held.length);
    const id = held[at] ?? "o1";
    const last = held.pop();
    if (last !== undefined && at < held.length) held[at] = last;
    return id;
  };

  function order(): NewOrder {
    const side = draw() < 0.5 ? "buy" : "sell";
    const sign = side === "buy" ? -1 : 1;
    const shared = { id: `o${++newest}`, side, sizeLots: 1 + Math.floor(draw() * 100) } as const;
    const kind = draw();
    if (kind < 0.03) return { ...shared, type: "market", timeInForce: "IOC" };
    const priceTicks = middle + sign * away();
    held.push(shared.id);
    const limit = { ...shared, type: "limit", priceTicks } as const;
    if (kind < 0.06) return { ...limit, timeInForce: "IOC" };
    if (kind < 0.07) return { ...limit, timeInForce: "FOK" };
    if (!ofAllKinds || kind < 0.7) return { ...limit, timeInForce: "GTC" };
    const account = accounts[Math.floor(draw() * accounts.length)]!;
    if (kind < 0.85) {
      const selfTradePrevention = kind < 0.8 ? "cancel_oldest" : "decrement_and_cancel";
      return { ...limit, account, selfTradePrevention, timeInForce: "GTC" };
    }
    if (kind < 0.9) {
      const displayLots = Math.ceil(shared.sizeLots / 5);
      return { ...limit, displayLots, timeInForce: "DAY" };
    }
    if (kind < 0.93) return { ...limit, postOnly: true, timeInForce: "GTC" };
    if (kind < 0.96) {
      return { ...shared, type: "trailing_stop", trailTicks: 5 + away(), timeInForce: "GTC" };
    }
    const stopTicks = middle - sign * (3 + away());
    return { ...shared, type: "stop", stopTicks, timeInForce: "GTC" };
  }

  return Array.from({ length: count }, (): Command => {
    if (draw() < 0.01) middle += draw() < 0.5 ? -1 : 1;
    const kind = draw();
    if (kind < 0.52) return { command: "new", order: order() };
    if (ofAllKinds && kind < 0.62) {
      const id = known();
      if (draw() < 0.5) return { command: "amend", id, sizeLots: 1 + Math.floor(draw() * 100) };
      return { command: "amend", id, priceTicks: middle - 8 + Math.floor(draw() * 16) };
    }
    return { command: "cancel", id: given() };
  });
}
