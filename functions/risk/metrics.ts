/** GET /api/v1/risk/metrics/{portfolio_id} : value at risk, expected shortfall and what they rest on. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { riskMetrics } from "../../lib/jobs/risk/metrics.ts";
import { metricsRequest } from "../../lib/schemas/risk.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(metricsRequest))
  .use(cached(world))
  .handler((event) => riskMetrics(world, event.input, event));
