/**
 * POST /api/v1/orders as a use case: an order is checked, given an id and put into the log. What becomes of it is decided
 * where the book is, in the order of the log.
 */
import type { Caller } from "../../access/caller.ts";
import { AppError } from "../../errors.ts";
import { encodeCommand, type SubmitCommand, type Units } from "../../orders/command.ts";
import { ID_BYTES, keyedOrderId, orderId } from "../../orders/id.ts";
import type { NewOrder } from "../../orders/order.ts";
import type { Cache, EventLog, Images } from "../../ports.ts";
import type { SubmitRequest } from "../../schemas/orders.ts";
import type { ShardDesk } from "./desks.ts";
import { noteOf, noteText, orderNote } from "./notes.ts";
import { demandTradable } from "./tradable.ts";
import { lotsIn, ticksIn } from "./units.ts";

export type SubmitWorld = Readonly<{
  images: Images;
  eventLog: EventLog;
  cache: Pick<Cache, "get" | "set">;
  desks: () => Promise<readonly ShardDesk[]>;
  randomBytes: (bytes: number) => Uint8Array;
  newId: () => string;
  nowMs: () => number;
  units: Units;
}>;

export type Submitted = Readonly<{
  id: string;
  status: "accepted";
  symbol: string;
  /** Whether an order of this key had been taken in before, and nothing was done. */
  repeated: boolean;
}>;

/** What an idempotency key stands for is known for so long. */
const NOTE_SECONDS = 24 * 3600;

/**
 * @param key of idempotency: the same key of the same caller is the same order, within a day
 * @throws AppError UNKNOWN_SYMBOL, DEGENERATE_INPUT off tick or lot, IDEMPOTENCY_CONFLICT, DEPENDENCY_DOWN when the log
 * cannot be reached; with a key it may be sent again safely
 */
export async function submitOrder(
  world: SubmitWorld,
  { keyId }: Caller,
  request: SubmitRequest,
  key: string | undefined,
): Promise<Submitted> {
  const { symbol } = request;
  const order = orderOf(request, world.units);
  const id =
    key === undefined
      ? orderId(symbol, world.randomBytes(ID_BYTES))
      : keyedOrderId(symbol, keyId, key);
  const command: SubmitCommand = {
    ...{ kind: "new", symbol, request: world.newId(), owner: keyId, units: world.units },
    ...{ account: request.account, order: { id, ...order } },
  };
  const accepted = { id, status: "accepted" as const, symbol };
  if (key !== undefined && (await isTakenIn(world, command, key)))
    return { ...accepted, repeated: true };
  await demandTradable(world.images, symbol);
  await world.eventLog.append("orders", [{ key: symbol, bytes: encodeCommand(command) }]);
  // Until the book has it, this is all that is known of it; and what its key stands for.
  const note = JSON.stringify({ command, accepted_ms: world.nowMs() });
  await world.cache.set(orderNote(id), note, NOTE_SECONDS);
  return { ...accepted, repeated: false };
}

/**
 * Whether the order of a key was taken in before: by its note, or, where Redis has lost that, by its desk, which may hold it
 * amended by now.
 * @throws AppError IDEMPOTENCY_CONFLICT
 */
async function isTakenIn(
  { cache, desks }: SubmitWorld,
  command: SubmitCommand,
  key: string,
): Promise<boolean> {
  const { id } = command.order;
  const known = noteOf(await cache.get(orderNote(id)));
  if (known === undefined)
    return (await desks()).some(({ desk }) => desk.ledger.order(id) !== undefined);
  if (noteText(known.command) !== noteText(command)) throw otherOrder(key, known.command.order.id);
  return true;
}

const otherOrder = (key: string, id: string) =>
  new AppError(
    "IDEMPOTENCY_CONFLICT",
    `another order was sent with the Idempotency-Key "${key}"; use a new key for a new order`,
    { id },
  );

/** @throws AppError DEGENERATE_INPUT naming the price or size that is off tick or lot */
function orderOf(request: SubmitRequest, units: Units): Omit<NewOrder, "id"> {
  const { price, stop_price: stop, trail_amount: trail, display_quantity: display } = request;
  return {
    ...{ side: request.side, type: request.type, timeInForce: request.time_in_force },
    sizeLots: lotsIn("quantity", request.quantity, units),
    ...(price !== undefined && { priceTicks: ticksIn("price", price, units) }),
    ...(stop !== undefined && { stopTicks: ticksIn("stop_price", stop, units) }),
    ...(trail !== undefined && { trailTicks: ticksIn("trail_amount", trail, units) }),
    ...(display !== undefined && { displayLots: lotsIn("display_quantity", display, units) }),
    ...(request.post_only && { postOnly: true }),
    ...(request.self_trade_prevention !== "none" && {
      selfTradePrevention: request.self_trade_prevention,
    }),
  };
}
