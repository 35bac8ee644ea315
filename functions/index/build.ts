/** POST /build-index : builds an index from the stored market, persists it and warms the cache. */
import { warm } from "../../lib/edge/cached.ts";
import { access, http, input } from "../../lib/edge/http.ts";
import { buildIndex } from "../../lib/jobs/build-index.ts";
import { warmIndex } from "../../lib/jobs/warm.ts";
import { buildRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "build"))
  .use(input(buildRequest))
  .handler(async ({ input, requestId }) => {
    const built = await buildIndex(world, input, requestId);
    await warmIndex(world.images, built, (...entry) => warm(world, ...entry));
    return built;
  });
