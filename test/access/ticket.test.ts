import { describe, expect, it } from "vitest";
import {
  isTicket,
  TICKET_BYTES,
  TICKET_LIFE_MS,
  ticketName,
  ticketOf,
} from "../../lib/access/ticket.ts";

const ticket = ticketOf(Buffer.alloc(TICKET_BYTES, 0xfb));

describe("a ticket", () => {
  it("carries 256 bits in letters that an address takes as they are", () => {
    expect(TICKET_BYTES * 8).toBe(256);
    expect(ticket).toBe("eqt_-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s");
    expect(encodeURIComponent(ticket)).toBe(ticket);
    expect(isTicket(ticket)).toBe(true);
  });

  it("is another one when any bit differs", () => {
    const all = new Set<string>();
    for (let bit = 0; bit < 256; bit++) {
      const bytes = Buffer.alloc(TICKET_BYTES);
      bytes[bit >> 3] = 1 << (bit & 7);
      all.add(ticketOf(bytes));
    }
    expect(all.size).toBe(256);
  });

  it("lives for half a minute", () => {
    expect(TICKET_LIFE_MS).toBe(30_000);
  });

  it("is not made of fewer bytes", () => {
    expect(() => ticketOf(Buffer.alloc(31))).toThrow("32 bytes");
  });

  it.each([
    "",
    "eqt_",
    ticket.slice(0, -1),
    `${ticket}a`,
    ` ${ticket}`,
    `${ticket}\n`,
    "eq_abc",
    ticket.replace("v", "="),
  ])("is not %j", (text) => {
    expect(isTicket(text)).toBe(false);
  });

  it("is kept under a name that does not hold it", () => {
    expect(ticketName(ticket)).toMatch(/^live:ticket:[0-9a-f]{64}$/);
    expect(ticketName(ticket)).not.toBe(ticketName(ticketOf(Buffer.alloc(TICKET_BYTES))));
  });
});
