/**
 * What the log `orders` holds: one command to one book in a record, as JSON with the names it has on the wire. Prices are
 * ticks and sizes lots, with what a tick and a lot were when the command was taken in.
 */
import type { Instrument } from "./decimal.ts";
import { ORDER_TYPES, SELF_TRADE_PREVENTIONS, SIDES, TIMES_IN_FORCE } from "./names.ts";
import type { NewOrder } from "./order.ts";
import { SYMBOL_PATTERN } from "./symbol.ts";

/** What one tick and one lot are. */
export type Units = Instrument;

type Addressed = Readonly<{
  symbol: string;
  /** Told apart by it when one comes twice. */
  request: string;
}>;

type Owned = Addressed &
  Readonly<{
    /** Id of the key that asks; null = the service asks for none. */
    owner: string | null;
  }>;

export type SubmitCommand = Owned &
  Readonly<{ kind: "new"; units: Units; account: string; order: NewOrder }>;
/** `sizeLots` is the whole new size, what was filled included. */
export type AmendCommand = Owned &
  Readonly<{ kind: "amend"; id: string; priceTicks?: number; sizeLots?: number }>;
export type CancelCommand = Owned & Readonly<{ kind: "cancel"; id: string }>;
export type EndDayCommand = Addressed & Readonly<{ kind: "end_day" }>;
export type LogCommand = SubmitCommand | AmendCommand | CancelCommand | EndDayCommand;

const FORMAT = 1;

export function encodeCommand(command: LogCommand): Uint8Array {
  const { kind, symbol, request } = command;
  const head = { format: FORMAT, kind, symbol, request };
  return new TextEncoder().encode(JSON.stringify({ ...head, ...restOf(command) }));
}

function restOf(command: LogCommand): Readonly<Record<string, unknown>> {
  if (command.kind === "end_day") return {};
  const { owner } = command;
  if (command.kind === "cancel") return { owner, id: command.id };
  if (command.kind === "amend") {
    const { id, priceTicks, sizeLots } = command;
    return { owner, id, price_ticks: priceTicks, size_lots: sizeLots };
  }
  const { units, account, order } = command;
  return {
    owner,
    units: { tick_size: units.tickSize, lot_size: units.lotSize },
    account,
    order: {
      id: order.id,
      side: order.side,
      type: order.type,
      time_in_force: order.timeInForce,
      price_ticks: order.priceTicks,
      stop_ticks: order.stopTicks,
      trail_ticks: order.trailTicks,
      size_lots: order.sizeLots,
      display_lots: order.displayLots,
      post_only: order.postOnly,
      self_trade_prevention: order.selfTradePrevention,
    },
  };
}

type Members = Readonly<Record<string, unknown>>;

/** @returns what is wrong with it, for bytes that are no command */
export function decodeCommand(bytes: Uint8Array): LogCommand | Readonly<{ fault: string }> {
  const value = parsed(bytes);
  if (value === undefined) return { fault: "the record is not a JSON object" };
  const { format, kind, symbol, request, owner, id } = value;
  if (format !== FORMAT) return fault("format", `${FORMAT}`, format);
  if (typeof symbol !== "string" || !SYMBOL_PATTERN.test(symbol))
    return fault("symbol", `text that matches ${SYMBOL_PATTERN.source}`, symbol);
  if (typeof request !== "string") return fault("request", "text", request);
  const addressed = { symbol, request };
  if (kind === "end_day") return { kind, ...addressed };
  if (owner !== null && typeof owner !== "string") return fault("owner", "text or null", owner);
  if (kind === "new") return submission({ ...addressed, owner }, value);
  if (kind !== "amend" && kind !== "cancel")
    return fault("kind", "new, amend, cancel or end_day", kind);
  if (typeof id !== "string") return fault("id", "text", id);
  if (kind === "cancel") return { kind, ...addressed, owner, id };
  const { price_ticks: price, size_lots: size } = value;
  if (!isNumberOrAbsent(price)) return fault("price_ticks", "a number", price);
  if (!isNumberOrAbsent(size)) return fault("size_lots", "a number", size);
  return {
    ...{ kind, ...addressed, owner, id },
    ...(price !== undefined && { priceTicks: price }),
    ...(size !== undefined && { sizeLots: size }),
  };
}

function submission(
  head: Omit<SubmitCommand, "kind" | "units" | "account" | "order">,
  { units, account, order }: Members,
): SubmitCommand | Readonly<{ fault: string }> {
  if (!isObject(units) || typeof units.tick_size !== "string" || typeof units.lot_size !== "string")
    return fault("units", "an object with tick_size and lot_size as text", units);
  if (typeof account !== "string") return fault("account", "text", account);
  if (!isObject(order)) return fault("order", "an object", order);
  const { id, side, type, time_in_force: tif, size_lots: size } = order;
  const { self_trade_prevention: prevention, post_only: postOnly } = order;
  if (typeof id !== "string") return fault("order.id", "text", id);
  if (!isOneOf(SIDES, side)) return fault("order.side", SIDES.join(" or "), side);
  if (!isOneOf(ORDER_TYPES, type)) return fault("order.type", ORDER_TYPES.join(", "), type);
  if (!isOneOf(TIMES_IN_FORCE, tif))
    return fault("order.time_in_force", TIMES_IN_FORCE.join(", "), tif);
  if (typeof size !== "number") return fault("order.size_lots", "a number", size);
  if (prevention !== undefined && !isOneOf(SELF_TRADE_PREVENTIONS, prevention))
    return fault("order.self_trade_prevention", SELF_TRADE_PREVENTIONS.join(", "), prevention);
  if (postOnly !== undefined && typeof postOnly !== "boolean")
    return fault("order.post_only", "true or false", postOnly);
  const numbers = numbersOf(order);
  if ("fault" in numbers) return numbers;
  return {
    kind: "new",
    ...head,
    units: { tickSize: units.tick_size, lotSize: units.lot_size },
    account,
    order: {
      ...{ id, side, type, timeInForce: tif, sizeLots: size, ...numbers },
      ...(postOnly !== undefined && { postOnly }),
      ...(prevention !== undefined && { selfTradePrevention: prevention }),
    },
  };
}

/** The numbers that not every order has. */
function numbersOf(order: Members) {
  const { price_ticks, stop_ticks, trail_ticks, display_lots } = order;
  const given = { price_ticks, stop_ticks, trail_ticks, display_lots };
  for (const [name, value] of Object.entries(given)) {
    if (!isNumberOrAbsent(value)) return fault(`order.${name}`, "a number", value);
  }
  const number = (value: unknown) => value as number | undefined;
  return {
    ...(price_ticks !== undefined && { priceTicks: number(price_ticks)! }),
    ...(stop_ticks !== undefined && { stopTicks: number(stop_ticks)! }),
    ...(trail_ticks !== undefined && { trailTicks: number(trail_ticks)! }),
    ...(display_lots !== undefined && { displayLots: number(display_lots)! }),
  };
}

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isNumberOrAbsent = (value: unknown): value is number | undefined =>
  value === undefined || typeof value === "number";

const isOneOf = <Name extends string>(names: readonly Name[], value: unknown): value is Name =>
  (names as readonly unknown[]).includes(value);

const fault = (where: string, wanted: string, was: unknown): Readonly<{ fault: string }> => ({
  fault: `${where} must be ${wanted}, was ${(JSON.stringify(was) ?? "missing").slice(0, 80)}`,
});

function parsed(bytes: Uint8Array): Members | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
