/**
 * The desk of a shard from what is stored: the newest whole state, and the segments after it taken again. Nothing else is
 * needed for it; what Redis holds only saves the look.
 */
import { AppError } from "../../errors.ts";
import { Desk } from "../../orders/desk.ts";
import { exportDesk, restoreDesk } from "../../orders/desk-state.ts";
import { decodeOrderSegment, encodeOrderSegment, type OrderSegment } from "../../orders/segment.ts";
import { compareSeq } from "../../stream/record.ts";
import { segmentKey, stateKey, statesPrefix } from "../../stream/segment-names.ts";
import {
  inTurns,
  putOnce,
  type SegmentStore,
  segmentPlaces,
  shardsOf,
} from "../stream/segments.ts";

export const ORDERS_LOG = "orders";

/** See lib/edge/stream-states.ts. */
export type DeskPositions = Readonly<{
  positions: (log: string) => Promise<Readonly<Record<string, string>> | undefined>;
}>;

export type ShardDesk = Readonly<{ shard: string; desk: Desk }>;

/** Segments that are read at a time. */
const AT_ONCE = 16;

/** Puts a whole state beside the segments: who loads it has only those after it to take again. */
export async function storeDesk({ objects, packing }: SegmentStore, shard: string, desk: Desk) {
  const key = stateKey(ORDERS_LOG, shard, desk.lastSeq);
  await objects.put(key, await packing.pack(exportDesk(desk)));
}

/**
 * Stores a batch, once: of two that begin after the same number the first stands.
 * @returns "taken" when another one is there
 * @throws AppError DEPENDENCY_DOWN; it may have been stored
 */
export async function storeBatch({ objects, packing }: SegmentStore, segment: OrderSegment) {
  const key = segmentKey(segment.log, segment.shard, segment.after);
  return putOnce(objects, key, await packing.pack(encodeOrderSegment(segment)));
}

/** The newest whole state that can be read; an empty desk where none is. */
async function newestDesk({ objects, packing }: SegmentStore, shard: string): Promise<Desk> {
  const stored = await objects.list(statesPrefix(ORDERS_LOG, shard));
  for (const { key } of stored.toReversed()) {
    try {
      const found = await objects.get(key);
      if (found) return restoreDesk(await packing.unpack(found.body));
    } catch (error) {
      if (!isDamaged(error)) throw error;
    }
  }
  return new Desk();
}

const isDamaged = (error: unknown): boolean =>
  error instanceof AppError && error.code === "BAD_FILE";

/**
 * Takes the batches that were stored after where a desk stands.
 * @returns how many
 * @throws AppError BAD_FILE when one is damaged or missing
 */
export async function catchUp(store: SegmentStore, shard: string, desk: Desk): Promise<number> {
  let batches = 0;
  for (const { after, records, through } of await batchesAfter(store, shard, desk.lastSeq)) {
    if (compareSeq(after, desk.lastSeq) < 0) continue;
    if (after !== desk.lastSeq) throw hole(shard, desk.lastSeq, after);
    for (const record of records) desk.take(record);
    desk.lastSeq = through;
    batches++;
  }
  return batches;
}

/** The batches that begin after a number or behind it, in order. @throws AppError BAD_FILE when one is damaged */
export async function batchesAfter(
  { objects, packing }: SegmentStore,
  shard: string,
  after: string,
): Promise<OrderSegment[]> {
  const places = await segmentPlaces(objects, ORDERS_LOG, shard, after);
  const read = await inTurns(places, AT_ONCE, async ({ info }) => {
    const found = await objects.get(info.key);
    return found && decodeOrderSegment(await packing.unpack(found.body));
  });
  return read.filter((segment) => segment !== undefined);
}

const hole = (shard: string, last: string, next: string) =>
  new AppError(
    "BAD_FILE",
    `log ${ORDERS_LOG}, shard ${shard}: the batch after ${last} is missing, the next is after ${next}`,
    { log: ORDERS_LOG, shard, after: last, next },
  );

/** @returns the desk after everything that was stored, and how many batches had to be taken again for it */
export async function loadedDesk(store: SegmentStore, shard: string) {
  const desk = await newestDesk(store, shard);
  return { desk, batches: await catchUp(store, shard, desk) };
}

/** @returns a reader of one process: it remembers what it saw, and takes only what is new */
export function deskReader(
  world: SegmentStore & Readonly<{ states: DeskPositions }>,
): () => Promise<readonly ShardDesk[]> {
  const seen = new Map<string, Desk>();
  let under: Promise<readonly ShardDesk[]> | undefined;

  const read = async (shard: string, at: string | undefined): Promise<ShardDesk> => {
    const known = seen.get(shard);
    if (known && at !== undefined && compareSeq(known.lastSeq, at) >= 0)
      return { shard, desk: known };
    const desk = known && (await isFollowed(world, shard, known)) ? known : undefined;
    const newest = desk ?? (await loadedDesk(world, shard)).desk;
    seen.set(shard, newest);
    return { shard, desk: newest };
  };

  const all = async () => {
    const positions = Object.entries((await world.states.positions(ORDERS_LOG)) ?? {});
    if (positions.length > 0) return Promise.all(positions.map(([shard, at]) => read(shard, at)));
    const shards = await shardsOf(world.objects, ORDERS_LOG);
    return Promise.all(shards.map((shard) => read(shard, undefined)));
  };

  return () => {
    under ??= all().finally(() => {
      under = undefined;
    });
    return under;
  };
}

/** @returns false when batches it would have to take were folded and removed */
async function isFollowed(store: SegmentStore, shard: string, desk: Desk): Promise<boolean> {
  try {
    await catchUp(store, shard, desk);
    return true;
  } catch (error) {
    if (isDamaged(error)) return false;
    throw error;
  }
}
