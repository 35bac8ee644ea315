/** POST /api/v1/live/tickets : a ticket that opens one live connection where no header can be set. */
import { NOBODY } from "../../lib/access/caller.ts";
import { config } from "../../lib/config.ts";
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { issueTicket } from "../../lib/jobs/live-ticket.ts";
import { emptyRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(emptyRequest))
  .handler(async ({ caller = NOBODY }) => {
    const { WEBSOCKET_ENDPOINT: endpoint } = config();
    return reply(201, await issueTicket(world, caller, endpoint), { "cache-control": "no-store" });
  });
