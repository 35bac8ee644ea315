/** GET /api/v1/orders/{id}, PUT /api/v1/orders/{id}, DELETE /api/v1/orders/{id} : one order: how it stands, another price or size, its end. */
import { NOBODY } from "../../lib/access/caller.ts";
import { access, cached, http, input, reply, routed } from "../../lib/edge/http.ts";
import { orderAnswer } from "../../lib/jobs/orders/answers.ts";
import { amendOrder, cancelOrder } from "../../lib/jobs/orders/change.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { amendRequest, knownOrderRequest, orderRequest } from "../../lib/schemas/orders.ts";
import { world } from "../../lib/world.ts";

const changes = () => ({ ...orderReads(world), eventLog: world.eventLog, newId: world.newId });

export const handler = routed({
  "GET /api/v1/orders/{id}": http()
    .use(access(world, "read"))
    .use(input(knownOrderRequest))
    .use(cached(world))
    .handler(({ input: known, caller = NOBODY }) => orderAnswer(orderReads(world), caller, known)),
  "PUT /api/v1/orders/{id}": http()
    .use(access(world, "trade"))
    .use(input(amendRequest))
    .handler(async ({ input: wish, caller = NOBODY }) =>
      reply(202, await amendOrder(changes(), caller, wish), { "cache-control": "no-store" }),
    ),
  "DELETE /api/v1/orders/{id}": http()
    .use(access(world, "trade"))
    .use(input(orderRequest))
    .handler(async ({ input: { id }, caller = NOBODY }) =>
      reply(202, await cancelOrder(changes(), caller, id)),
    ),
});
