/** schedule cron(30 22 * * ? *) : takes in the sessions since the last stored one and extends every index. */
import { config } from "../../lib/config.ts";
import { log } from "../../lib/edge/log.ts";
import { scheduled } from "../../lib/edge/scheduled.ts";
import { daily } from "../../lib/jobs/daily.ts";
import { migrate } from "../../lib/jobs/migrate.ts";
import { scheduledSource, world } from "../../lib/world.ts";

export const handler = scheduled(async (id) => {
  const { images, objects, instruments, nowMs } = world;
  if (config().SOURCE === "none") {
    log("warn", "no daily ingestion: SOURCE names no source of market data", {});
    return { outcome: "no_source" as const };
  }
  // A newer build finds the parts of an older one: the first evening brings them up to it.
  await migrate(images);
  const options = {
    eventId: id,
    minDays: config().MIN_DAYS,
    isGated: config().GATE === "on",
    precedence: config().SOURCE_PRECEDENCE,
  };
  const summary = await daily(
    { images, objects, instruments, nowMs, source: scheduledSource },
    options,
  );
  log("info", "daily ingestion", summary);
  return summary;
});
