/**
 * Tickets: what opens a WebSocket where no header can be set, as in a browser. `eqt_` and 43 letters of base64url, 256
 * random bits. A ticket stands in an address, which others may write down; so it lives for half a minute, opens one
 * connection and no more, and is kept as its hash alone.
 */
import { createHash } from "node:crypto";

/** Random bytes a new ticket is made of. */
export const TICKET_BYTES = 32;
export const TICKET_LIFE_MS = 30_000;

const TICKET = /^eqt_[\w-]{43}$/;

/** @param random {@link TICKET_BYTES} random bytes */
export function ticketOf(random: Uint8Array): string {
  if (random.length !== TICKET_BYTES) throw new Error(`a ticket takes ${TICKET_BYTES} bytes`);
  return `eqt_${Buffer.from(random).toString("base64url")}`;
}

export const isTicket = (text: string): boolean => TICKET.test(text);

/** The name under which it is kept what a ticket stands for: sha256 of the ticket, which tells nothing of it. */
export const ticketName = (ticket: string): string =>
  `live:ticket:${createHash("sha256").update(ticket).digest("hex")}`;
