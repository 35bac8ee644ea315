/** schedule cron(5 21 ? * MON-FRI *) : ends the orders that were for the day. */
import { log } from "../../lib/edge/log.ts";
import { scheduled } from "../../lib/edge/scheduled.ts";
import { endDay } from "../../lib/jobs/orders/end-day.ts";
import { orderReads } from "../../lib/jobs/orders/order-reads.ts";
import { world } from "../../lib/world.ts";

export const handler = scheduled(async () => {
  const { eventLog, newId } = world;
  const symbols = await endDay({ desks: orderReads(world).desks, eventLog, newId });
  log("info", "day ended", { symbols: symbols.length });
  return { symbols };
});
