/** What can be asked of orders, books and executions: from the desks, then from what was folded into the dataset `orders`. */
import type { Caller } from "../../access/caller.ts";
import { permits } from "../../access/scope.ts";
import { dayOfMs } from "../../bars/parts.ts";
import { AppError } from "../../errors.ts";
import type { Units } from "../../orders/command.ts";
import { symbolOfOrder } from "../../orders/id.ts";
import type { OrderState } from "../../orders/order.ts";
import { type Execution, isClosed, type OrderRecord } from "../../orders/record.ts";
import type { Cache, Images } from "../../ports.ts";
import type { ShardDesk } from "./desks.ts";
import { closedOn, closedOrder, executionsOn } from "./folded.ts";
import { noteOf, orderNote } from "./notes.ts";

export type OrderReads = Readonly<{
  images: Images;
  cache: Pick<Cache, "get">;
  desks: () => Promise<readonly ShardDesk[]>;
}>;

export type OrderView = Readonly<{
  record: OrderRecord;
  units: Units;
  /** How it stands in its book; absent of a closed order, and of one the book has not taken yet. */
  inBook?: OrderState | undefined;
  isClosed: boolean;
  /** Taken in, and not yet by its book. */
  isWaiting: boolean;
}>;

/** Orders are their owner's; who may rewind data may see all of them. */
const mayLook = ({ keyId, scopes }: Caller, owner: string | null): boolean =>
  keyId === owner || permits(scopes, "admin");

/** @throws AppError UNKNOWN_ORDER, for those of others too */
export async function orderView(
  world: OrderReads,
  caller: Caller,
  id: string,
  closedOnDay?: number,
): Promise<OrderView> {
  const symbol = symbolOfOrder(id);
  const found = symbol === undefined ? undefined : await anyView(world, symbol, id, closedOnDay);
  if (found && mayLook(caller, found.record.owner)) return found;
  throw unknownOrder(id);
}

export const unknownOrder = (id: string): AppError =>
  new AppError("UNKNOWN_ORDER", `there is no order "${id.slice(0, 60)}"`, { id });

async function anyView(
  world: OrderReads,
  symbol: string,
  id: string,
  closedOnDay: number | undefined,
): Promise<OrderView | undefined> {
  for (const { desk } of await world.desks()) {
    const record = desk.ledger.order(id);
    const book = desk.books.get(symbol);
    if (!record || !book) continue;
    const inBook = book.book.order(id);
    const closed = isClosed(record);
    return { record, units: book.units, inBook, isClosed: closed, isWaiting: false };
  }
  const noted = noteOf(await world.cache.get(orderNote(id)));
  const note = noted?.command.order.id === id ? noted : undefined;
  const folded = await closedOrder(world.images, id, closedOnDay);
  if (folded) return { ...folded, isClosed: true, isWaiting: false };
  if (!note) return undefined;
  const { command, acceptedMs } = note;
  const { units } = command;
  return { record: waiting(command, acceptedMs), units, isClosed: false, isWaiting: true };
}

const waiting = (
  {
    symbol,
    owner,
    account,
    order,
  }: Readonly<Pick<OrderRecord, "symbol" | "owner" | "account" | "order">>,
  acceptedMs: number,
): OrderRecord => ({
  ...{ symbol, owner, account, order, status: "open", reason: null },
  ...{ filledLots: 0, leavesLots: order.sizeLots, preventedLots: 0, fills: [], refusal: null },
  ...{ stopTicks: order.stopTicks ?? null, createdMs: acceptedMs, updatedMs: acceptedMs },
});

export type OrderFilter = Readonly<{
  symbol?: string | undefined;
  status?: OrderRecord["status"] | undefined;
  account?: string | undefined;
  /** UTC day, YYYYMMDD: only orders that were closed on it, however long ago. */
  closedOn?: number | undefined;
}>;

/** Where a page of orders ended: it goes on with older ones. */
export type OrderPlace = Readonly<{ createdMs: number; id: string }>;

/** Open orders and those closed within a day and an hour, or those closed on a day; newest first. */
export async function ordersOf(
  { desks, images }: Pick<OrderReads, "desks" | "images">,
  caller: Caller,
  filter: OrderFilter,
): Promise<OrderView[]> {
  const views = new Map<string, OrderView>();
  const add = (view: OrderView) => {
    const { record } = view;
    if (mayLook(caller, record.owner) && fits(record, filter)) views.set(record.order.id, view);
  };
  const folded = filter.closedOn === undefined ? [] : await closedOn(images, filter.closedOn);
  for (const { value: record, units } of folded)
    add({ record, units, isClosed: true, isWaiting: false });
  for (const { desk } of await desks()) {
    for (const record of desk.ledger.orders()) {
      const { units, book } = desk.books.get(record.symbol)!;
      const inBook = book.order(record.order.id);
      add({ record, units, inBook, isClosed: isClosed(record), isWaiting: false });
    }
  }
  return [...views.values()].sort((a, b) => newestFirst(placeOf(a), placeOf(b)));
}

export const placeOf = ({ record }: OrderView): OrderPlace => ({
  createdMs: record.createdMs,
  id: record.order.id,
});

export const newestFirst = (a: OrderPlace, b: OrderPlace): number =>
  b.createdMs - a.createdMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const fits = (record: OrderRecord, { symbol, status, account, closedOn }: OrderFilter): boolean =>
  (closedOn === undefined || (isClosed(record) && dayOfMs(record.updatedMs) === closedOn)) &&
  (symbol === undefined || record.symbol === symbol) &&
  (status === undefined || record.status === status) &&
  (account === undefined || record.account === account);

/** An execution as one caller may see it: whose the sides are is told of their own orders only. */
export type ExecutionView = Readonly<{
  execution: Execution;
  units: Units;
  /** Orders of the caller. */
  makerId: string | null;
  takerId: string | null;
}>;

export type TradeFilter = Readonly<{
  symbol?: string | undefined;
  /** UTC day, YYYYMMDD. */
  date?: number | undefined;
}>;

/** Executions of a day and an hour, or of one day; newest first. */
export async function executionsOf(
  { desks, images }: Pick<OrderReads, "desks" | "images">,
  caller: Caller,
  { symbol, date }: TradeFilter,
): Promise<ExecutionView[]> {
  const views = new Map<string, ExecutionView>();
  const add = (execution: Execution, units: Units) => {
    if (symbol !== undefined && execution.symbol !== symbol) return;
    if (date !== undefined && dayOfMs(execution.timeMs) !== date) return;
    const { makerId, takerId, makerOwner, takerOwner } = execution;
    views.set(`${execution.symbol} ${execution.trade}`, {
      ...{ execution, units },
      makerId: mayLook(caller, makerOwner) ? makerId : null,
      takerId: mayLook(caller, takerOwner) ? takerId : null,
    });
  };
  const folded = date === undefined ? [] : await executionsOn(images, date);
  for (const { value, units } of folded) add(value, units);
  for (const { desk } of await desks()) {
    for (const execution of desk.ledger.executions())
      add(execution, desk.books.get(execution.symbol)!.units);
  }
  return [...views.values()].sort((a, b) => laterFirst(a.execution, b.execution));
}

/** Where a page of executions ended. */
export type TradePlace = Pick<Execution, "timeMs" | "symbol" | "trade">;

/** Within a book trades are numbered as they were made. */
export const laterFirst = (a: TradePlace, b: TradePlace): number =>
  b.timeMs - a.timeMs || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : b.trade - a.trade);
