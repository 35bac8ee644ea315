/** GET /api/v1/symbols : symbols and their names, and what there is of each. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { streamReads } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { symbolsAnswer } from "../../lib/jobs/stream/reads/symbols.ts";
import { symbolsRequest } from "../../lib/schemas/stream.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(symbolsRequest))
  .use(cached(world))
  .handler(({ input: request, freshness }) =>
    symbolsAnswer(streamReads(world), request, freshness),
  );
