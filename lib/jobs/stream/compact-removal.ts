/** Removes what nobody reads any more: segments that are folded, states before the last ones, files that no image names. */
import { DATASET, PROGRESS, partOfDay } from "../../bars/parts.ts";
import * as queries from "../../bars/queries.ts";
import type { Images, Objects, Snapshot } from "../../ports.ts";
import { compareSeq } from "../../stream/record.ts";
import {
  segmentsPrefix,
  seqOfKey,
  statesPrefix,
  tickFileOfKey,
  ticksPrefix,
} from "../../stream/segment-names.ts";
import { inTurns, shardsOf } from "./segments.ts";

type RemovalWorld = Readonly<{ images: Images; objects: Objects; nowMs: () => number }>;
type RemovalOptions = Readonly<{ log: string; graceMs: number }>;

const REMOVALS_AT_ONCE = 16;
const LISTED = 1000;
/** One more than is needed: the last one might turn out to be damaged. */
const STATES_KEPT = 2;

/**
 * Segments that were folded long enough ago and that no rebuilding of the state begins with: the last states and all
 * segments after the first of them stay.
 */
export async function removeFolded(world: RemovalWorld, options: RemovalOptions): Promise<number> {
  const folded = await foldedThrough(world, options);
  let removed = 0;
  for (const [shard, through] of folded) {
    removed += await removeStates(world, options.log, shard);
    const [first] = await world.objects.list(statesPrefix(options.log, shard), { limit: 1 });
    const state = first && seqOfKey(first.key);
    if (state === undefined) continue;
    const end = compareSeq(state, through) < 0 ? state : through;
    removed += await removeSegments(world, options.log, shard, end);
  }
  return removed;
}

/** By shard, the number through which segments were folded before the grace time began. */
async function foldedThrough(
  { images, nowMs }: RemovalWorld,
  { log, graceMs }: RemovalOptions,
): Promise<Map<string, string>> {
  const snapshot = await images.snapshot(DATASET);
  try {
    if (!(PROGRESS in snapshot.manifest.parts)) return new Map();
    const { query } = await snapshot.open(PROGRESS);
    const old = queries
      .folds(query)
      .filter((fold) => fold.log === log && fold.folded_ms <= nowMs() - graceMs);
    return new Map(old.map(({ shard, through_seq }) => [shard, through_seq]));
  } finally {
    snapshot.release();
  }
}

async function removeStates({ objects }: RemovalWorld, log: string, shard: string) {
  const states = await objects.list(statesPrefix(log, shard));
  const old = states.slice(0, Math.max(0, states.length - STATES_KEPT));
  await inTurns(old, REMOVALS_AT_ONCE, ({ key }) => objects.remove(key));
  return old.length;
}

async function removeSegments(
  { objects }: RemovalWorld,
  log: string,
  shard: string,
  end: string,
): Promise<number> {
  for (let removed = 0; ; ) {
    const listed = await objects.list(segmentsPrefix(log, shard), { limit: LISTED });
    const old = listed.filter(({ key }) => {
      const after = seqOfKey(key);
      return after !== undefined && compareSeq(after, end) < 0;
    });
    await inTurns(old, REMOVALS_AT_ONCE, ({ key }) => objects.remove(key));
    removed += old.length;
    if (old.length < LISTED) return removed;
  }
}

/** Files of ticks of some days that a compactor has stored and not committed: it died, or another was faster. */
export async function removeOrphans(
  world: RemovalWorld,
  { log, graceMs }: RemovalOptions,
  days: ReadonlySet<number>,
): Promise<number> {
  if (days.size === 0) return 0;
  const shards = await shardsOf(world.objects, log);
  const snapshot = await world.images.snapshot(DATASET, { revalidate: true });
  try {
    let removed = 0;
    for (const day of days) {
      const named = await namedFiles(snapshot, day);
      for (const shard of shards) {
        const listed = await world.objects.list(`${ticksPrefix(log, shard)}${day}/`);
        const lost = listed.filter(({ key, modifiedMs }) => {
          const name = tickFileOfKey(key);
          const isNamed = name && named.has(`${log}/${shard} ${name.after} ${name.through}`);
          return !isNamed && modifiedMs <= world.nowMs() - graceMs;
        });
        await inTurns(lost, REMOVALS_AT_ONCE, ({ key }) => world.objects.remove(key));
        removed += lost.length;
      }
    }
    return removed;
  } finally {
    snapshot.release();
  }
}

async function namedFiles(snapshot: Snapshot, day: number): Promise<Set<string>> {
  const { parts } = snapshot.manifest;
  const name = partOfDay(parts, day);
  if (!(name in parts)) return new Set();
  const files = queries.allTickFiles((await snapshot.open(name)).query);
  return new Set(
    files
      .filter((file) => file.day === day)
      .map((file) => `${file.log}/${file.shard} ${file.after_seq} ${file.through_seq}`),
  );
}
