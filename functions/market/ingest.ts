/** schedule cron(30 22 ? * MON-FRI *) : takes in the sessions since the last stored one and extends every index. */
import { config } from "../../lib/config.ts";
import { log } from "../../lib/edge/log.ts";
import { daily } from "../../lib/jobs/daily.ts";
import { migrate } from "../../lib/jobs/migrate.ts";
import { scheduledSource, world } from "../../lib/world.ts";

/** @param event EventBridge's; its id makes a second delivery of the same event change nothing */
export const handler = async ({ id }: Readonly<{ id?: string }>) => {
  const { images, objects, nowMs } = world;
  if (config().SOURCE === "none") {
    log("warn", "no daily ingestion: SOURCE names no source of market data", {});
    return { outcome: "no_source" as const };
  }
  // A newer build finds the parts of an older one: the first evening brings them up to it.
  await migrate(images);
  const options = {
    eventId: id ?? world.newId(),
    minDays: config().MIN_DAYS,
    isGated: config().GATE === "on",
    precedence: config().SOURCE_PRECEDENCE,
  };
  const summary = await daily({ images, objects, nowMs, source: scheduledSource }, options);
  log("info", "daily ingestion", summary);
  return summary;
};
