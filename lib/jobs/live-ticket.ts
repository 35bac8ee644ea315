/** POST /api/v1/live/tickets as a use case: a ticket is made, kept as its hash, and told once. */
import type { Caller } from "../access/caller.ts";
import { TICKET_BYTES, TICKET_LIFE_MS, ticketOf } from "../access/ticket.ts";
import { AppError } from "../errors.ts";

export type TicketWorld = Readonly<{
  tickets: Readonly<{ keep: (ticket: string, caller: Caller) => Promise<boolean> }>;
  randomBytes: (bytes: number) => Uint8Array;
  nowMs: () => number;
}>;

export type Ticket = Readonly<{
  ticket: string;
  expires_at: string;
  /** Where to connect; null when nobody has said. */
  websocket_url: string | null;
}>;

/**
 * @param endpoint the http address of the WebSocket API, which is also where clients connect
 * @throws AppError DEPENDENCY_DOWN: a ticket that no other process can look up opens nothing
 */
export async function issueTicket(
  { tickets, randomBytes, nowMs }: TicketWorld,
  caller: Caller,
  endpoint: string | undefined,
): Promise<Ticket> {
  const ticket = ticketOf(randomBytes(TICKET_BYTES));
  const expiresMs = nowMs() + TICKET_LIFE_MS;
  if (!(await tickets.keep(ticket, caller))) {
    throw new AppError("DEPENDENCY_DOWN", "no ticket can be kept while Redis cannot be reached", {
      dependency: "redis",
    });
  }
  return {
    ticket,
    expires_at: new Date(expiresMs).toISOString(),
    websocket_url: endpoint?.replace(/^http/, "ws") ?? null,
  };
}
