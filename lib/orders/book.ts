/**
 * A limit order book of one instrument by the rules OB-1 (docs/methods.md): price before time, at the maker's price.
 * The same commands always come to the same results, trades and state; nothing else enters. A refusal is a result.
 */
import { Entry } from "./entry.ts";
import { Ladder } from "./ladder.ts";
import { isFillable, match, wouldCross } from "./matching.ts";
import type {
  Amend,
  BookLevel,
  Command,
  NewOrder,
  OrderState,
  Placed,
  QueueEntry,
  RejectionReason,
  Result,
  Side,
} from "./order.ts";
import { NO_EVENTS, rejected, statusOf } from "./outcome.ts";
import { amendRefusalOf, isSlice, refusalOf } from "./refusal.ts";
import type { BookState } from "./state.ts";
import { Stops } from "./stops.ts";
import { Tape } from "./tape.ts";

const EMPTY: BookState = {
  sequence: 0,
  trades: 0,
  entered: 0,
  lastTicks: null,
  resting: [],
  stops: [],
};

type Executed = Readonly<Pick<Placed, "status" | "filledLots" | "remainingLots">>;

const byAge = (a: Entry, b: Entry) => a.entered - b.entered;

export class Book {
  #sequence: number;
  #entered: number;
  readonly #tape: Tape;
  readonly #bids = new Ladder("highest");
  readonly #offers = new Ladder("lowest");
  readonly #stops = new Stops();
  /** All that rest or wait, by id. */
  readonly #orders = new Map<string, Entry>();

  /** @param state what `state` of another book gave; `restored` (`lib/orders/snapshot.ts`) takes what is not sure to be one */
  constructor(state: BookState = EMPTY) {
    this.#sequence = state.sequence;
    this.#entered = state.entered;
    this.#tape = new Tape(state.lastTicks ?? undefined, state.trades);
    for (const stored of state.resting) {
      const entry = Entry.restored(stored);
      this.#orders.set(entry.id, entry);
      this.#sideOf(entry.side).append(entry, entry.priceTicks!);
    }
    const waiting = state.stops.map(Entry.restored);
    for (const entry of waiting) this.#orders.set(entry.id, entry);
    this.#stops.restore(waiting);
  }

  /** Price of the last trade; undefined before the first. */
  get lastTicks(): number | undefined {
    return this.#tape.lastTicks;
  }

  /** Number of the last trade; 0 before the first. */
  get trades(): number {
    return this.#tape.trades;
  }

  /** Commands taken, refused ones too: the position in the journal. */
  get sequence(): number {
    return this.#sequence;
  }

  get bestBidTicks(): number | undefined {
    return this.#bids.best?.priceTicks;
  }

  get bestOfferTicks(): number | undefined {
    return this.#offers.best?.priceTicks;
  }

  /** How many orders rest. */
  get openOrders(): number {
    return this.#bids.orders + this.#offers.orders;
  }

  /** How many stops wait. */
  get waitingStops(): number {
    return this.#stops.orders;
  }

  apply(command: Command): Result {
    this.#sequence++;
    this.#tape.begin();
    switch (command?.command) {
      case "new":
        return this.#place(command.order);
      case "amend":
        return this.#amend(command);
      case "cancel":
        return this.#cancel(command.id);
      case "end_day":
        return this.#endDay();
      default:
        return rejected(undefined, "bad_command");
    }
  }

  /** Levels of one side, best first. */
  levels(side: Side, depth = Infinity): BookLevel[] {
    const levels: BookLevel[] = [];
    for (const { priceTicks, displayedLots, totalLots, orders } of this.#sideOf(side).bestFirst()) {
      if (levels.length >= depth) break;
      levels.push({ priceTicks, displayedLots, totalLots, orders });
    }
    return levels;
  }

  /** An order that rests or waits. */
  order(id: string): OrderState | undefined {
    return this.#orders.get(id)?.state;
  }

  /** Ids of the stops that wait, oldest first. */
  pendingStops(): string[] {
    return this.#waiting().map(({ id }) => id);
  }

  /** Resting orders, bids first, best price first, then in the order they would trade. */
  queues(): QueueEntry[] {
    return this.#resting().map(({ side, priceTicks, id, remainingLots, displayedLots }) => ({
      side,
      priceTicks: priceTicks!,
      id,
      remainingLots,
      displayedLots,
    }));
  }

  /** All the book knows; `new Book(state)` goes on from there. */
  get state(): BookState {
    return {
      sequence: this.#sequence,
      trades: this.#tape.trades,
      entered: this.#entered,
      lastTicks: this.#tape.lastTicks ?? null,
      resting: this.#resting().map(({ stored }) => stored),
      stops: this.#waiting().map(({ stored }) => stored),
    };
  }

  #place(order: NewOrder): Result {
    const refusal = refusalOf(order);
    if (refusal !== undefined) return rejected(order?.id, refusal);
    const { id, sizeLots } = order;
    if (this.#orders.has(id)) return rejected(id, "duplicate_id");
    if (!this.#hasRoom(sizeLots)) return rejected(id, "size_overflow");
    const entry = new Entry(order);
    if (order.type !== "limit" && order.type !== "market") {
      this.#wait(entry);
      this.#activateStops();
      return {
        type: "placed",
        id,
        status: "pending_stop",
        filledLots: 0,
        remainingLots: sizeLots,
        events: this.#tape.events,
      };
    }
    const refused = this.#refusalOnEntry(entry);
    if (refused !== undefined) return rejected(id, refused, sizeLots);
    const { status, filledLots, remainingLots } = this.#execute(entry);
    this.#activateStops();
    const { events } = this.#tape;
    return { type: "placed", id, status, filledLots, remainingLots, events };
  }

  #amend(amend: Amend): Result {
    const { id } = amend;
    const entry = this.#orders.get(id);
    if (entry === undefined || entry.isPendingStop) return rejected(id, "unknown_id");
    const refusal = amendRefusalOf(amend);
    if (refusal !== undefined) return rejected(id, refusal);
    const { sizeLots = entry.remainingLots, priceTicks = entry.priceTicks! } = amend;
    const side = this.#sideOf(entry.side);
    if (sizeLots <= entry.remainingLots && priceTicks === entry.priceTicks) {
      const displayedLots = Math.min(entry.displayedLots, sizeLots);
      side.shrink(entry, entry.remainingLots - sizeLots, displayedLots);
      const kept = { status: "amended", priority: "kept", filledLots: 0 } as const;
      return { type: "amended", id, ...kept, remainingLots: sizeLots, events: NO_EVENTS };
    }
    if (!isSlice(entry.displayLots, sizeLots)) return rejected(id, "bad_display");
    if (!this.#hasRoom(sizeLots - entry.remainingLots)) return rejected(id, "size_overflow");
    const other = this.#otherSide(entry.side);
    if (entry.postOnly && wouldCross(entry.side, priceTicks, other)) {
      return rejected(id, "post_only_would_cross", entry.remainingLots);
    }
    this.#remove(entry);
    entry.priceTicks = priceTicks;
    entry.remainingLots = sizeLots;
    const { status, filledLots, remainingLots } = this.#execute(entry);
    this.#activateStops();
    return {
      type: "amended",
      id,
      status: status === "open" ? "amended" : status,
      priority: "lost",
      filledLots,
      remainingLots,
      events: this.#tape.events,
    };
  }

  #cancel(id: string): Result {
    const entry = this.#orders.get(id);
    if (entry === undefined) return rejected(id, "unknown_id");
    this.#remove(entry);
    const { remainingLots } = entry;
    return { type: "cancelled", id, remainingLots, events: NO_EVENTS };
  }

  #endDay(): Result {
    const ended = [...this.#orders.values()].filter(({ timeInForce }) => timeInForce === "DAY");
    for (const entry of ended.sort(byAge)) {
      this.#remove(entry);
      const { id, remainingLots } = entry;
      this.#tape.add({ type: "cancelled", id, remainingLots });
    }
    return { type: "day_ended", events: this.#tape.events };
  }

  #remove(entry: Entry): void {
    if (entry.isPendingStop) this.#stops.remove(entry);
    else this.#sideOf(entry.side).remove(entry);
    this.#orders.delete(entry.id);
  }

  /** What the other side has against an order that is right in itself. */
  #refusalOnEntry(entry: Entry): RejectionReason | undefined {
    const other = this.#otherSide(entry.side);
    if (entry.postOnly && wouldCross(entry.side, entry.limitTicks, other))
      return "post_only_would_cross";
    if (entry.timeInForce === "FOK" && !isFillable(entry, other)) {
      return "fill_or_kill_not_fillable";
    }
    return undefined;
  }

  /** Trades what can be traded, and lets the rest take its place or go. */
  #execute(entry: Entry): Executed {
    const matched = match(entry, this.#otherSide(entry.side), this.#orders, this.#tape);
    const status = statusOf(entry, matched);
    const { filledLots } = matched;
    const { remainingLots } = entry;
    if (status === "open" || status === "partially_filled_open") {
      entry.showSlice();
      entry.entered = ++this.#entered;
      this.#sideOf(entry.side).append(entry, entry.priceTicks!);
      this.#orders.set(entry.id, entry);
    }
    return { status, filledLots, remainingLots };
  }

  #wait(entry: Entry): void {
    entry.entered = ++this.#entered;
    if (entry.type === "trailing_stop") entry.anchorTicks = this.#tape.lastTicks;
    this.#stops.add(entry);
    this.#orders.set(entry.id, entry);
  }

  /** Once an operation is complete: the oldest stop that the last trade triggers, and then whatever that leads to. */
  #activateStops(): void {
    if (this.#stops.orders === 0) {
      this.#tape.takeExtremes();
      return;
    }
    for (;;) {
      const extremes = this.#tape.takeExtremes();
      if (extremes !== undefined) this.#stops.follow(...extremes);
      const { lastTicks } = this.#tape;
      if (lastTicks === undefined) return;
      const entry = this.#stops.oldestTriggered(lastTicks);
      if (entry === undefined) return;
      this.#remove(entry);
      const { id, remainingLots } = entry;
      this.#tape.add({ type: "stop_triggered", id, lastTicks });
      const reason = this.#refusalOnEntry(entry);
      if (reason !== undefined) {
        const refused = { status: "rejected", reason, filledLots: 0 } as const;
        this.#tape.add({ type: "stop_placed", id, ...refused, remainingLots });
        continue;
      }
      const executed = this.#execute(entry);
      this.#tape.add({ type: "stop_placed", id, ...executed });
    }
  }

  #sideOf(side: Side): Ladder {
    return side === "buy" ? this.#bids : this.#offers;
  }

  #otherSide(side: Side): Ladder {
    return side === "buy" ? this.#offers : this.#bids;
  }

  /** Whether all open lots together stay a number that is exact. */
  #hasRoom(lots: number): boolean {
    const open = this.#bids.totalLots + this.#offers.totalLots + this.#stops.totalLots;
    return lots <= Number.MAX_SAFE_INTEGER - open;
  }

  #resting(): Entry[] {
    const entries: Entry[] = [];
    for (const side of [this.#bids, this.#offers]) {
      for (const level of side.bestFirst()) {
        for (let entry = level.head; entry !== undefined; entry = entry.next) entries.push(entry);
      }
    }
    return entries;
  }

  #waiting(): Entry[] {
    return [...this.#orders.values()].filter(({ isPendingStop }) => isPendingStop).sort(byAge);
  }
}
