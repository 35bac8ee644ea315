/** POST /api/v1/orders : takes an order in. */
import { NOBODY } from "../../lib/access/caller.ts";
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { idempotencyKey } from "../../lib/edge/idempotency.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { submitOrder } from "../../lib/jobs/orders/submit.ts";
import { submitRequest } from "../../lib/schemas/orders.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "trade"))
  .use(input(submitRequest))
  .handler(async ({ input: request, caller = NOBODY, headers }) => {
    const key = idempotencyKey(headers);
    const { images, eventLog, cache, randomBytes, newId, nowMs, orderUnits: units } = world;
    const { desks } = orderReads(world);
    const entry = { images, eventLog, cache, desks, randomBytes, newId, nowMs, units };
    const taken = await submitOrder(entry, caller, request, key);
    return reply(202, taken, { "cache-control": "no-store" });
  });
