/** PUT and DELETE /api/v1/orders/{id} as use cases: the wish is put into the log; the book decides. */
import type { Caller } from "../../access/caller.ts";
import { AppError } from "../../errors.ts";
import { encodeCommand, type LogCommand } from "../../orders/command.ts";
import type { EventLog } from "../../ports.ts";
import type { AmendRequest } from "../../schemas/orders.ts";
import { type OrderReads, type OrderView, orderView, unknownOrder } from "./reads.ts";
import { lotsIn, ticksIn } from "./units.ts";

export type ChangeWorld = OrderReads & Readonly<{ eventLog: EventLog; newId: () => string }>;

export type Asked = Readonly<{
  id: string;
  status: "amend_requested" | "cancel_requested";
  symbol: string;
  /** Name of this wish; a refusal of it names it again. */
  request: string;
}>;

/**
 * @throws AppError UNKNOWN_ORDER, ORDER_CLOSED when it is filled or gone already, DEGENERATE_INPUT off tick or lot or when no
 * more is open than the new size takes away, DEPENDENCY_DOWN
 */
export async function amendOrder(
  world: ChangeWorld,
  caller: Caller,
  { id, price, quantity }: AmendRequest,
): Promise<Asked> {
  const { record, units } = await openOrder(world, caller, id, "amended");
  const sizeLots = quantity === undefined ? undefined : lotsIn("quantity", quantity, units);
  const gone = record.filledLots + record.preventedLots;
  if (sizeLots !== undefined && sizeLots <= gone) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `quantity is the whole size and must be above what is filled already (${gone} lots), was ${sizeLots}; to end the order, cancel it`,
      { id, filled_lots: gone },
    );
  }
  const command = {
    ...{ kind: "amend" as const, id, ...addressed(world, record.symbol, caller) },
    ...(price !== undefined && { priceTicks: ticksIn("price", price, units) }),
    ...(sizeLots !== undefined && { sizeLots }),
  };
  return asked(world, command, "amend_requested");
}

/** @throws AppError UNKNOWN_ORDER, ORDER_CLOSED when it is filled or gone already, DEPENDENCY_DOWN */
export async function cancelOrder(world: ChangeWorld, caller: Caller, id: string): Promise<Asked> {
  const { record } = await openOrder(world, caller, id, "cancelled");
  const command = { kind: "cancel" as const, id, ...addressed(world, record.symbol, caller) };
  return asked(world, command, "cancel_requested");
}

const addressed = ({ newId }: ChangeWorld, symbol: string, { keyId }: Caller) => ({
  ...{ symbol, request: newId(), owner: keyId },
});

async function openOrder(
  world: ChangeWorld,
  caller: Caller,
  id: string,
  wish: string,
): Promise<OrderView> {
  const view = await orderView(world, caller, id);
  const { status, owner } = view.record;
  // Who may see everybody's still changes none: the book would refuse it without a word.
  if (owner !== caller.keyId) throw unknownOrder(id);
  if (view.isClosed) {
    throw new AppError("ORDER_CLOSED", `order "${id}" is ${status} and can not be ${wish}`, {
      id,
      order_status: status,
    });
  }
  return view;
}

async function asked(
  { eventLog }: ChangeWorld,
  command: Extract<LogCommand, { kind: "amend" | "cancel" }>,
  status: Asked["status"],
): Promise<Asked> {
  const { id, symbol, request } = command;
  await eventLog.append("orders", [{ key: symbol, bytes: encodeCommand(command) }]);
  return { id, status, symbol, request };
}
