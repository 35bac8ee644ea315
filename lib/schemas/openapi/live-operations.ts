/** The routes around live connections in the API document. Messages over a WebSocket are described in docs/api.md. */
import { ticketAnswer } from "../answers/live.ts";
import { emptyRequest } from "../index.ts";
import type { Operation } from "./operation.ts";

export const LIVE_OPERATIONS = {
  "POST /api/v1/live/tickets": {
    id: "liveTicket",
    tag: "Live",
    about:
      'A ticket that opens one WebSocket, for browsers, which can set no header there. It lives for 30 seconds, may do what its key may, and is used up by the first connection that shows it: `new WebSocket(websocket_url + "?ticket=" + ticket)`. Takes no body.',
    request: emptyRequest,
    answer: { status: 201, says: "The ticket, shown this once.", schema: ticketAnswer },
    refusals: ["PAYLOAD_TOO_LARGE", "DEPENDENCY_DOWN"],
    examples: [{ says: "a ticket" }],
  },
} as const satisfies Readonly<Record<string, Operation>>;
