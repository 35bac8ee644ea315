/** GET /metrics : what the service has counted, as Prometheus reads it. */
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { CONTENT_TYPE } from "../../lib/edge/metrics/text.ts";
import { metricsText } from "../../lib/jobs/metrics.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { emptyRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(emptyRequest))
  .handler(async () => {
    const { images, instruments, connections, cache, exposition, nowMs } = world;
    const asked = { images, instruments, connections, cache, exposition, nowMs };
    const text = await metricsText({ ...asked, desks: orderReads(world).desks });
    return reply(200, text, { "content-type": CONTENT_TYPE, "cache-control": "no-store" });
  });
