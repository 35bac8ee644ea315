/** GET /api/v1/aggregated/{symbol} : bars of a symbol in windows of one length, oldest first. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { streamBars } from "../../lib/jobs/stream/reads/bars.ts";
import { streamReads } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { barsRequest } from "../../lib/schemas/stream.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(barsRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) => streamBars(streamReads(world), request, freshness));
