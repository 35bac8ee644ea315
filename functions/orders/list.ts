/** GET /api/v1/orders : orders of the caller, newest first. */
import { NOBODY } from "../../lib/access/caller.ts";
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { ordersAnswer } from "../../lib/jobs/orders/answers.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { ordersRequest } from "../../lib/schemas/orders.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(ordersRequest))
  .use(cached(world))
  .handler(({ input: request, caller = NOBODY }) =>
    ordersAnswer(orderReads(world), caller, request),
  );
