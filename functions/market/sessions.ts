/** GET /api/v1/sessions : which New York sessions the market holds and which nobody captured. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { sessionsAnswer } from "../../lib/jobs/market-status.ts";
import { emptyRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(emptyRequest))
  .use(cached(world))
  .handler(({ freshness }) => sessionsAnswer(world.images, freshness));
