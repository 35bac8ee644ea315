/** websocket $disconnect : forgets a connection that is over, and what it was told of. */
import { disconnecting } from "../../lib/edge/live.ts";
import { world } from "../../lib/world.ts";

export const handler = disconnecting(async (connectionId) => {
  await Promise.all([
    world.connections.remove(connectionId),
    world.subscriptions.remove(connectionId),
  ]);
});
