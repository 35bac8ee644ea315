import type { LogReader, PolledRecord } from "../../localstack/event-sources/log-reader.ts";

/** Everything a log holds now, by shard, in order. */
export async function readAll(log: LogReader): Promise<Map<string, PolledRecord[]>> {
  const all = new Map<string, PolledRecord[]>();
  for (const shard of await log.shards()) {
    const reader = log.open(shard, "TRIM_HORIZON");
    const records: PolledRecord[] = [];
    for (;;) {
      const read = await reader.read(records.at(-1)?.seq, 1_000);
      if (read.length === 0) break;
      records.push(...read);
    }
    all.set(shard, records);
    await reader.close();
  }
  return all;
}
