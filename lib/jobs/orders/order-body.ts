/** An order and an execution as they stand on the wire. */
import { instantOf } from "../../bars/body.ts";
import type { Units } from "../../orders/command.ts";
import { ratioText } from "../../orders/ratio.ts";
import type { Fill, Refusal } from "../../orders/record.ts";
import type { ExecutionView, OrderView } from "./reads.ts";
import { priceText, sizeText } from "./units.ts";

/** Of a mean price, which need not be a price of the book. */
const MEAN_PLACES = 8;

export function orderOnWire({ record, units, inBook, isWaiting }: OrderView) {
  const { order, fills, refusal, stopTicks } = record;
  const price = (ticks: number | null | undefined) =>
    ticks === undefined || ticks === null ? null : priceText(ticks, units);
  const { displayLots } = order;
  return {
    id: order.id,
    symbol: record.symbol,
    account: record.account,
    side: order.side,
    type: displayLots === undefined ? order.type : ("iceberg" as const),
    quantity: sizeText(order.sizeLots, units),
    price: price(order.priceTicks),
    stop_price: price(inBook?.stopTicks ?? stopTicks),
    trail_amount: price(order.trailTicks),
    display_quantity: displayLots === undefined ? null : sizeText(displayLots, units),
    time_in_force: order.timeInForce,
    post_only: order.postOnly ?? false,
    self_trade_prevention: order.selfTradePrevention ?? ("none" as const),
    status: isWaiting ? ("accepted" as const) : record.status,
    reason: record.reason,
    filled_quantity: sizeText(record.filledLots, units),
    leaves_quantity: sizeText(record.leavesLots, units),
    prevented_quantity: sizeText(record.preventedLots, units),
    average_price: meanPrice(fills, units),
    fills: fills.map((fill) => fillOnWire(fill, units)),
    last_refusal: refusal && refusalOnWire(refusal),
    created_at: instantOf(record.createdMs),
    updated_at: instantOf(record.updatedMs),
  };
}

const fillOnWire = ({ trade, priceTicks, sizeLots, timeMs, liquidity }: Fill, units: Units) => ({
  trade,
  price: priceText(priceTicks, units),
  quantity: sizeText(sizeLots, units),
  time: instantOf(timeMs),
  liquidity,
});

const refusalOnWire = ({ request, reason, timeMs }: Refusal) => ({
  request,
  reason,
  time: instantOf(timeMs),
});

/** Mean over what was filled; null before the first fill. */
function meanPrice(fills: readonly Fill[], { tickSize }: Units): string | null {
  let [ticks, lots] = [0n, 0n];
  for (const { priceTicks, sizeLots } of fills) {
    ticks += BigInt(priceTicks) * BigInt(sizeLots);
    lots += BigInt(sizeLots);
  }
  return lots === 0n ? null : ratioText(ticks, lots, tickSize, MEAN_PLACES);
}

export const executionOnWire = ({ execution, units, makerId, takerId }: ExecutionView) => ({
  symbol: execution.symbol,
  trade: execution.trade,
  price: priceText(execution.priceTicks, units),
  quantity: sizeText(execution.sizeLots, units),
  time: instantOf(execution.timeMs),
  aggressor: execution.aggressor,
  maker_order_id: makerId,
  taker_order_id: takerId,
});
