/** GET /composition-changes : the days on which members entered and left, with reasons. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { changes } from "../../lib/jobs/changes.ts";
import { changesRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(changesRequest))
  .use(cached(world))
  .handler(({ input, freshness }) => changes(world.images, input, freshness));
