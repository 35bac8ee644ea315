import type { NewOrder, Side } from "./order.ts";
import { isCount, refusalOf } from "./refusal.ts";
import type { BookState, StoredOrder } from "./state.ts";

/** Another number is another form, and not read. */
export const SNAPSHOT_FORMAT = 1;

/** Why something is no snapshot of a book. */
export type SnapshotFault =
  | "not_an_object"
  | "unknown_format"
  | "bad_count"
  | "bad_last_price"
  | "bad_order"
  | "duplicate_order"
  | "out_of_order"
  | "crossed"
  | "size_overflow";

type Fault = readonly [reason: SnapshotFault, where: string];

/** The first thing that keeps a value from being a snapshot that a book could have given. */
export function snapshotFault(value: unknown): Fault | undefined {
  if (typeof value !== "object" || value === null) return ["not_an_object", `it was ${value}`];
  const { format, ...state } = value as BookState & { format: unknown };
  if (format !== SNAPSHOT_FORMAT) {
    return ["unknown_format", `format must be ${SNAPSHOT_FORMAT}, was "${format}"`];
  }
  for (const name of ["sequence", "trades", "entered"] as const) {
    const count = state[name];
    if (count !== 0 && !isCount(count)) {
      return ["bad_count", `${name} must be a whole number >= 0, was "${count}"`];
    }
  }
  const { lastTicks, trades, resting, stops } = state;
  if (trades === 0 ? lastTicks !== null : !isCount(lastTicks)) {
    return ["bad_last_price", `lastTicks was "${lastTicks}" after ${trades} trades`];
  }
  for (const [name, list] of Object.entries({ resting, stops })) {
    if (!Array.isArray(list)) return ["bad_order", `${name} must be a list of orders`];
    const bad = list.findIndex((order) => !isOrder(order, name === "resting", state));
    if (bad >= 0) return ["bad_order", `order ${bad} of ${name}: ${JSON.stringify(list[bad])}`];
  }
  return duplicateFault(state) ?? sequenceFault(state) ?? overflowFault(state);
}

/** Whether an order could stand in the list of those that rest, or of those that wait. */
function isOrder(order: StoredOrder, isResting: boolean, { entered, lastTicks }: BookState) {
  if (typeof order !== "object" || order === null) return false;
  const { stopTicks, ...others } = order;
  const isTrailing = order.type === "trailing_stop";
  const { remainingLots, displayLots = 0, displayedLots } = order;
  const asked = {
    ...(isTrailing ? others : order),
    sizeLots: Math.max(displayLots, remainingLots),
  } as NewOrder;
  if (!isCount(remainingLots) || refusalOf(asked) !== undefined) return false;
  if (!isCount(order.entered) || order.entered > entered) return false;
  if (typeof order.postOnly !== "boolean" || order.selfTradePrevention === undefined) return false;
  if (isResting) {
    const slice = displayLots === 0 ? remainingLots : Math.min(displayLots, remainingLots);
    const shown = displayLots === 0 ? displayedLots === slice : displayedLots <= slice;
    const rests = order.timeInForce === "GTC" || order.timeInForce === "DAY";
    return rests && order.priceTicks !== undefined && isCount(displayedLots) && shown;
  }
  if (displayedLots !== 0 || order.type === "limit" || order.type === "market") return false;
  if (isTrailing && !isTrailingStop(order, lastTicks)) return false;
  const reach = order.side === "buy" ? 1 : -1;
  return lastTicks === null || reach * lastTicks < reach * stopTicks!;
}

/** Whether the stop stands where the trade it has followed puts it. */
function isTrailingStop({ side, anchorTicks, stopTicks, trailTicks }: StoredOrder, last: unknown) {
  if (last === null) return anchorTicks === undefined && stopTicks === undefined;
  if (!isCount(anchorTicks)) return false;
  return stopTicks === anchorTicks + (side === "buy" ? trailTicks! : -trailTicks!);
}

function duplicateFault({ resting, stops }: BookState): Fault | undefined {
  const ids = new Set<string>();
  const ages = new Set<number>();
  for (const { id, entered } of [...resting, ...stops]) {
    if (ids.has(id) || ages.has(entered)) return ["duplicate_order", `order "${id}" comes twice`];
    ids.add(id);
    ages.add(entered);
  }
  return undefined;
}

/** Bids from the highest, then offers from the lowest above them; stops from the oldest. */
function sequenceFault({ resting, stops }: BookState): Fault | undefined {
  const bids = resting.findIndex(({ side }) => side === "sell");
  const split = bids < 0 ? resting.length : bids;
  const isRising = (list: readonly StoredOrder[], side: Side) =>
    list.every((order, at) => {
      const step = at === 0 ? 0 : order.priceTicks! - list[at - 1]!.priceTicks!;
      return order.side === side && (side === "buy" ? step <= 0 : step >= 0);
    });
  if (!isRising(resting.slice(0, split), "buy") || !isRising(resting.slice(split), "sell")) {
    return ["out_of_order", "resting must be bids from the highest, then offers from the lowest"];
  }
  const younger = stops.findIndex(({ entered }, at) => at > 0 && entered < stops[at - 1]!.entered);
  if (younger >= 0) return ["out_of_order", "stops must stand oldest first"];
  const [bid, offer] = [split > 0 ? resting[0] : undefined, resting[split]];
  if (bid !== undefined && offer !== undefined && bid.priceTicks! >= offer.priceTicks!) {
    return ["crossed", `bid ${bid.priceTicks} is not below offer ${offer.priceTicks}`];
  }
  return undefined;
}

function overflowFault({ resting, stops }: BookState): Fault | undefined {
  let open = 0;
  for (const { remainingLots } of [...resting, ...stops]) {
    if (remainingLots > Number.MAX_SAFE_INTEGER - open) {
      return ["size_overflow", "all open lots together must be a safe integer"];
    }
    open += remainingLots;
  }
  return undefined;
}
