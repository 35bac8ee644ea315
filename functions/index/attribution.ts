/** GET /index-attribution : what each member contributed to one day's return. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { attribution } from "../../lib/jobs/attribution.ts";
import { attributionRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(attributionRequest))
  .use(cached(world))
  .handler(({ input, freshness }) => attribution(world.images, input, freshness));
