/** GET /api/v1/universe : the securities the market had on a day, with those that have left since. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { universe } from "../../lib/jobs/universe.ts";
import { universeRequest } from "../../lib/schemas/universe.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(universeRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) => universe(world.images, request, freshness));
