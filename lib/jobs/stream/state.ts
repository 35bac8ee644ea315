/**
 * The state of a shard from what is stored: the newest whole state, and the segments after it taken again. Nothing else
 * is needed for it; what Redis holds only saves the work.
 */
import { AppError } from "../../errors.ts";
import { Processor, type ProcessorOptions } from "../../stream/processor.ts";
import { compareSeq } from "../../stream/record.ts";
import type { Segment } from "../../stream/segment.ts";
import {
  beforeSegment,
  segmentsPrefix,
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

/** @throws AppError BAD_FILE */
const stateOf = async ({ packing }: StoredStream, packed: Uint8Array): Promise<Processor> =>
  Processor.restore(await packing.unpack(packed));

/** The newest whole state that can be read; a new one where none is. */
async function newestState(
  world: StoredStream,
  log: string,
  shard: string,
  options: ProcessorOptions,
): Promise<Processor> {
  const stored = await world.objects.list(statesPrefix(log, shard));
  for (const { key } of stored.toReversed()) {
    try {
      const found = await world.objects.get(key);
      if (found) return await stateOf(world, found.body);
    } catch (error) {
      if (!(error instanceof AppError && error.code === "BAD_FILE")) throw error;
    }
  }
  return new Processor(options);
}

/**
 * Segments behind a number, in order, each the next of the one before.
 * @throws AppError BAD_FILE when one is damaged or missing
 */
export async function* segmentsAfter(
  world: StoredStream,
  log: string,
  shard: string,
  after: string,
): AsyncGenerator<Segment> {
  let last = after;
  for (;;) {
    const part = { after: beforeSegment(log, shard, last), limit: LISTED };
    const listed = await world.objects.list(segmentsPrefix(log, shard), part);
    for (let from = 0; from < listed.length; from += AT_ONCE) {
      const some = listed.slice(from, from + AT_ONCE);
      for (const segment of await Promise.all(some.map(({ key }) => readSegment(world, key)))) {
        if (segment === undefined || compareSeq(segment.after, last) < 0) continue;
        if (segment.after !== last) throw hole(log, shard, last, segment.after);
        last = segment.through;
        yield segment;
      }
    }
    if (listed.length < LISTED) return;
  }
}

const hole = (log: string, shard: string, last: string, next: string) =>
  new AppError(
    "BAD_FILE",
    `stream ${log}, shard ${shard}: the segment after ${last} is missing, the next is after ${next}`,
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
  const processor = await newestState(world, log, shard, options);
  return { processor, segments: await catchUp(world, log, shard, processor) };
}
