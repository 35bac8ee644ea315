/** GET /api/v1/orderbook/{symbol} : the best levels of a book. */
import { NOBODY } from "../../lib/access/caller.ts";
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { bookAnswer } from "../../lib/jobs/orders/answers.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { bookRequest } from "../../lib/schemas/orders.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(bookRequest))
  .use(cached(world))
  .handler(({ input: request, caller = NOBODY }) =>
    bookAnswer(orderReads(world), caller, world.orderUnits, request),
  );
