/** GET /api/v1/daily/{symbol} : daily bars and market caps of a security, its splits and dividends. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { dailySeries } from "../../lib/jobs/daily-series.ts";
import { dailyRequest } from "../../lib/schemas/market.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(dailyRequest))
  .use(cached(world))
  .handler(({ input, freshness }) => dailySeries(world.images, input, freshness));
