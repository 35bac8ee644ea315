/**
 * The rules OB-1 in the plainest way: one list, and whoever is next is looked for in all of it. Beside the book for tests.
 * Commands are taken as they are meant; what is wrong in itself is not for it.
 */
import type {
  BookEvent,
  BookLevel,
  Command,
  NewOrder,
  OrderStatus,
  QueueEntry,
  RejectionReason,
  Result,
  Side,
} from "../../lib/orders/order.ts";

type Held = {
  order: NewOrder;
  isWaiting: boolean;
  price: number | undefined;
  left: number;
  shown: number;
  /** Place in the queue of its price. */
  time: number;
  age: number;
  stop: number | undefined;
};

const isBetter = (side: Side, a: number, b: number) => (side === "buy" ? a > b : a < b);
const reaches = (side: Side, limit: number | undefined, price: number) =>
  limit === undefined || limit === price || isBetter(side, limit, price);
const other = (side: Side): Side => (side === "buy" ? "sell" : "buy");

export class NaiveBook {
  lastTicks: number | undefined;
  #held: Held[] = [];
  #trades = 0;
  #clock = 0;
  #events: BookEvent[] = [];

  apply(command: Command): Result {
    this.#events = [];
    const result = this.#result(command);
    if (result.type !== "rejected") this.#triggerStops();
    return result;
  }

  levels(side: Side): BookLevel[] {
    const queue = this.#queue(side);
    return [...new Set(queue.map(({ price }) => price!))].map((priceTicks) => {
      const level = queue.filter(({ price }) => price === priceTicks);
      const sum = (of: (held: Held) => number) => level.reduce((all, held) => all + of(held), 0);
      const displayedLots = sum(({ shown }) => shown);
      return {
        priceTicks,
        displayedLots,
        totalLots: sum(({ left }) => left),
        orders: level.length,
      };
    });
  }

  queues(): QueueEntry[] {
    return [...this.#queue("buy"), ...this.#queue("sell")].map((held) => ({
      side: held.order.side,
      priceTicks: held.price!,
      id: held.order.id,
      remainingLots: held.left,
      displayedLots: held.shown,
    }));
  }

  /** Waiting stops, oldest first, with the price they trigger at. */
  stops(): { id: string; stopTicks: number | undefined }[] {
    const waiting = this.#held.filter(({ isWaiting }) => isWaiting).sort((a, b) => a.age - b.age);
    return waiting.map(({ order, stop }) => ({ id: order.id, stopTicks: stop }));
  }

  #result(command: Command): Result {
    const events = this.#events;
    if (command.command === "end_day") {
      const day = this.#held.filter(({ order }) => order.timeInForce === "DAY");
      for (const held of day.sort((a, b) => a.age - b.age)) {
        this.#drop(held);
        events.push({ type: "cancelled", id: held.order.id, remainingLots: held.left });
      }
      return { type: "day_ended", events };
    }
    if (command.command === "new") return this.#new(command.order);
    const { id } = command;
    const held = this.#held.find(({ order }) => order.id === id);
    const isAmend = command.command === "amend";
    if (held === undefined || (isAmend && held.isWaiting)) return refusal(id, "unknown_id");
    if (!isAmend) {
      this.#drop(held);
      return { type: "cancelled", id, remainingLots: held.left, events };
    }
    const { sizeLots = held.left, priceTicks = held.price! } = command;
    if (sizeLots <= held.left && priceTicks === held.price) {
      held.left = sizeLots;
      held.shown = Math.min(held.shown, sizeLots);
      const kept = { status: "amended", priority: "kept", filledLots: 0 } as const;
      return { type: "amended", id, ...kept, remainingLots: sizeLots, events };
    }
    const { order } = held;
    if (order.postOnly && this.#next(order.side, priceTicks) !== undefined) {
      return { ...refusal(id, "post_only_would_cross"), remainingLots: held.left };
    }
    this.#drop(held);
    const done = this.#trade({ ...held, price: priceTicks, left: sizeLots });
    const status = done.status === "open" ? "amended" : done.status;
    return { type: "amended", id, ...done, status, priority: "lost", events };
  }

  #new(order: NewOrder): Result {
    const { id, type, side, sizeLots, priceTicks: price } = order;
    const events = this.#events;
    if (this.#held.some((held) => held.order.id === id)) return refusal(id, "duplicate_id");
    const isWaiting = type !== "limit" && type !== "market";
    const age = isWaiting ? ++this.#clock : 0;
    const stop =
      type === "trailing_stop" && this.lastTicks !== undefined
        ? this.lastTicks + (side === "buy" ? order.trailTicks! : -order.trailTicks!)
        : order.stopTicks;
    const held: Held = { order, isWaiting, price, left: sizeLots, shown: 0, time: 0, age, stop };
    if (isWaiting) {
      this.#held.push(held);
      const none = { status: "pending_stop", filledLots: 0 } as const;
      return { type: "placed", id, ...none, remainingLots: sizeLots, events };
    }
    const reason = this.#against(held);
    if (reason !== undefined) return { ...refusal(id, reason), remainingLots: sizeLots };
    return { type: "placed", id, ...this.#trade(held), events };
  }

  #against({ order, price, left }: Held): RejectionReason | undefined {
    const { side, postOnly, timeInForce } = order;
    if (postOnly && this.#next(side, price) !== undefined) return "post_only_would_cross";
    if (timeInForce !== "FOK") return undefined;
    const within = this.#queue(other(side)).filter((maker) => reaches(side, price, maker.price!));
    const foreign = within.filter((maker) => !isOwn(order, maker.order));
    const fillable = foreign.reduce((sum, maker) => sum + maker.left, 0);
    return fillable < left ? "fill_or_kill_not_fillable" : undefined;
  }

  #trade(taker: Held): { status: OrderStatus; filledLots: number; remainingLots: number } {
    const { order } = taker;
    let [filledLots, isDecremented, isCancelled] = [0, false, false];
    for (;;) {
      const maker = this.#next(order.side, taker.price);
      if (maker === undefined || taker.left === 0 || isCancelled) break;
      if (isOwn(order, maker.order)) {
        isCancelled = this.#prevent(taker, maker);
        isDecremented ||= order.selfTradePrevention === "decrement_and_cancel";
        continue;
      }
      const lots = Math.min(taker.left, maker.shown);
      taker.left -= lots;
      maker.left -= lots;
      maker.shown -= lots;
      filledLots += lots;
      this.lastTicks = maker.price!;
      this.#events.push({
        type: "trade",
        trade: ++this.#trades,
        makerId: maker.order.id,
        takerId: order.id,
        priceTicks: maker.price!,
        sizeLots: lots,
        aggressor: order.side,
        makerRemainingLots: maker.left,
      });
      this.#moveTrailing(maker.price!);
      if (maker.left === 0) this.#drop(maker);
      else if (maker.shown === 0) {
        maker.shown = Math.min(maker.order.displayLots!, maker.left);
        maker.time = ++this.#clock;
      }
    }
    const remainingLots = taker.left;
    const named = (all: OrderStatus, some: OrderStatus) => ({
      status: filledLots === 0 ? all : some,
      filledLots,
      remainingLots,
    });
    if (isCancelled || (remainingLots === 0 && isDecremented))
      return named("cancelled_self_trade", "partially_filled_self_trade");
    if (remainingLots === 0) return { status: "filled", filledLots, remainingLots };
    const stays = order.timeInForce === "GTC" || order.timeInForce === "DAY";
    if (!stays || taker.price === undefined)
      return named("cancelled", "partially_filled_cancelled");
    const time = ++this.#clock;
    const shown = Math.min(order.displayLots ?? remainingLots, remainingLots);
    this.#held.push({ ...taker, isWaiting: false, shown, time, age: time });
    return named("open", "partially_filled_open");
  }

  #prevent(taker: Held, maker: Held): boolean {
    const prevention = taker.order.selfTradePrevention as "cancel_both";
    const mode: string = prevention;
    const smaller = Math.min(taker.left, maker.left);
    let [makerLots, takerLots] = [smaller, smaller];
    if (mode === "cancel_oldest" || mode === "cancel_both") makerLots = maker.left;
    if (mode === "cancel_newest" || mode === "cancel_both") takerLots = taker.left;
    if (mode === "cancel_oldest") takerLots = 0;
    if (mode === "cancel_newest") makerLots = 0;
    maker.left -= makerLots;
    maker.shown = Math.min(maker.shown, maker.left);
    if (maker.left === 0) this.#drop(maker);
    if (mode === "decrement_and_cancel") taker.left -= takerLots;
    this.#events.push({
      type: "self_trade_prevented",
      prevention,
      makerId: maker.order.id,
      takerId: taker.order.id,
      makerLots,
      takerLots,
      makerRemainingLots: maker.left,
    });
    return mode === "cancel_newest" || mode === "cancel_both";
  }

  #moveTrailing(price: number): void {
    for (const held of this.#held) {
      if (held.order.type !== "trailing_stop") continue;
      const { side, trailTicks = 0 } = held.order;
      const stop = side === "sell" ? price - trailTicks : price + trailTicks;
      if (held.stop === undefined || isBetter(other(side), stop, held.stop)) held.stop = stop;
    }
  }

  #triggerStops(): void {
    for (;;) {
      const last = this.lastTicks;
      if (last === undefined) return;
      const triggered = this.#held.filter(
        ({ isWaiting, order, stop }) =>
          isWaiting && stop !== undefined && (order.side === "buy" ? last >= stop : last <= stop),
      );
      const [held] = triggered.sort((a, b) => a.age - b.age);
      if (held === undefined) return;
      this.#drop(held);
      const { id } = held.order;
      this.#events.push({ type: "stop_triggered", id, lastTicks: last });
      const reason = this.#against(held);
      if (reason === undefined) {
        this.#events.push({ type: "stop_placed", id, ...this.#trade({ ...held }) });
      } else {
        const none = { status: "rejected", reason, filledLots: 0 } as const;
        this.#events.push({ type: "stop_placed", id, ...none, remainingLots: held.left });
      }
    }
  }

  /** Whom an order of `side` would meet next. */
  #next(side: Side, limit: number | undefined): Held | undefined {
    const [maker] = this.#queue(other(side));
    return maker !== undefined && reaches(side, limit, maker.price!) ? maker : undefined;
  }

  #queue(side: Side): Held[] {
    const resting = this.#held.filter(({ isWaiting, order }) => !isWaiting && order.side === side);
    return resting.sort((a, b) =>
      a.price === b.price ? a.time - b.time : isBetter(side, a.price!, b.price!) ? -1 : 1,
    );
  }

  #drop(held: Held): void {
    this.#held = this.#held.filter((one) => one !== held);
  }
}

const refusal = (id: string, reason: RejectionReason) =>
  ({ type: "rejected", id, reason, events: [] }) as const;

const isOwn = (taker: NewOrder, maker: NewOrder): boolean =>
  (taker.selfTradePrevention ?? "none") !== "none" &&
  taker.account !== undefined &&
  taker.account === maker.account;
