/** websocket $disconnect : forgets a connection that is over. */
import { disconnecting } from "../../lib/edge/live.ts";
import { world } from "../../lib/world.ts";

export const handler = disconnecting((connectionId) => world.connections.remove(connectionId));
