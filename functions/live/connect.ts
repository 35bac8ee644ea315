/** websocket $connect : lets a caller in by an API key in a header or a ticket in the address. */
import { admitted } from "../../lib/edge/access/door.ts";
import { connecting } from "../../lib/edge/live.ts";
import { world } from "../../lib/world.ts";

export const handler = connecting((event) => admitted(world, event));
