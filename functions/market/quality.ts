/** GET /api/v1/quality : what was repaired, refused or noticed, on one day or in all. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { qualityAnswer } from "../../lib/jobs/quality.ts";
import { qualityRequest } from "../../lib/schemas/quality.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(qualityRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) => qualityAnswer(world.images, request, freshness));
