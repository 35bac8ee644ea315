/** GET /api/v1/indicators/{symbol} : indicators over the closed bars of a symbol. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { streamIndicators } from "../../lib/jobs/stream/reads/indicators.ts";
import { streamReads } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { indicatorsRequest } from "../../lib/schemas/stream.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(indicatorsRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) =>
    streamIndicators(streamReads(world), request, freshness),
  );
