/** schedule rate(5 minutes) : folds what the stream has stored into the dataset bars, and removes what is too old. */
import { log } from "../../lib/edge/log.ts";
import { scheduled } from "../../lib/edge/scheduled.ts";
import { compact } from "../../lib/jobs/stream/compact.ts";
import { TICKS_LOG } from "../../lib/jobs/stream/reads/stream-reads.ts";
import { world } from "../../lib/world.ts";

export const handler = scheduled(async () => {
  const summary = await compact(world, { log: TICKS_LOG });
  const { segments, removed, damaged, gaps } = summary;
  for (const { key, problem } of damaged) log("error", "damaged segment", { key, problem });
  if (gaps > 0) log("error", "segments are missing", { gaps });
  if (segments + removed > 0) log("info", "compaction", summary);
  return summary;
});
