/** log enriched : tells Slack and a webhook of anomalies. */
import { config } from "../../lib/config.ts";
import { log } from "../../lib/edge/log.ts";
import { streaming } from "../../lib/edge/streaming.ts";
import { alerting } from "../../lib/jobs/stream/alert.ts";
import { world } from "../../lib/world.ts";

const tell = alerting(
  {
    objects: world.objects,
    cache: world.cache,
    sinks: world.alertSinks,
    instruments: world.instruments,
    nowMs: world.nowMs,
  },
  { least: config().ALERT_MIN_SEVERITY },
);

export const handler = streaming(async (batch) => {
  const summary = await tell(batch);
  const isWrong = summary.failed > 0 || summary.damaged > 0;
  if (isWrong || summary.anomalies > 0) log(isWrong ? "warn" : "info", "alerts", summary);
  return {};
}, world.logNames);
