/** GET /api/v1/anomalies : what was out of the ordinary, newest first. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { streamAnomalies } from "../../lib/jobs/stream/reads/anomalies.ts";
import { streamReads } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { anomaliesRequest } from "../../lib/schemas/stream.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(anomaliesRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) =>
    streamAnomalies(streamReads(world), request, freshness),
  );
