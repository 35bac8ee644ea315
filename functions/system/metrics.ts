/** GET /metrics : what the service has counted, as Prometheus reads it. */
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { CONTENT_TYPE } from "../../lib/edge/metrics/text.ts";
import { metricsText } from "../../lib/jobs/metrics.ts";
import { emptyRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(emptyRequest))
  .handler(async () =>
    reply(200, await metricsText(world), {
      "content-type": CONTENT_TYPE,
      "cache-control": "no-store",
    }),
  );
