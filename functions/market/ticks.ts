/** GET /api/v1/ticks/{symbol} : trades of a symbol, newest first. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { streamReads } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { streamTicks } from "../../lib/jobs/stream/reads/ticks.ts";
import { ticksRequest } from "../../lib/schemas/stream.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(ticksRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) => streamTicks(streamReads(world), request, freshness));
