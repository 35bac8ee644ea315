/** schedule cron(0 23 * * ? *) : trains the models of the predictions from the bars of the stream. */
import { log } from "../../lib/edge/log.ts";
import { scheduled } from "../../lib/edge/scheduled.ts";
import { storedMarketBars } from "../../lib/jobs/stream/stored-bars.ts";
import { train } from "../../lib/jobs/stream/train.ts";
import { world } from "../../lib/world.ts";

/** Of the fifteen minutes there are; what was begun then still ends. */
const BUDGET_MS = 780_000;

export const handler = scheduled(async () => {
  const { objects, instruments, nowMs } = world;
  const market = storedMarketBars(world);
  const summary = await train({ objects, instruments, nowMs, market }, { budgetMs: BUDGET_MS });
  log(summary.models.failed > 0 ? "warn" : "info", "models trained", summary);
  return summary;
});
