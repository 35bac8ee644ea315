/** The youngest segments of shards, kept in memory as they come. */
import type { Segment } from "../../stream/segment.ts";
import { segmentsPrefix, seqOfKey } from "../../stream/segment-names.ts";
import { type StoredStream, segmentsAfter } from "./state.ts";

/** A batch a second for ten minutes. */
const KEPT_MAX = 600;

/** @returns a reader of one process: it asks only for what is new */
export function recentSegments(
  world: StoredStream,
  log: string,
): (shard: string) => Promise<readonly Segment[]> {
  const kept = new Map<string, Promise<Segment[]>>();

  const first = async (shard: string): Promise<string> => {
    const listed = await world.objects.list(segmentsPrefix(log, shard));
    const [oldest] = listed.slice(-KEPT_MAX);
    return (oldest && seqOfKey(oldest.key)) ?? "0";
  };

  const fresh = async (shard: string, known: readonly Segment[]): Promise<Segment[]> => {
    const after = known.at(-1)?.through ?? (await first(shard));
    const news: Segment[] = [];
    for await (const segment of segmentsAfter(world, log, shard, after)) news.push(segment);
    return [...known, ...news].slice(-KEPT_MAX);
  };

  return async (shard) => {
    const before = kept.get(shard) ?? Promise.resolve([]);
    // One after the other, so that nothing is asked for twice. What is missing was folded: then from the oldest again.
    const now = before.then((known) => fresh(shard, known)).catch(() => fresh(shard, []));
    kept.set(shard, now);
    now.catch(() => kept.delete(shard));
    return now;
  };
}
