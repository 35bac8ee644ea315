/** GET /api/v1/latest/{symbol}, GET /api/v1/market/data/{symbol} : the last trade of a symbol, its day and its last bars. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { streamLatest } from "../../lib/jobs/stream/reads/latest.ts";
import { streamReads } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { latestRequest } from "../../lib/schemas/stream.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(latestRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) => streamLatest(streamReads(world), request, freshness));
