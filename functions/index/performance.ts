/** GET /index-performance : level, returns and statistics of an index over a range of sessions. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { performance } from "../../lib/jobs/performance.ts";
import { performanceRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(performanceRequest))
  .use(cached(world))
  .handler(({ input, freshness }) => performance(world.images, input, freshness));
