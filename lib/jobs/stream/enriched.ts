/** What a batch came to, as records of the log `enriched`: closed bars, indicators and anomalies, keyed by symbol. */
import { anomalyItem, barItem, indicatorItem } from "../../stream/items.ts";
import { type Line, type Lined, linedRecords } from "../../stream/record-lines.ts";
import type { BatchUpdates } from "../../stream/updates.ts";

/**
 * A record is JSON by lines, all of one symbol: `type`, the log and shard it came from, and what live connections get of
 * it. A line may come twice; `seq` of the same type, symbol and shard tells.
 */
export function enrichedRecords(
  { log, shard }: Readonly<{ log: string; shard: string }>,
  { bars, indicators, anomalies }: BatchUpdates,
): Lined[] {
  const line = (type: string, item: Readonly<{ symbol: string }>): Line => ({
    key: item.symbol,
    text: JSON.stringify({ type, log, shard, ...item }),
  });
  // One at a time: the texts of a large batch need not all be there at once.
  function* lines(): Generator<Line> {
    for (const update of bars) yield line("bar", barItem(update));
    for (const update of indicators) yield line("indicators", indicatorItem(update));
    for (const update of anomalies) yield line("anomaly", anomalyItem(update));
  }
  return linedRecords(lines());
}
