/** log ticks : turns trades into bars, indicators and findings, stores them, and tells who watches. */
import { config } from "../../lib/config.ts";
import { streaming } from "../../lib/edge/streaming.ts";
import { livePush } from "../../lib/jobs/live/push.ts";
import { tickJob } from "../../lib/jobs/stream/tick.ts";
import { world } from "../../lib/world.ts";

const { ACCESS, WEBSOCKET_ENDPOINT = "" } = config();
const live = livePush({
  subscriptions: world.subscriptions,
  posts: world.posts(WEBSOCKET_ENDPOINT),
  keys: ACCESS === "keys" ? world.keys : undefined,
  instruments: world.instruments,
  nowMs: world.nowMs,
});
const tick = tickJob({
  objects: world.objects,
  packing: world.packing,
  states: world.streamStates,
  audience: () => world.subscriptions.version(),
  push: live.push,
  enriched: world.eventLog,
  instruments: world.instruments,
  nowMs: world.nowMs,
  options: world.streamOptions,
});

export const handler = streaming(tick, world.logNames);
