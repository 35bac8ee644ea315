/** GET /api/v1/health : whether each part answers, and how fast; 503 when the service cannot serve. */
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { health } from "../../lib/jobs/health.ts";
import { emptyRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "public"))
  .use(input(emptyRequest))
  .handler(async () => {
    const found = await health(world);
    return reply(found.status === "down" ? 503 : 200, found);
  });
