/** websocket $default : answers each message of a live connection by its "action". */
import { action, messages } from "../../lib/edge/live.ts";
import { pingRequest } from "../../lib/schemas/live.ts";
import { world } from "../../lib/world.ts";

export const handler = messages(world, {
  ping: action(pingRequest, () => ({
    type: "pong",
    time: new Date(world.nowMs()).toISOString(),
  })),
});
