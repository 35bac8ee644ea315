/** The segments of a log as they lie in the store. */
import { AppError } from "../../errors.ts";
import type { ObjectInfo, Objects, Packing } from "../../ports.ts";
import { decodeSegment, encodeSegment, type Segment } from "../../stream/segment.ts";
import {
  beforeSegment,
  behindShard,
  logPrefix,
  segmentKey,
  segmentsPrefix,
  seqOfKey,
  shardOfKey,
} from "../../stream/segment-names.ts";

export type SegmentStore = Readonly<{ objects: Objects; packing: Packing }>;

/** A segment's object: its key, and the number it begins after. */
export type SegmentPlace = Readonly<{ info: ObjectInfo; after: string }>;

/** The shards that have anything in the store. One listing for each, and one more. */
export async function shardsOf(objects: Objects, log: string): Promise<string[]> {
  const shards: string[] = [];
  for (let after: string | undefined; ; ) {
    const part = { limit: 1, ...(after !== undefined && { after }) };
    const [next] = await objects.list(logPrefix(log), part);
    const shard = next && shardOfKey(log, next.key);
    if (shard === undefined) return shards;
    shards.push(shard);
    after = behindShard(log, shard);
  }
}

/** Where the segments lie that begin after a number or behind it, in order; nothing is read, holes are not seen. */
export async function segmentPlaces(
  objects: Objects,
  log: string,
  shard: string,
  after: string,
  limit?: number,
): Promise<SegmentPlace[]> {
  const listed = await objects.list(segmentsPrefix(log, shard), {
    after: beforeSegment(log, shard, after),
    ...(limit !== undefined && { limit }),
  });
  return listed.flatMap((info) => {
    const seq = seqOfKey(info.key);
    return seq === undefined ? [] : [{ info, after: seq }];
  });
}

/**
 * Reads what was packed and stored; damaged bytes are read once more, since they may have been damaged on the way.
 *
 * @returns `undefined` when it is not there
 * @throws AppError BAD_FILE when it is damaged where it lies
 */
export async function readStored<Stored>(
  { objects, packing }: SegmentStore,
  key: string,
  decode: (bytes: Uint8Array) => Stored,
): Promise<Stored | undefined> {
  const read = async () => {
    const stored = await objects.get(key);
    return stored && decode(await packing.unpack(stored.body));
  };
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError && error.code === "BAD_FILE")) throw error;
    return read();
  }
}

/** @throws AppError BAD_FILE */
export const readSegment = (store: SegmentStore, key: string): Promise<Segment | undefined> =>
  readStored(store, key, decodeSegment);

/**
 * Stores a segment, once: of two that begin after the same number the first stands.
 *
 * @returns "same" when what is there has the bytes of this one, whose answer to an earlier try may have been lost; "taken"
 * when another one is there
 * @throws AppError DEPENDENCY_DOWN; it may have been stored
 */
export async function putSegment(
  { objects, packing }: SegmentStore,
  segment: Segment,
): Promise<"stored" | "same" | "taken"> {
  const key = segmentKey(segment.log, segment.shard, segment.after);
  return putOnce(objects, key, await packing.pack(encodeSegment(segment)));
}

/** What {@link putSegment} answers, of any object. @throws AppError DEPENDENCY_DOWN; it may have been stored */
export async function putOnce(
  objects: Objects,
  key: string,
  body: Uint8Array,
): Promise<"stored" | "same" | "taken"> {
  const { outcome } = await objects.put(key, body, { ifNoneMatch: "*" });
  if (outcome === "stored") return "stored";
  const there = await objects.get(key);
  return there !== undefined && Buffer.compare(there.body, body) === 0 ? "same" : "taken";
}

/** Does something with each of a list, a few at a time; results in the order of the list. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next++;
      results[at] = await act(items[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
