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
    const { images, instruments, connections, exposition, nowMs } = world;
    const { desks } = orderReads(world);
    const text = await metricsText({ images, instruments, connections, desks, exposition, nowMs });
    return reply(200, text, { "content-type": CONTENT_TYPE, "cache-control": "no-store" });
  });
