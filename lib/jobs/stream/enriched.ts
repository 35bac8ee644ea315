/** What a batch came to, as records of the log `enriched`: closed bars, indicators and anomalies, keyed by symbol. */
import { anomalyItem, barItem, indicatorItem } from "../../stream/items.ts";
import { type Line, type Lined, linedRecords } from "../../stream/record-lines.ts";
import type { BatchUpdates } from "../../stream/updates.ts";

type Findings = Readonly<Omit<BatchUpdates, "trades">>;

/**
 * A record is JSON by lines, all of one symbol: `type`, the log and shard it came from, and what live connections get of
 * it. A bar is followed by its readings; an anomaly stands before the bar it was seen in, so that who is given the lines
 * in several batches counts no bar before what was found in it. A line may come twice; `seq` of the same type, symbol and
 * shard tells, and rises from line to line.
 */
export function enrichedRecords(
  { log, shard }: Readonly<{ log: string; shard: string }>,
  updates: Findings,
): Lined[] {
  const line = (type: string, item: Readonly<{ symbol: string }>): Line => ({
    key: item.symbol,
    text: JSON.stringify({ type, log, shard, ...item }),
  });
  // One at a time: the texts of a large batch need not all be there at once.
  function* lines(): Generator<Line> {
    for (const { bars, indicators, anomalies } of bySymbol(updates)) {
      let seen = 0;
      let read = 0;
      const seenBy = (endMs: number) => (anomalies[seen]?.endMs ?? Infinity) <= endMs;
      const readBy = (seq: number) => (indicators[read]?.seq ?? Infinity) <= seq;
      for (const update of bars) {
        while (seenBy(update.bar.endMs)) yield line("anomaly", anomalyItem(anomalies[seen++]!));
        yield line("bar", barItem(update));
        while (readBy(update.seq)) yield line("indicators", indicatorItem(indicators[read++]!));
      }
      for (const update of indicators.slice(read)) yield line("indicators", indicatorItem(update));
      for (const update of anomalies.slice(seen)) yield line("anomaly", anomalyItem(update));
    }
  }
  return linedRecords(lines());
}

/** Those of each symbol, in their order. */
function bySymbol({ bars, indicators, anomalies }: Findings): Iterable<Findings> {
  const found = new Map<string, { [Kind in keyof Findings]: Findings[Kind][number][] }>();
  const of = (symbol: string) => {
    const known = found.get(symbol);
    if (known) return known;
    const made = { bars: [], indicators: [], anomalies: [] };
    found.set(symbol, made);
    return made;
  };
  for (const update of bars) of(update.bar.symbol).bars.push(update);
  for (const update of indicators) of(update.symbol).indicators.push(update);
  for (const update of anomalies) of(update.symbol).anomalies.push(update);
  return found.values();
}
