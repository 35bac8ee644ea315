/** GET /api/v1/orders[/{id}], /api/v1/orderbook/{symbol} and /api/v1/executions: answers made of one look at the desks. */
import { createHash } from "node:crypto";
import type { Caller } from "../../access/caller.ts";
import { instantOf } from "../../bars/body.ts";
import type { Units } from "../../orders/command.ts";
import type { CachedAnswer } from "../../ports.ts";
import {
  type BookRequest,
  type ExecutionsRequest,
  executionCursor,
  type KnownOrderRequest,
  type OrdersRequest,
  orderCursor,
} from "../../schemas/orders.ts";
import { bookOnWire, emptyBook } from "./book-body.ts";
import type { ShardDesk } from "./desks.ts";
import { executionOnWire, orderOnWire } from "./order-body.ts";
import {
  executionsOf,
  laterFirst,
  newestFirst,
  type OrderReads,
  ordersOf,
  orderView,
  placeOf,
} from "./reads.ts";
import { demandTradable } from "./tradable.ts";

export const ORDER_UNITS = { money: "USD", quantity: "shares" } as const;

/** @throws AppError UNKNOWN_ORDER, for those of others too */
export async function orderAnswer(
  reads: OrderReads,
  caller: Caller,
  { id, closed_on }: KnownOrderRequest,
): Promise<CachedAnswer> {
  const meta = metaOf(await reads.desks());
  const order = orderOnWire(await orderView(reads, caller, id, closed_on));
  return answerOf(meta, caller, () => ({ ...order, meta }));
}

/** Open orders of the caller and those closed within a day and an hour, or on the day asked for; newest first. */
export async function ordersAnswer(
  reads: OrderReads,
  caller: Caller,
  { symbol, status, account, closed_on: closedOn, limit, place }: OrdersRequest,
): Promise<CachedAnswer> {
  const meta = metaOf(await reads.desks());
  const all = await ordersOf(reads, caller, { symbol, status, account, closedOn });
  const rest = place ? all.filter((view) => newestFirst(placeOf(view), place) > 0) : all;
  const page = rest.slice(0, limit);
  const next = rest.length > page.length ? orderCursor(placeOf(page.at(-1)!)) : null;
  const answer = answerOf(meta, caller, () => ({ orders: page.map(orderOnWire), next, meta }));
  return { ...answer, list: "orders", flatten: ({ fills, ...row }) => [row] };
}

/** @throws AppError UNKNOWN_SYMBOL */
export async function bookAnswer(
  reads: OrderReads,
  caller: Caller,
  units: Units,
  { symbol, depth }: BookRequest,
): Promise<CachedAnswer> {
  const desks = await reads.desks();
  const meta = metaOf(desks);
  const found = desks.flatMap(({ desk }) => desk.books.get(symbol) ?? [])[0];
  if (!found) await demandTradable(reads.images, symbol);
  const book = found ?? emptyBook(symbol, units);
  return answerOf(meta, caller, () => ({ ...bookOnWire(book, depth), meta }));
}

/** Trades of a day and an hour, or of the day asked for; newest first. */
export async function executionsAnswer(
  reads: OrderReads,
  caller: Caller,
  { symbol, date, limit, place }: ExecutionsRequest,
): Promise<CachedAnswer> {
  const meta = metaOf(await reads.desks());
  const all = await executionsOf(reads, caller, { symbol, date });
  const rest = place ? all.filter(({ execution }) => laterFirst(execution, place) > 0) : all;
  const page = rest.slice(0, limit);
  const next = rest.length > page.length ? executionCursor(page.at(-1)!.execution) : null;
  const answer = answerOf(meta, caller, () => ({
    executions: page.map(executionOnWire),
    next,
    meta,
  }));
  return { ...answer, list: "executions" };
}

type Meta = ReturnType<typeof metaOf>;

/** Taken before the body is: a body may be newer than its version says, and is never older. */
function metaOf(desks: readonly ShardDesk[]) {
  const asOfMs = Math.max(0, ...desks.map(({ desk }) => desk.lastMs));
  return {
    dataset_version: versionOf(desks),
    as_of: asOfMs === 0 ? null : instantOf(asOfMs),
    units: ORDER_UNITS,
    warnings: [],
  };
}

/** All that is known of orders follows from the records of the log up to here. */
function versionOf(desks: readonly ShardDesk[]): string {
  const lines = desks.map(({ shard, desk }) => `${shard} ${desk.lastSeq}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

/** Each caller sees their own, so what one was told is not what another has. */
const answerOf = (meta: Meta, { keyId }: Caller, body: () => unknown): CachedAnswer => ({
  version: `${meta.dataset_version} ${keyId ?? ""}`,
  isOfTheMoment: true,
  compute: async () => JSON.stringify(body()),
  release: () => {},
});
