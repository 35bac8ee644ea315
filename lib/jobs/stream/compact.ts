/**
 * Folds the segments of a log into the dataset `bars` and larger files of ticks, then tidies up: months that are over
 * become one part, days that are too old go, and segments go that no reader looks for any more. Any number of these may
 * run at once and die anywhere: a commit that does not begin where its segments do is given up and begun anew.
 */
import { createHash } from "node:crypto";
import { type FoldedShard, Folding, progressOf, streamSymbolsOf } from "../../bars/folding.ts";
import { DATASET, PROGRESS, partOfDay } from "../../bars/parts.ts";
import * as queries from "../../bars/queries.ts";
import { DAY_SCHEMA, PROGRESS_SCHEMA } from "../../bars/schema.ts";
import { type StoredTickFile, writeDay } from "../../bars/write.ts";
import { AppError } from "../../errors.ts";
import type { Draft, Images, Instruments, Objects, Packing, Query } from "../../ports.ts";
import { compareSeq } from "../../stream/record.ts";
import { BEGINNING } from "../../stream/segment-names.ts";
import { foldMonths, removeOldDays } from "./compact-days.ts";
import { removeFolded, removeOrphans } from "./compact-removal.ts";
import { inTurns, readSegment, segmentPlaces, shardsOf } from "./segments.ts";
import { putTickFiles } from "./tick-files.ts";

export type CompactWorld = Readonly<{
  images: Images;
  objects: Objects;
  packing: Packing;
  nowMs: () => number;
  instruments?: Instruments;
}>;

export type CompactOptions = Readonly<{
  /** "ticks" */
  log: string;
  /** Segments younger than that are left to the next time. */
  ageMs?: number;
  /** Segments stay that long after they were folded: readers may hold an older manifest. */
  graceMs?: number;
  /** Days before the latest one (or today, when that is earlier) that are kept. */
  keepDays?: number;
  /** About so many ticks go into one commit. */
  ticksMax?: number;
  /** No further round begins later than that. */
  roundsMs?: number;
}>;

export type CompactSummary = Readonly<{
  commits: number;
  segments: number;
  ticks: number;
  bars: number;
  anomalies: number;
  refused: number;
  /** Numbers that are missing between two segments: something was lost. */
  gaps: number;
  /** Segments that cannot be read; their shard waits there. */
  damaged: readonly Readonly<{ key: string; problem: string }>[];
  months: readonly number[];
  /** Parts that were too old. */
  dropped: readonly string[];
  /** Objects that were removed. */
  removed: number;
  ms: number;
}>;

export const COMPACT_DEFAULTS = {
  ageMs: 10_000,
  graceMs: 15 * 60_000,
  keepDays: 365,
  ticksMax: 1_000_000,
  roundsMs: 180_000,
} as const;

type Settings = Required<CompactOptions>;
type Damaged = { key: string; problem: string };

export async function compact(
  world: CompactWorld,
  options: CompactOptions,
): Promise<CompactSummary> {
  const told = (outcome: string) => world.instruments?.add("stream_compactions_total", { outcome });
  try {
    const summary = await compacted(world, options);
    const { commits, damaged, gaps } = summary;
    if (damaged.length > 0 || gaps > 0) told("damaged");
    else told(commits > 0 ? "folded" : "idle");
    return summary;
  } catch (error) {
    told("failed");
    throw error;
  }
}

async function compacted(world: CompactWorld, options: CompactOptions): Promise<CompactSummary> {
  const settings: Settings = { ...COMPACT_DEFAULTS, ...options };
  const startedMs = world.nowMs();
  const counts = { commits: 0, segments: 0, ticks: 0, bars: 0, anomalies: 0, refused: 0, gaps: 0 };
  const damaged = new Map<string, Damaged>();
  const days = new Set<number>();
  for (;;) {
    const round = await gather(world, settings);
    for (const one of round.damaged) damaged.set(one.key, one);
    if (round.segments === 0) break;
    const files = await putTickFiles(world, round.folding.shards);
    if (await commit(world, settings, round.folding, files)) {
      counts.commits++;
      count(counts, round);
      for (const { day } of files) days.add(day);
    }
    if (world.nowMs() - startedMs > settings.roundsMs) break;
  }
  const old = await removeOldDays(world, settings);
  const months = await foldMonths(world);
  const removed =
    (await removeFolded(world, settings)) + (await removeOrphans(world, settings, days));
  await world.images.collect(DATASET);
  return {
    ...counts,
    damaged: [...damaged.values()],
    months,
    dropped: old.parts,
    removed: removed + old.files,
    ms: Math.round(world.nowMs() - startedMs),
  };
}

type Round = Readonly<{ folding: Folding; segments: number; gaps: number; damaged: Damaged[] }>;

function count(counts: Record<string, number>, { folding, segments, gaps }: Round): void {
  const days = [...folding.days.values()];
  const add = (name: string, more: number) => {
    counts[name] = (counts[name] ?? 0) + more;
  };
  add("segments", segments);
  add("gaps", gaps);
  add("ticks", folding.ticks);
  for (const { bars, anomalies, refused } of days) {
    add("bars", bars.size);
    add("anomalies", anomalies.length);
    for (const { count: one } of refused.values()) add("refused", one);
  }
}

/** What a shard begins with. */
export const beginningOf = (log: string, shard: string): queries.ProgressRow => ({
  log,
  shard,
  through_seq: BEGINNING,
  latest_ms: 0,
  closed_ms: 0,
});

/** The progress of every shard that a manifest tells of. */
export const progressIn = (progress: Query | undefined): queries.ProgressRow[] =>
  progress ? queries.progress(progress) : [];

async function storedProgress({ images }: CompactWorld): Promise<queries.ProgressRow[]> {
  const snapshot = await images.snapshot(DATASET, { revalidate: true });
  try {
    const isThere = PROGRESS in snapshot.manifest.parts;
    return progressIn(isThere ? (await snapshot.open(PROGRESS)).query : undefined);
  } finally {
    snapshot.release();
  }
}

/** Reads the segments that come next, of each shard, as far as they are old enough. */
async function gather(world: CompactWorld, settings: Settings): Promise<Round> {
  const { log } = settings;
  const stored = await storedProgress(world);
  const folding = new Folding();
  const round = { folding, segments: 0, gaps: 0, damaged: [] as Damaged[] };
  for (const shard of await shardsOf(world.objects, log)) {
    const known = stored.find((row) => row.log === log && row.shard === shard);
    folding.begin(known ?? beginningOf(log, shard));
    await addShard(world, settings, folding.shards.at(-1)!, round);
    if (folding.ticks >= settings.ticksMax) break;
  }
  round.segments = folding.shards.reduce((sum, { segments }) => sum + segments, 0);
  return round;
}

const READS_AT_ONCE = 16;
const LISTED_MAX = 4000;

async function addShard(
  world: CompactWorld,
  { log, ageMs, ticksMax }: Settings,
  shard: FoldedShard,
  round: { folding: Folding; gaps: number; damaged: Damaged[] },
): Promise<void> {
  const places = await segmentPlaces(world.objects, log, shard.shard, shard.after, LISTED_MAX);
  const young = places.findIndex(({ info }) => info.modifiedMs > world.nowMs() - ageMs);
  const ready = young < 0 ? places : places.slice(0, young);
  for (let at = 0; at < ready.length && round.folding.ticks < ticksMax; at += READS_AT_ONCE) {
    const few = ready.slice(at, at + READS_AT_ONCE);
    const read = await inTurns(few, READS_AT_ONCE, ({ info }) => readOrFault(world, info.key));
    for (const segment of read) {
      // Gone: another compactor has folded and removed it.
      if (segment === undefined) return;
      if ("problem" in segment) {
        round.damaged.push(segment);
        return;
      }
      const order = compareSeq(segment.after, shard.through);
      if (order > 0) round.gaps++;
      if (order >= 0) round.folding.add(segment);
    }
  }
}

async function readOrFault(world: CompactWorld, key: string) {
  try {
    return await readSegment(world, key);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "BAD_FILE")) throw error;
    return { key, problem: error.message };
  }
}

/** Another compactor has moved a shard on. */
class Overtaken extends Error {}

/** @returns false when another compactor was faster */
async function commit(
  world: CompactWorld,
  settings: Settings,
  folding: Folding,
  files: readonly StoredTickFile[],
): Promise<boolean> {
  const shards = folding.shards.filter(({ segments }) => segments > 0);
  const job = { id: jobId(shards), note: `compact ${settings.log}` };
  try {
    const { outcome } = await world.images.commit(DATASET, job, async (draft) => {
      await demandUnmoved(draft, shards);
      for (const day of daysOf(folding, files)) await editDay(draft, folding, files, day);
      await editProgress(draft, shards, world.nowMs(), settings.graceMs);
    });
    return outcome === "committed";
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

/** The same for the same end: a commit that was made and not heard of is not made again. */
function jobId(shards: readonly FoldedShard[]): string {
  const text = shards.map(({ log, shard, through }) => `${log}/${shard}/${through}`).sort();
  return `compact:${createHash("sha256").update(text.join("\n")).digest("hex").slice(0, 32)}`;
}

async function demandUnmoved(draft: Draft, shards: readonly FoldedShard[]): Promise<void> {
  const isThere = PROGRESS in draft.parts();
  const stored = progressIn(isThere ? (await draft.open(PROGRESS)).query : undefined);
  for (const { log, shard, after } of shards) {
    const known = stored.find((row) => row.log === log && row.shard === shard);
    if ((known?.through_seq ?? BEGINNING) !== after) throw new Overtaken(`${log}/${shard}`);
  }
}

const daysOf = (folding: Folding, files: readonly StoredTickFile[]): number[] =>
  [...new Set([...folding.days.keys(), ...files.map(({ day }) => day)])].sort((a, b) => a - b);

async function editDay(
  draft: Draft,
  { days }: Folding,
  files: readonly StoredTickFile[],
  day: number,
): Promise<void> {
  const content = days.get(day);
  const name = partOfDay(draft.parts(), day);
  const { from, to } = draft.parts()[name] ?? { from: day, to: day };
  await draft.edit(
    name,
    DAY_SCHEMA,
    (db) =>
      writeDay(db, {
        bars: content?.bars.values() ?? [],
        anomalies: content?.anomalies ?? [],
        files: files.filter((file) => file.day === day),
        refused: content?.refused.values() ?? [],
      }),
    (db) => ({ rows: queries.barCount(db.query), from, to }),
  );
}

async function editProgress(
  draft: Draft,
  shards: readonly FoldedShard[],
  foldedMs: number,
  graceMs: number,
): Promise<void> {
  await draft.edit(
    PROGRESS,
    PROGRESS_SCHEMA,
    (db) => {
      queries.putProgress(db, shards.map(progressOf));
      const folds = shards.map(({ log, shard, through }) => ({
        log,
        shard,
        folded_ms: Math.floor(foldedMs),
        through_seq: through,
      }));
      queries.putFolds(db, folds, foldedMs - 4 * graceMs);
      queries.widenStreamSymbols(db, shards.flatMap(streamSymbolsOf));
    },
    (db) => ({ rows: queries.progress(db.query).length, from: null, to: null }),
  );
}
