/** The answer to a scrape: the figures of all processes, or those of this one while Redis is away. */
import type { Meter } from "./meter.ts";
import type { Sharing } from "./sharing.ts";
import { exposition } from "./text.ts";

export async function ownOrShared(meter: Meter, sharing: Pick<Sharing, "totals">): Promise<string> {
  const totals = await sharing.totals();
  meter.set("qf_metrics_shared", {}, totals ? 1 : 0);
  return exposition(totals ?? meter.series(), meter.gauges());
}
