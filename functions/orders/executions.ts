/** GET /api/v1/executions : trades of the books, newest first. */
import { NOBODY } from "../../lib/access/caller.ts";
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { executionsAnswer } from "../../lib/jobs/orders/answers.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { executionsRequest } from "../../lib/schemas/orders.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(executionsRequest))
  .use(cached(world))
  .handler(({ input: request, caller = NOBODY }) =>
    executionsAnswer(orderReads(world), caller, request),
  );
