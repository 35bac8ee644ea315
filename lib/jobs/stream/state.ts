/**
 * The state of a shard from what is stored: the newest whole state, and the segments after it taken again. Nothing else
 * is needed for it; what Redis holds only saves the work.
 */
import { AppError } from "../../errors.ts";
import { Processor, type ProcessorOptions } from "../../stream/processor.ts";
import { compareSeq } from "../../stream/record.ts";
import type { Segment } from "../../stream/segment.ts";
import {
  BEGINNING,
  beforeSegment,
  segmentsPrefix,
  seqOfKey,
  stateKey,
  statesPrefix,
} from "../../stream/segment-names.ts";
import { readSegment, type SegmentStore } from "./segments.ts";

export type StoredStream = SegmentStore;

/** Segments asked for by one listing, and at a time. */
const LISTED = 256;
const AT_ONCE = 16;

/** Puts a whole state beside the segments: who loads it has only those after it to take again. */
export async function storeState(
  { objects, packing }: StoredStream,
  log: string,
  shard: string,
  processor: Processor,
): Promise<void> {
  const key = stateKey(log, shard, processor.lastSeq);
  await objects.put(key, await packing.pack(processor.export("work")));
}

/**
 * The newest whole state that can be read.
 *
 * @param through none that has taken more than this number; any when omitted
 * @returns `undefined` where there is none
 */
export async function newestStored<State>(
  { objects, packing }: StoredStream,
  log: string,
  shard: string,
  restore: (bytes: Uint8Array) => State,
  through?: string,
): Promise<State | undefined> {
  const stored = await objects.list(statesPrefix(log, shard));
  for (const { key } of stored.toReversed()) {
    if (through !== undefined && compareSeq(seqOfKey(key) ?? BEGINNING, through) > 0) continue;
    try {
      const found = await objects.get(key);
      if (found) return restore(await packing.unpack(found.body));
    } catch (error) {
      if (!(error instanceof AppError && error.code === "BAD_FILE")) throw error;
    }
  }
  return undefined;
}

/** A batch of a log as it is stored: the number it begins after, and its last. */
type Batch = Readonly<{ after: string; through: string }>;

/**
 * Stored batches behind a number, in order, each the next of the one before.
 * @throws AppError BAD_FILE when one is damaged or missing
 */
export async function* storedAfter<Stored extends Batch>(
  { objects }: Pick<StoredStream, "objects">,
  log: string,
  shard: string,
  after: string,
  read: (key: string) => Promise<Stored | undefined>,
): AsyncGenerator<Stored> {
  let last = after;
  for (;;) {
    const part = { after: beforeSegment(log, shard, last), limit: LISTED };
    const listed = await objects.list(segmentsPrefix(log, shard), part);
    for (let from = 0; from < listed.length; from += AT_ONCE) {
      const some = listed.slice(from, from + AT_ONCE);
      for (const batch of await Promise.all(some.map(({ key }) => read(key)))) {
        if (batch === undefined || compareSeq(batch.after, last) < 0) continue;
        if (batch.after !== last) throw hole(log, shard, last, batch.after);
        last = batch.through;
        yield batch;
      }
    }
    if (listed.length < LISTED) return;
  }
}

/** Segments behind a number. @throws AppError BAD_FILE when one is damaged or missing */
export const segmentsAfter = (
  world: StoredStream,
  log: string,
  shard: string,
  after: string,
): AsyncGenerator<Segment> =>
  storedAfter(world, log, shard, after, (key) => readSegment(world, key));

const hole = (log: string, shard: string, last: string, next: string) =>
  new AppError(
    "BAD_FILE",
    `log ${log}, shard ${shard}: the segment after ${last} is missing, the next is after ${next}`,
    { log, shard, after: last, next },
  );

/** Takes the segments that were stored since. @returns how many */
export async function catchUp(
  world: StoredStream,
  log: string,
  shard: string,
  processor: Processor,
): Promise<number> {
  let segments = 0;
  for await (const segment of segmentsAfter(world, log, shard, processor.lastSeq)) {
    processor.replay(segment);
    processor.lastSeq = segment.through;
    segments++;
  }
  return segments;
}

/** @returns the state after everything that was stored, and how many segments had to be taken again for it */
export async function loadedShard(
  world: StoredStream,
  log: string,
  shard: string,
  options: ProcessorOptions,
): Promise<Readonly<{ processor: Processor; segments: number }>> {
  const stored = await newestStored(world, log, shard, (bytes) => Processor.restore(bytes));
  const processor = stored ?? new Processor(options);
  return { processor, segments: await catchUp(world, log, shard, processor) };
}
