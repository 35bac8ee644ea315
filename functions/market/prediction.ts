/** GET /api/v1/predictions/{symbol} : the price some minutes ahead, and what the forecast is worth. */
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { prediction } from "../../lib/jobs/stream/prediction.ts";
import { storedMarketBars } from "../../lib/jobs/stream/stored-bars.ts";
import { predictionRequest } from "../../lib/schemas/predictions.ts";
import { world } from "../../lib/world.ts";

let market: ReturnType<typeof storedMarketBars> | undefined;

export const handler = http()
  .use(access(world, "read"))
  .use(input(predictionRequest))
  .handler(async ({ input: request }) => {
    market ??= storedMarketBars(world);
    const answer = await prediction({ objects: world.objects, market }, request);
    return reply(200, answer, { "cache-control": "no-store" });
  });
