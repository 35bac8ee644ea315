/**
 * The orders of a desk as their owners see them, and its executions: kept up from what the books say, and forgotten some
 * time after an order was closed or a trade made.
 */
import type { Book } from "./book.ts";
import type { BookEvent, Command, NewOrder, Result } from "./order.ts";
import {
  type ClosedReason,
  type Execution,
  type Fill,
  isClosed,
  type OrderRecord,
  type Refusal,
} from "./record.ts";

type Kept = { -readonly [Name in keyof OrderRecord]: OrderRecord[Name] } & { fills: Fill[] };

export type Opening = Readonly<{
  symbol: string;
  owner: string | null;
  account: string;
  order: NewOrder;
  timeMs: number;
}>;

export type LedgerState = Readonly<{
  orders: readonly OrderRecord[];
  executions: readonly Execution[];
  /** Amendments of open orders that were taken, by order. */
  seen: readonly (readonly [id: string, requests: readonly string[]])[];
}>;

/** Requests that are remembered of an order: one that comes twice comes soon. */
const SEEN_MAX = 16;

/** Executions are forgotten some at a time: each time costs a look at all of them. */
const FORGOTTEN_LATE_MS = 300_000;

type Doing = Readonly<{ command: Command; timeMs: number; request: string }>;

export class Ledger {
  readonly #orders = new Map<string, Kept>();
  /** Ids of closed orders, in the order they were closed. */
  readonly #closed = new Set<string>();
  #executions: Execution[] = [];
  readonly #seen = new Map<string, string[]>();

  static restore({ orders, executions, seen }: LedgerState): Ledger {
    const ledger = new Ledger();
    for (const order of orders) {
      ledger.#orders.set(order.order.id, { ...order, fills: [...order.fills] });
      if (isClosed(order)) ledger.#closed.add(order.order.id);
    }
    ledger.#executions = [...executions];
    for (const [id, requests] of seen) ledger.#seen.set(id, [...requests]);
    return ledger;
  }

  /** Open orders as they came, then closed ones as they were closed. */
  export(): LedgerState {
    const open = [...this.#orders.values()].filter((order) => !isClosed(order));
    const closed = [...this.#closed].map((id) => this.#orders.get(id)!);
    return { orders: [...open, ...closed], executions: this.#executions, seen: [...this.#seen] };
  }

  order(id: string): OrderRecord | undefined {
    return this.#orders.get(id);
  }

  orders(): Iterable<OrderRecord> {
    return this.#orders.values();
  }

  /** Oldest first. */
  executions(): readonly Execution[] {
    return this.#executions;
  }

  open({ symbol, owner, account, order, timeMs }: Opening): void {
    this.#orders.set(order.id, {
      ...{ symbol, owner, account, order },
      ...{ status: "open", reason: null, filledLots: 0, leavesLots: order.sizeLots },
      ...{ preventedLots: 0, stopTicks: order.stopTicks ?? null, fills: [], refusal: null },
      ...{ createdMs: timeMs, updatedMs: timeMs },
    });
  }

  reject(id: string, reason: ClosedReason, timeMs: number): OrderRecord {
    const order = this.#orders.get(id)!;
    this.#close(order, "rejected", reason, timeMs);
    return order;
  }

  /** Notes that a change was refused; nothing for an order that is unknown, or closed and so final. */
  refuse(id: string, refusal: Refusal): void {
    const order = this.#orders.get(id);
    if (!order || isClosed(order)) return;
    order.refusal = refusal;
    order.updatedMs = refusal.timeMs;
  }

  hasSeen(id: string, request: string): boolean {
    return this.#seen.get(id)?.includes(request) === true;
  }

  see(id: string, request: string): void {
    const requests = [...(this.#seen.get(id) ?? []), request];
    this.#seen.set(id, requests.slice(-SEEN_MAX));
  }

  /** Takes over what a book has done. @returns the orders it has closed, which change no more, and the trades */
  note(book: Book, symbol: string, result: Result, doing: Doing) {
    const { timeMs, request, command } = doing;
    if (result.type === "rejected" && command.command !== "new") {
      const { id = "", reason } = result;
      this.refuse(id, { request, reason, timeMs });
      return { closed: [], executions: [] };
    }
    const touched = new Map<string, ClosedReason>();
    if ("id" in result && result.id !== undefined) touched.set(result.id, reasonOf(result));
    const executions = result.events.flatMap((event) =>
      this.#event(event, symbol, timeMs, touched),
    );
    this.#executions.push(...executions);
    if (command.command === "amend") this.#amended(command, book);
    const closed = [...touched].flatMap(([id, reason]) => this.#settled(book, id, reason, timeMs));
    return { closed, executions };
  }

  /** Forgets what was closed and traded before an instant. */
  forget(beforeMs: number): void {
    for (const id of this.#closed) {
      if (this.#orders.get(id)!.updatedMs >= beforeMs) break;
      this.#closed.delete(id);
      this.#orders.delete(id);
    }
    const first = this.#executions[0];
    if (first === undefined || first.timeMs >= beforeMs - FORGOTTEN_LATE_MS) return;
    const kept = this.#executions.findIndex(({ timeMs }) => timeMs >= beforeMs);
    this.#executions = kept < 0 ? [] : this.#executions.slice(kept);
  }

  #event(
    event: BookEvent,
    symbol: string,
    timeMs: number,
    touched: Map<string, ClosedReason>,
  ): Execution[] {
    switch (event.type) {
      case "trade": {
        const { trade, makerId, takerId, priceTicks, sizeLots, aggressor } = event;
        const fill = { trade, priceTicks, sizeLots, timeMs };
        const makerOwner = this.#filled(makerId, { ...fill, liquidity: "maker" });
        const takerOwner = this.#filled(takerId, { ...fill, liquidity: "taker" });
        if (!touched.has(makerId)) touched.set(makerId, "unfilled");
        if (!touched.has(takerId)) touched.set(takerId, "unfilled");
        const sides = { makerId, takerId, makerOwner, takerOwner };
        return [{ symbol, trade, priceTicks, sizeLots, timeMs, aggressor, ...sides }];
      }
      case "self_trade_prevented":
        this.#prevented(event.makerId, event.makerLots);
        this.#prevented(event.takerId, event.takerLots);
        if (event.makerLots > 0) touched.set(event.makerId, "self_trade_prevention");
        if (event.takerLots > 0) touched.set(event.takerId, "self_trade_prevention");
        return [];
      case "cancelled":
        touched.set(event.id, "day_over");
        return [];
      case "stop_triggered":
        if (!touched.has(event.id)) touched.set(event.id, "unfilled");
        return [];
      case "stop_placed":
        if (event.status === "rejected") touched.set(event.id, event.reason ?? "unfilled");
        return [];
    }
  }

  #filled(id: string, fill: Fill): string | null {
    const order = this.#orders.get(id);
    if (!order) return null;
    order.fills.push(fill);
    order.filledLots += fill.sizeLots;
    return order.owner;
  }

  #prevented(id: string, lots: number): void {
    const order = this.#orders.get(id);
    if (order) order.preventedLots += lots;
  }

  /** The whole size follows from what is open and what is gone. */
  #amended({ id, priceTicks, sizeLots }: Extract<Command, { command: "amend" }>, book: Book): void {
    const record = this.#orders.get(id);
    if (!record) return;
    const { order } = record;
    const open = book.order(id)?.remainingLots ?? 0;
    record.order = {
      ...order,
      ...(priceTicks !== undefined && { priceTicks }),
      ...(sizeLots !== undefined && {
        sizeLots: record.filledLots + record.preventedLots + open,
      }),
    };
  }

  /** @returns the order if that has closed it */
  #settled(book: Book, id: string, reason: ClosedReason, timeMs: number): OrderRecord[] {
    const order = this.#orders.get(id);
    if (!order || isClosed(order)) return [];
    const state = book.order(id);
    if (state) {
      order.leavesLots = state.remainingLots;
      order.stopTicks =
        state.status === "pending_stop" ? (state.stopTicks ?? null) : order.stopTicks;
      const isTraded = order.filledLots > 0;
      if (state.status === "pending_stop") order.status = "pending_stop";
      else order.status = isTraded ? "partially_filled" : "open";
      order.updatedMs = timeMs;
    } else this.#close(order, statusOf(order, reason), reason, timeMs);
    return isClosed(order) ? [order] : [];
  }

  #close(order: Kept, status: OrderRecord["status"], reason: ClosedReason, timeMs: number): void {
    order.status = status;
    order.reason = status === "filled" ? null : reason;
    order.leavesLots = 0;
    order.updatedMs = timeMs;
    this.#seen.delete(order.order.id);
    this.#closed.add(order.order.id);
  }
}

function statusOf({ filledLots, order }: Kept, reason: ClosedReason): OrderRecord["status"] {
  if (filledLots >= order.sizeLots) return "filled";
  if (reason === "day_over") return "expired";
  const isGone = ["requested", "unfilled", "self_trade_prevention"].includes(reason);
  return isGone ? "cancelled" : "rejected";
}

function reasonOf(result: Result): ClosedReason {
  if (result.type === "rejected") return result.reason;
  return result.type === "cancelled" ? "requested" : "unfilled";
}
