/** GET /index-composition : the members of an index at the close of one session. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { composition } from "../../lib/jobs/composition.ts";
import { compositionRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(compositionRequest))
  .use(cached(world))
  .handler(({ input, freshness }) => composition(world.images, input, freshness));
