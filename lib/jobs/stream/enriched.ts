/** What a batch came to, as records of the log `enriched`: closed bars, indicators and anomalies, keyed by symbol. */
import { anomalyItem, barItem, indicatorItem } from "../../stream/items.ts";
import type { BatchUpdates } from "../../stream/updates.ts";

export type Enriched = Readonly<{ key: string; bytes: Uint8Array }>;

const encoder = new TextEncoder();

/**
 * A record is JSON: `type`, the log and shard it came from, and what live connections get of it. It may come twice;
 * `seq` of the same type, symbol and shard tells.
 */
export function enrichedRecords(
  { log, shard }: Readonly<{ log: string; shard: string }>,
  { bars, indicators, anomalies }: BatchUpdates,
): Enriched[] {
  const record = (type: string, item: Readonly<{ symbol: string }>): Enriched => ({
    key: item.symbol,
    bytes: encoder.encode(JSON.stringify({ type, log, shard, ...item })),
  });
  return [
    ...bars.map((update) => record("bar", barItem(update))),
    ...indicators.map((update) => record("indicators", indicatorItem(update))),
    ...anomalies.map((update) => record("anomaly", anomalyItem(update))),
  ];
}
