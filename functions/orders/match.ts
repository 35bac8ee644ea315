/** log orders : orders meet their books; trades go on as ticks. */
import { streaming } from "../../lib/edge/streaming.ts";
import { matchJob } from "../../lib/jobs/orders/match.ts";
import { world } from "../../lib/world.ts";

const match = matchJob({
  objects: world.objects,
  packing: world.packing,
  states: world.streamStates,
  eventLog: world.eventLog,
  instruments: world.instruments,
  nowMs: world.nowMs,
});

export const handler = streaming(match, world.logNames);
