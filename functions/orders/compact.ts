/** schedule rate(5 minutes) : folds closed orders and trades into the dataset orders, and removes what no book is made from. */
import { log } from "../../lib/edge/log.ts";
import { scheduled } from "../../lib/edge/scheduled.ts";
import { foldOrders } from "../../lib/jobs/orders/fold.ts";
import { world } from "../../lib/world.ts";

export const handler = scheduled(async () => {
  const summary = await foldOrders(world);
  const { orders, executions, removed } = summary;
  if (orders + executions + removed > 0) log("info", "orders folded", summary);
  return summary;
});
