/** websocket $default : answers each message of a live connection by its "action". */
import { action, messages } from "../../lib/edge/live.ts";
import { resume, subscribe, unsubscribe } from "../../lib/jobs/live/messages.ts";
import { liveReads } from "../../lib/jobs/stream/live-reads.ts";
import { looker } from "../../lib/jobs/stream/looks.ts";
import { recentSegments } from "../../lib/jobs/stream/recent.ts";
import {
  pingRequest,
  resumeRequest,
  subscribeRequest,
  unsubscribeRequest,
} from "../../lib/schemas/live.ts";
import { world } from "../../lib/world.ts";

const { objects, packing, streamStates: states, streamOptions: options } = world;
const reads = liveReads({
  looks: looker({ objects, packing, states, options }, "ticks"),
  recent: recentSegments({ objects, packing }, "ticks"),
});

export const handler = messages(world, {
  subscribe: action(subscribeRequest, (wanted, from) => subscribe(world, reads, wanted, from)),
  unsubscribe: action(unsubscribeRequest, (wanted, from) => unsubscribe(world, wanted, from)),
  resume: action(resumeRequest, ({ positions }, from) => resume(reads, positions, from)),
  ping: action(pingRequest, () => ({
    type: "pong",
    time: new Date(world.nowMs()).toISOString(),
  })),
});
