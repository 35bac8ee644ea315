import type { Level } from "./level.ts";
import type {
  NewOrder,
  OrderState,
  OrderType,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from "./order.ts";
import type { StoredOrder } from "./state.ts";

/** An order inside the book, and its place in the queue of a level. Always has the same members, which keeps it fast. */
export class Entry {
  readonly id: string;
  readonly account: string | undefined;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly trailTicks: number | undefined;
  readonly displayLots: number | undefined;
  readonly postOnly: boolean;
  readonly prevention: SelfTradePrevention;
  priceTicks: number | undefined;
  stopTicks: number | undefined;
  remainingLots: number;
  /** What a resting order shows; 0 before it rests. */
  displayedLots = 0;
  /** Number of its entry into the book, its activation, or the amendment that lost its place: the smaller, the older. */
  entered = 0;
  /** The best trade a trailing stop has followed, for a buy the lowest. */
  anchorTicks: number | undefined;
  level: Level | undefined;
  previous: Entry | undefined;
  next: Entry | undefined;

  constructor(order: NewOrder) {
    this.id = order.id;
    this.account = order.account;
    this.side = order.side;
    this.type = order.type;
    this.timeInForce = order.timeInForce;
    this.trailTicks = order.trailTicks;
    this.displayLots = order.displayLots;
    this.postOnly = order.postOnly ?? false;
    this.prevention = order.selfTradePrevention ?? "none";
    this.priceTicks = order.priceTicks;
    this.stopTicks = order.stopTicks;
    this.remainingLots = order.sizeLots;
    this.anchorTicks = undefined;
    this.level = undefined;
    this.previous = undefined;
    this.next = undefined;
  }

  /** The worst price it trades at; without a limit, one that every price is better than. */
  get limitTicks(): number {
    return this.priceTicks ?? (this.side === "buy" ? Infinity : 0);
  }

  get rests(): boolean {
    return (
      this.priceTicks !== undefined && (this.timeInForce === "GTC" || this.timeInForce === "DAY")
    );
  }

  get isPendingStop(): boolean {
    return this.displayedLots === 0;
  }

  /** Shows the next slice; all of it unless it is an iceberg. */
  showSlice(): void {
    this.displayedLots = Math.min(this.displayLots ?? this.remainingLots, this.remainingLots);
  }

  /** Whether it may not trade with an order of the book because both are of one account. */
  avoids(maker: Entry): boolean {
    return (
      this.prevention !== "none" && this.account !== undefined && this.account === maker.account
    );
  }

  get state(): OrderState {
    const { account, priceTicks, stopTicks, trailTicks, displayLots } = this;
    return {
      id: this.id,
      ...(account !== undefined && { account }),
      side: this.side,
      type: this.type,
      timeInForce: this.timeInForce,
      status: this.isPendingStop ? "pending_stop" : "open",
      ...(priceTicks !== undefined && { priceTicks }),
      ...(stopTicks !== undefined && { stopTicks }),
      ...(trailTicks !== undefined && { trailTicks }),
      remainingLots: this.remainingLots,
      displayedLots: this.displayedLots,
      ...(displayLots !== undefined && { displayLots }),
      postOnly: this.postOnly,
      selfTradePrevention: this.prevention,
    };
  }

  get stored(): StoredOrder {
    const { status: _, ...state } = this.state;
    const { entered, anchorTicks } = this;
    return { ...state, entered, ...(anchorTicks !== undefined && { anchorTicks }) };
  }

  static restored(stored: StoredOrder): Entry {
    const entry = new Entry({ ...stored, sizeLots: stored.remainingLots });
    entry.displayedLots = stored.displayedLots;
    entry.entered = stored.entered;
    entry.anchorTicks = stored.anchorTicks;
    return entry;
  }
}
