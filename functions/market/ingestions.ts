/** GET /api/v1/ingestions : which ingestions ran, newest first, and what came of them. */
import { access, http, input } from "../../lib/edge/http.ts";
import { ingestions } from "../../lib/jobs/ingest-runs.ts";
import { ingestionsRequest } from "../../lib/schemas/quality.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(ingestionsRequest))
  .handler(({ input: request }) => ingestions(world.objects, request));
