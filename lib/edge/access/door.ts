/**
 * Who may open a live connection, and who may go on with one: a key in a header, or a ticket in the address where no
 * header can be set. With ACCESS=open everybody may.
 */
import { type Caller, NOBODY } from "../../access/caller.ts";
import type { Connection } from "../../access/connection.ts";
import { MESSAGES } from "../../access/limit.ts";
import { standing } from "../../access/record.ts";
import { permits, UNCOUNTED } from "../../access/scope.ts";
import { isTicket, TICKET_LIFE_MS } from "../../access/ticket.ts";
import { config } from "../../config.ts";
import { AppError } from "../../errors.ts";
import type { LiveEvent } from "../live-event.ts";
import { log, noteFacts } from "../log.ts";
import type { Connections } from "./connections.ts";
import { limited } from "./headers.ts";
import {
  type AccessWorld,
  type Asking,
  countGuess,
  forbidden,
  holder,
  keyIn,
  refuseGuesser,
  unauthorized,
} from "./holder.ts";
import type { Tickets } from "./tickets.ts";

export type DoorWorld = AccessWorld & Readonly<{ tickets: Tickets; connections: Connections }>;

/**
 * Lets a connection be opened, and keeps whose it is. While Redis cannot be reached a key opens one all the same, by the
 * rule of its scope (lib/access/scope.ts): uncounted, and nothing is kept of it.
 * @throws AppError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED, QUOTA_EXCEEDED; DEPENDENCY_DOWN for a ticket that cannot be
 * looked up, or a key whose record cannot
 */
export async function admitted(world: DoorWorld, event: LiveEvent): Promise<void> {
  const { ACCESS, LIVE_CONNECTIONS_MAX: most } = config();
  const caller = ACCESS === "open" ? NOBODY : await callerOf(world, event);
  if (!permits(caller.scopes, "read")) throw forbidden("read", caller.scopes);
  await counted(world, caller);
  const { keyId, scopes } = caller;
  const { connectionId: id } = event.requestContext;
  const outcome = await world.connections.add(
    { id, keyId, scopes, connectedMs: world.nowMs() },
    most,
  );
  if (outcome === "away") log("warn", "connection not kept");
  if (outcome === "too many") {
    throw new AppError("RATE_LIMITED", `a key may have at most ${most} connections at once`, {
      connections_max: most,
    });
  }
}

/** Opening a connection is a request of the key, by whatever it is opened. */
async function counted({ limiter }: AccessWorld, { keyId, limit }: Caller): Promise<void> {
  if (keyId === null || limit === null) return;
  const told = await limiter.take(`key:${keyId}`, limit, 1, UNCOUNTED.read);
  if (told && told.outcome !== "allowed") throw limited(limit, told);
}

/** A key in a header wins over a ticket. */
async function callerOf(world: DoorWorld, event: LiveEvent): Promise<Caller> {
  const asking = {
    headers: lowered(event.headers),
    sourceIp: event.requestContext.identity?.sourceIp,
  };
  const ticket = event.queryStringParameters?.ticket;
  if (ticket !== undefined && keyIn(asking.headers) === undefined)
    return ticketHolder(world, ticket, asking);
  const { id, scopes, limit } = await holder(world, asking);
  return { keyId: id, scopes, limit };
}

/** The gateway hands on names as the client wrote them. */
const lowered = (headers: LiveEvent["headers"]): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );

async function ticketHolder(
  world: DoorWorld,
  ticket: string,
  { sourceIp }: Asking,
): Promise<Caller> {
  if (!isTicket(ticket))
    throw unauthorized("malformed", "what was sent is not a ticket: one begins with eqt_");
  refuseGuesser(world, sourceIp);
  const found = await world.tickets.take(ticket);
  if (found === "away") {
    throw new AppError("DEPENDENCY_DOWN", "the ticket cannot be looked up: take a new one later", {
      dependency: "redis",
    });
  }
  // One of nobody's was issued while no keys were asked for.
  if (!found || found.keyId === null) {
    await countGuess(world, sourceIp);
    throw unauthorized(
      "unknown",
      `the ticket was used, has expired or never was: one opens one connection, within ${TICKET_LIFE_MS / 1000} seconds`,
    );
  }
  noteFacts({ key_id: found.keyId });
  return found;
}

/**
 * Lets a message of a connection be answered.
 * @returns the connection; `undefined` when it cannot be looked up, or when nothing was kept of one that nobody has to
 * account for
 * @throws AppError RATE_LIMITED; DEPENDENCY_DOWN when the key's record cannot be looked up; UNAUTHORIZED with `closing`
 * when the connection must end
 */
export async function present(
  world: DoorWorld,
  { requestContext: { connectionId } }: LiveEvent,
): Promise<Connection | undefined> {
  const told = await world.limiter.take(`live:${connectionId}`, MESSAGES, 1, "open");
  if (told && told.outcome !== "allowed") throw limited(MESSAGES, told);
  const found = await world.connections.find(connectionId);
  if (found === "away") return undefined;
  if (config().ACCESS === "open") return found;
  if (!found || found.keyId === null)
    throw ended("unknown", "nothing is known of this connection any more: connect again");
  noteFacts({ key_id: found.keyId });
  const record = await world.keys.find(found.keyId);
  const state = record ? standing(record, world.nowMs()) : "unknown";
  if (state !== "valid") throw ended(state);
  return found;
}

const ended = (...[reason, advice]: Parameters<typeof unauthorized>): AppError =>
  unauthorized(reason, advice, { closing: true });

/** Whether a failure ends the connection it was met on. */
export const isEnding = (error: unknown): boolean =>
  error instanceof AppError && error.details.closing === true;
