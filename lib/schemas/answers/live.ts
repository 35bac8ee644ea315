/** What the calls around live connections answer. */
import * as z from "zod";
import { instant, named } from "./common.ts";

export const ticketAnswer = named(
  "LiveTicketAnswer",
  z.strictObject({
    ticket: z
      .string()
      .regex(/^eqt_[\w-]{43}$/)
      .describe("Opens one connection: `?ticket=` behind the address."),
    expires_at: instant,
    websocket_url: z
      .string()
      .regex(/^wss?:\/\//)
      .nullable()
      .describe("Where to connect; null when the service was not told."),
  }),
);
