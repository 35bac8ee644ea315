/**
 * What a limit order book takes and what it says back, as plain values.
 * Prices are whole ticks and sizes whole lots of the instrument (`lib/orders/decimal.ts`), both positive safe integers.
 * The rules are called OB-1 and stand in docs/methods.md.
 */

export type Side = "buy" | "sell";

/** An iceberg is a limit order with `displayLots`. */
export type OrderType = "market" | "limit" | "stop" | "stop_limit" | "trailing_stop";

/**
 * GTC rests until it is filled or cancelled; DAY also until the command `end_day`; IOC cancels what does not trade at
 * once; FOK is refused unless all of it trades at once. A market order never rests, so GTC and DAY are IOC to it. For a
 * stop it holds from its activation on, but that a pending DAY stop ends with its day.
 */
export type TimeInForce = "GTC" | "IOC" | "FOK" | "DAY";

/**
 * What happens when an incoming order meets a resting one of the same account; the incoming order's setting decides.
 * `cancel_newest` cancels the incoming, `cancel_oldest` the resting order; `decrement_and_cancel` takes the smaller of
 * both remainders off both. Orders without account belong to nobody and always trade.
 */
export type SelfTradePrevention =
  | "none"
  | "cancel_newest"
  | "cancel_oldest"
  | "cancel_both"
  | "decrement_and_cancel";

export type NewOrder = Readonly<{
  /** Any text but the empty one; free again once the order is filled or cancelled. */
  id: string;
  account?: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  /** The limit of a limit or stop limit order; of no other. */
  priceTicks?: number;
  /** The price whose trade, or one beyond it, activates a stop or stop limit order; of no other. */
  stopTicks?: number;
  /** How far the stop of a trailing stop stays behind the best trade since it came; of no other. */
  trailTicks?: number;
  sizeLots: number;
  /** The slice an iceberg shows, at most `sizeLots`; of a limit order only. */
  displayLots?: number;
  /** Refused rather than traded at once; of a limit order that rests (GTC or DAY) only. */
  postOnly?: boolean;
  selfTradePrevention?: SelfTradePrevention;
}>;

/** What is absent stays as it is. `sizeLots` is the new remainder, whatever was filled before. */
export type Amend = Readonly<{ id: string; sizeLots?: number; priceTicks?: number }>;

export type Cancel = Readonly<{ id: string }>;

export type Command =
  | Readonly<{ command: "new"; order: NewOrder }>
  | (Readonly<{ command: "amend" }> & Amend)
  | (Readonly<{ command: "cancel" }> & Cancel)
  /** Cancels all DAY orders, pending stops among them, oldest first. */
  | Readonly<{ command: "end_day" }>;

/** Why a command was refused. `size_overflow`: all open lots together would be no safe integer. */
export type RejectionReason =
  | "bad_command"
  | "bad_id"
  | "bad_account"
  | "bad_side"
  | "bad_type"
  | "bad_time_in_force"
  | "bad_size"
  | "bad_stop"
  | "bad_trail"
  | "bad_price"
  | "bad_display"
  | "bad_post_only"
  | "bad_self_trade_prevention"
  | "size_overflow"
  | "duplicate_id"
  | "unknown_id"
  | "post_only_would_cross"
  | "fill_or_kill_not_fillable";

/** How an order stands after a command. The last four, and `filled`, are no longer in the book. */
export type OrderStatus =
  | "pending_stop"
  | "open"
  | "partially_filled_open"
  | "filled"
  | "cancelled"
  | "partially_filled_cancelled"
  | "cancelled_self_trade"
  | "partially_filled_self_trade";

/** One fill, at the maker's price. Numbers begin at 1 and leave none out. */
export type Trade = Readonly<{
  type: "trade";
  trade: number;
  makerId: string;
  takerId: string;
  priceTicks: number;
  sizeLots: number;
  /** The taker's side. */
  aggressor: Side;
  /** Hidden lots included; 0 when the maker is filled and gone. */
  makerRemainingLots: number;
}>;

/** Two orders of one account met. What either lost without a trade; what it lost is not filled. */
export type SelfTradePrevented = Readonly<{
  type: "self_trade_prevented";
  prevention: Exclude<SelfTradePrevention, "none">;
  makerId: string;
  takerId: string;
  makerLots: number;
  takerLots: number;
  /** Hidden lots included; 0 when the maker is gone. */
  makerRemainingLots: number;
}>;

/** A pending stop has become an order; its trades follow, then `stop_placed`. */
export type StopTriggered = Readonly<{ type: "stop_triggered"; id: string; lastTicks: number }>;

/** How an activated stop ended up. A refusal (only that of a FOK) ends the order. */
export type StopPlaced = Readonly<{
  type: "stop_placed";
  id: string;
  status: OrderStatus | "rejected";
  reason?: RejectionReason;
  filledLots: number;
  /** Not filled and not taken off by self-trade prevention; open or cancelled, as the status says. */
  remainingLots: number;
}>;

/** A DAY order whose day has ended. */
export type DayOrderCancelled = Readonly<{ type: "cancelled"; id: string; remainingLots: number }>;

/** All that happened to any order because of a command, in order, but for the result itself. */
export type BookEvent = Trade | SelfTradePrevented | StopTriggered | StopPlaced | DayOrderCancelled;

/** A refusal; the book is as it was but for its sequence. */
export type Rejected = Readonly<{
  type: "rejected";
  /** Absent where the command had none. */
  id?: string;
  reason: RejectionReason;
  /**
   * With `post_only_would_cross` and `fill_or_kill_not_fillable`: the size of a new order, or what is left of the one
   * that was to be amended and stays as it is.
   */
  remainingLots?: number;
  events: readonly BookEvent[];
}>;

export type Placed = Readonly<{
  type: "placed";
  id: string;
  status: OrderStatus;
  filledLots: number;
  /** Not filled and not taken off by self-trade prevention; open or cancelled, as the status says. */
  remainingLots: number;
  events: readonly BookEvent[];
}>;

export type Amended = Readonly<{
  type: "amended";
  id: string;
  /** `amended` when the order rests and nothing traded. */
  status: OrderStatus | "amended";
  priority: "kept" | "lost";
  /** By this amendment. */
  filledLots: number;
  remainingLots: number;
  events: readonly BookEvent[];
}>;

export type Cancelled = Readonly<{
  type: "cancelled";
  id: string;
  remainingLots: number;
  events: readonly BookEvent[];
}>;

export type DayEnded = Readonly<{ type: "day_ended"; events: readonly BookEvent[] }>;

export type Result = Rejected | Placed | Amended | Cancelled | DayEnded;

/** One price of one side, best first. */
export type BookLevel = Readonly<{
  priceTicks: number;
  /** What is shown. */
  displayedLots: number;
  /** Hidden lots included. */
  totalLots: number;
  orders: number;
}>;

/** An order that rests or waits in the book. */
export type OrderState = Readonly<{
  id: string;
  account?: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  status: "pending_stop" | "open";
  priceTicks?: number;
  /** Where it triggers now; absent from a trailing stop before the first trade. */
  stopTicks?: number;
  trailTicks?: number;
  remainingLots: number;
  /** What it shows now; 0 of a pending stop. */
  displayedLots: number;
  displayLots?: number;
  postOnly: boolean;
  selfTradePrevention: SelfTradePrevention;
}>;

/** A resting order in its place; `Book.queues` lists them in the order they would trade. */
export type QueueEntry = Readonly<{
  side: Side;
  priceTicks: number;
  id: string;
  remainingLots: number;
  displayedLots: number;
}>;
